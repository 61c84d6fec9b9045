/**
 * Carries out what {@linkcode PoolState} orders: opens, lends and closes connections.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { AbortError, TimeoutError } from "@avx/runtime/errors";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { PoolClosedError } from "@avx/semantics/errors";
import { type Connected, Connector } from "./connector.ts";
import type { ClientConfig } from "./options.ts";
import { Lease } from "./lease.ts";
import { type PoolCounts, type PoolOrder, type PoolSlot, PoolState } from "./pool_state.ts";
import type { Route } from "./route.ts";

/** Who wants a connection. */
export interface PoolWaiter {
  /** Where to, and by which way. */
  readonly route: Route;
  /** Here it is. */
  granted(lease: Lease): void;
  /** There is none. */
  refused(error: unknown): void;
}

type Slot = PoolSlot<Lease, PoolWaiter>;
type Order = PoolOrder<Lease, PoolWaiter>;

/** The connections of a client. */
export class Pool {
  /** Where the buffers of what is sent come from. */
  readonly buffers: BufferPool = new BufferPool();
  readonly #config: ClientConfig;
  readonly #timers: Timers;
  readonly #connector: Connector;
  readonly #state: PoolState<Lease, PoolWaiter>;
  readonly #routes = new Map<string, Route>();
  readonly #attempts = new Map<Slot, Attempt>();
  readonly #waits = new Map<PoolWaiter, WheelTimer>();
  /** Connections that have left their slot and still say so to their peer. */
  readonly #leaving = new Set<Lease>();
  // Connections that keep the process alive. Idle ones need not, but telling the platform costs a
  // call, so they are let go together, when no request is left.
  readonly #held = new Set<Lease>();
  #lent = 0;
  #closed = false;

  /** Makes an empty pool. */
  constructor(config: ClientConfig, timers: Timers) {
    this.#config = config;
    this.#timers = timers;
    this.#connector = new Connector(config, timers);
    this.#state = new PoolState(config);
  }

  /** Takes an idle connection, where there is one. */
  take(route: Route): Lease | undefined {
    const lease = this.#state.take(route.key)?.connection;
    if (lease !== undefined) this.#lend(lease);
    return lease;
  }

  /** Whether there is a connection on which an extended CONNECT can be sent at once (RFC 8441). */
  takesConnect(route: Route): boolean {
    return this.#state.shared(route.key)?.connection?.connectProtocol === true;
  }

  /** Gets `waiter` a connection, now or later. */
  acquire(waiter: PoolWaiter): void {
    if (this.#closed) return waiter.refused(new PoolClosedError());
    const { key } = waiter.route;
    if (!this.#routes.has(key)) this.#routes.set(key, waiter.route);
    this.#carryOut(this.#state.acquire(key, waiter, this.#mayShare(waiter.route)));
  }

  /**
   * Gets `waiter` a fresh connection in the place of `lease`, which turned out to be dead; where that
   * is shared, it has said so to others as well, and is replaced for all together.
   */
  replace(lease: Lease, waiter: PoolWaiter): void {
    if (lease.isShared) return this.acquire(waiter);
    if (this.#closed) return waiter.refused(new PoolClosedError());
    this.#routes.set(waiter.route.key, waiter.route);
    this.#carryOut(this.#state.replace(lease.slot, waiter));
  }

  /** `waiter` wants nothing any more. */
  abandon(waiter: PoolWaiter): void {
    this.#endWait(waiter);
    this.#carryOut(this.#state.abandon(waiter.route.key, waiter));
  }

  /** What it holds, by origin. */
  counts(): Map<string, PoolCounts> {
    return this.#state.counts();
  }

  /** Closes every connection and refuses every waiter, now and from now on. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#carryOut(this.#state.close());
    for (const lease of this.#leaving) lease.connection.close(new PoolClosedError());
    this.#routes.clear();
  }

  /** A connection can carry another request. */
  released(lease: Lease): void {
    const { connection } = lease;
    const { maxRequestsPerConnection, maxConnectionAgeMs } = this.#config;
    const kept = connection.requests < maxRequestsPerConnection &&
      connection.idleSince - connection.openedAt < maxConnectionAgeMs;
    this.#config.observer?.["pool.release"]?.({ origin: lease.slot.origin, kept });
    if (!kept && !lease.isShared) return connection.close();
    this.#takeBack(lease);
    if (lease.isShared) {
      if (!kept) lease.retire();
      else if (maxRequestsPerConnection !== Infinity) this.resized(lease, lease.maxStreams);
    }
    this.#carryOut(this.#state.release(lease.slot));
    this.#letGo();
  }

  /** A connection can carry more requests at once than before, or fewer; with 0, no more. */
  resized(lease: Lease, streams: number): void {
    this.#carryOut(this.#state.resize(lease.slot, streams));
  }

  /** A connection is gone. */
  gone(lease: Lease, error: unknown): void {
    this.#held.delete(lease);
    this.#leaving.delete(lease);
    while (lease.lent > 0) this.#takeBack(lease);
    this.#letGo();
    const { observer } = this.#config;
    if (observer !== undefined) {
      const { slot, id, connection } = lease;
      if (slot.phase === "active") {
        observer["pool.release"]?.({ origin: slot.origin, kept: false });
      }
      observer["connection.close"]?.({
        connectionId: id,
        requests: connection.requests,
        error: error instanceof Error ? error : undefined,
      });
    }
    this.#carryOut(this.#state.remove(lease.slot));
    this.#forget(lease.slot.origin);
  }

  #carryOut(orders: readonly Order[]): void {
    for (const order of orders) {
      switch (order.type) {
        case "reuse":
          this.#endWait(order.waiter);
          this.#lend(order.slot.connection!);
          order.waiter.granted(order.slot.connection!);
          break;
        case "open":
          this.#open(order.slot);
          break;
        case "queue":
          this.#wait(order.waiter);
          break;
        case "evict":
          this.#evict(order.slot);
          break;
        case "refuse":
          // Of a failed attempt, its error; otherwise the pool is closing.
          this.#endWait(order.waiter);
          order.waiter.refused(new PoolClosedError());
          break;
        default:
          order satisfies never;
      }
    }
  }

  #mayShare(route: Route): boolean {
    const { protocol } = this.#config;
    return protocol === "h2" || protocol === "auto" && route.origin.encrypted && !route.onlyHttp1;
  }

  #lend(lease: Lease): void {
    this.#lent++;
    lease.lent++;
    if (!lease.held) {
      lease.held = true;
      this.#held.add(lease);
      lease.connection.transport.ref();
    }
    const { observer } = this.#config;
    if (observer === undefined) return;
    const reused = lease.connection.requests > 0;
    observer["pool.acquire"]?.({ origin: lease.slot.origin, reused });
  }

  #takeBack(lease: Lease): void {
    if (lease.lent === 0) return;
    lease.lent--;
    this.#lent--;
  }

  #letGo(): void {
    if (this.#lent > 0) return;
    for (const lease of this.#held) {
      lease.held = false;
      lease.connection.transport.unref();
    }
    this.#held.clear();
  }

  #wait(waiter: PoolWaiter): void {
    const { key } = waiter.route;
    const limitMs = this.#config.timeouts.pool;
    this.#config.observer?.["pool.wait"]?.({
      origin: key,
      waiting: this.#state.waiting(key),
    });
    if (limitMs === Infinity) return;
    const timer = new WheelTimer(() => {
      this.#waits.delete(waiter);
      // A connection is being opened for it: phase `connect` says how long that may take.
      if (this.#state.isCovered(key, waiter)) return;
      this.abandon(waiter);
      waiter.refused(new TimeoutError("pool", limitMs));
    });
    this.#waits.set(waiter, timer);
    this.#timers.schedule(timer, limitMs);
  }

  #endWait(waiter: PoolWaiter): void {
    const timer = this.#waits.get(waiter);
    if (timer === undefined) return;
    this.#waits.delete(waiter);
    this.#timers.cancel(timer);
  }

  #open(slot: Slot): void {
    const controller = new AbortController();
    const route = this.#routes.get(slot.origin)!;
    this.#attempts.set(slot, controller);
    this.#connector.connect(route, controller).then(
      (connected) => this.#opened(slot, connected),
      (error) => this.#failed(slot, error),
    );
  }

  #opened(slot: Slot, connected: Connected): void {
    this.#attempts.delete(slot);
    if (slot.phase !== "opening") return connected.transport.close();
    const lease = new Lease(this, slot, connected, this.#config, this.#timers);
    this.#held.add(lease);
    this.#config.observer?.["connection.open"]?.({
      connectionId: lease.id,
      role: "client",
      protocol: connected.protocol,
      encrypted: connected.transport.encrypted,
    });
    this.#carryOut(this.#state.opened(slot, lease, {
      streams: lease.maxStreams,
      shared: lease.isShared,
    }));
    // Where nobody wants it after all, it has to notice its own end from now on.
    lease.connection.watch();
    this.#letGo();
  }

  #failed(slot: Slot, error: unknown): void {
    this.#attempts.delete(slot);
    for (const order of this.#state.failed(slot)) {
      if (order.type === "refuse") {
        this.#endWait(order.waiter);
        order.waiter.refused(error);
      } else this.#carryOut([order]);
    }
    this.#forget(slot.origin);
  }

  #evict(slot: Slot): void {
    const attempt = this.#attempts.get(slot);
    this.#attempts.delete(slot);
    attempt?.abort(new AbortError("Nobody waits for the connection any more"));
    const lease = slot.connection;
    if (lease !== undefined) {
      if (this.#closed) lease.connection.close(new PoolClosedError());
      else {
        this.#leaving.add(lease);
        lease.retire();
      }
    }
    this.#forget(slot.origin);
  }

  #forget(origin: string): void {
    if (!this.#state.has(origin)) this.#routes.delete(origin);
  }
}

/** An attempt to connect. */
type Attempt = AbortController;
