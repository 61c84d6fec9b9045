/**
 * What {@linkcode PoolState} tells whoever carries its decisions out.
 *
 * @module
 */

import type { PoolSlot } from "./pool_slot.ts";

/** Why a connection takes no more requests. */
export type RetireReason =
  /** It is as old as it may become. */
  | "age"
  /** It has carried as many requests as it may. */
  | "requests"
  /** Its peer wants no more of them (GOAWAY). */
  | "peer"
  /** The network has changed, and it has not answered or cannot be asked. */
  | "doubted"
  /** Somebody has waited longer for another route, and the pool is full. */
  | "displaced";

/** Why a connection, or an attempt to open one, is ended. */
export type EvictReason =
  | RetireReason
  /** Nobody waits for the attempt any more. */
  | "surplus"
  /** A connection of another route serves this one as well. */
  | "coalesced"
  /** The pool is closing. */
  | "closed";

/** Why a waiter gets no connection. */
export type RefuseReason =
  /** As many wait as may. */
  | "full"
  /** The attempt that was made for it has failed. */
  | "failed"
  /** The pool is closing. */
  | "closed";

/** What the caller has to do. */
export type PoolOrder<C, W> =
  /** Give the connection of `slot` to `waiter`. */
  | { readonly type: "reuse"; readonly slot: PoolSlot<C, W>; readonly waiter: W }
  /** Open a connection for `slot`, then call `opened`, `failed` or `coalesce`. */
  | { readonly type: "open"; readonly slot: PoolSlot<C, W> }
  /** Let `waiter` wait: no slot is free for it. */
  | { readonly type: "queue"; readonly waiter: W }
  /** Ask the peer of `slot` whether it is there, then call `proved`, or close it and `remove`. */
  | { readonly type: "probe"; readonly slot: PoolSlot<C, W> }
  /** Close the connection of `slot`, or give up opening it. The slot is gone already. */
  | { readonly type: "evict"; readonly slot: PoolSlot<C, W>; readonly reason: EvictReason }
  /** Tell `waiter` that it gets no connection. */
  | { readonly type: "refuse"; readonly waiter: W; readonly reason: RefuseReason };
