/**
 * Carries out what {@linkcode PoolState} orders: opens, lends, probes and closes connections.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { AbortError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Observer } from "@avx/runtime/ports/observer";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { PoolClosedError, PoolFullError } from "@avx/semantics/errors";
import { type ConnectAttempt, type Connected, Connector } from "./connector.ts";
import type { ClientConfig } from "./options.ts";
import { Lease } from "./lease.ts";
import { PoolHold } from "./pool_hold.ts";
import { PoolHosts } from "./pool_hosts.ts";
import type { EvictReason, PoolOrder, RefuseReason } from "./pool_order.ts";
import type { PoolSlot } from "./pool_slot.ts";
import { PoolState } from "./pool_state.ts";
import { type ClientStats, statsOf } from "./pool_stats.ts";
import { PoolWaits } from "./pool_waits.ts";
import type { Route } from "./route.ts";
import { isRouteFailure, isSilence } from "./route_failure.ts";

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
  readonly #observer: Observer | undefined;
  readonly #timers: Timers;
  readonly #connector: Connector;
  readonly #state: PoolState<Lease, PoolWaiter>;
  readonly #routes = new Map<string, Route>();
  readonly #attempts = new Map<Slot, AbortController>();
  readonly #waits: PoolWaits<PoolWaiter>;
  readonly #hold = new PoolHold();
  readonly #hosts = new PoolHosts();
  /** Connections that have left their slot and still say so to their peer. */
  readonly #leaving = new Set<Lease>();
  #closed = false;

  /** Makes an empty pool. */
  constructor(config: ClientConfig, timers: Timers) {
    this.#config = config;
    this.#observer = config.observer;
    this.#timers = timers;
    this.#connector = new Connector(config, timers);
    this.#state = new PoolState(config);
    this.#waits = new PoolWaits(timers, config.timeouts.pool, {
      isCovered: (waiter) => this.#state.isCovered(waiter.route.key, waiter),
      waitedTooLong: (waiter) => {
        this.abandon(waiter);
        waiter.refused(new TimeoutError("pool", config.timeouts.pool));
      },
    });
  }

  /** Takes room on a connection, where there is any. */
  take(route: Route): Lease | undefined {
    const lease = this.#state.take(route.key)?.connection;
    if (lease !== undefined) this.#lend(lease, route);
    return lease;
  }

  /** Whether there is a connection on which an extended CONNECT can be sent at once (RFC 8441). */
  takesConnect(route: Route): boolean {
    return this.#state.shared(route.key)?.connection?.connectProtocol === true;
  }

  /** Gets `waiter` a connection, now or later. */
  acquire(waiter: PoolWaiter): void {
    if (this.#closed) return waiter.refused(new PoolClosedError());
    const { route } = waiter;
    if (!this.#routes.has(route.key)) this.#routes.set(route.key, route);
    const orders = this.#state.acquire(route.key, waiter, this.#mayShare(route));
    this.#carryOut(orders);
    // What is being opened may yet turn out to be for somebody else.
    if (orders[orders.length - 1].type === "open") this.#waits.begin(waiter);
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
    this.#waits.end(waiter);
    this.#carryOut(this.#state.abandon(waiter.route.key, waiter));
    this.#forget(waiter.route.key);
  }

  /**
   * The server of a connection that belongs to another route does not serve that of `waiter`, which
   * gets one of its own, as has everybody after it.
   */
  misdirected(waiter: PoolWaiter): void {
    this.#carryOut(this.#state.separate(waiter.route.key));
    this.acquire(waiter);
  }

  /** A request on `lease` failed. If it was met with silence, the peer may be gone without a word. */
  failing(lease: Lease, error: unknown): void {
    if (isSilence(error)) this.#carryOut(this.#state.suspect(lease.slot));
  }

  /** The network has changed: no connection is used again before it has been asked. */
  networkChanged(): void {
    this.#connector.networkChanged();
    this.#carryOut(this.#state.doubt());
  }

  /** What it holds. */
  stats(): ClientStats {
    return statsOf(this.#state);
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
    const { slot } = lease;
    this.#observer?.["pool.release"]?.({ origin: slot.route, kept: slot.capacity > 0 });
    this.#hold.takeBack(lease);
    this.#carryOut(this.#state.release(slot));
    this.#hold.letGo();
  }

  /** A connection can carry more requests at once than before, or fewer; with 0, no more. */
  resized(lease: Lease, streams: number): void {
    this.#carryOut(this.#state.resize(lease.slot, streams));
  }

  /** A pushed response was taken, and is waited for as that to a request is. */
  pushBegun(lease: Lease): void {
    this.#hold.lend(lease);
  }

  /** A pushed response is over. */
  pushEnded(lease: Lease): void {
    this.#hold.takeBack(lease);
    this.#hold.letGo();
  }

  /** A connection is gone. */
  gone(lease: Lease, error: unknown): void {
    const { slot } = lease;
    if (lease.aging !== undefined) this.#timers.cancel(lease.aging);
    const guests = this.#hosts.delete(lease);
    this.#leaving.delete(lease);
    this.#hold.remove(lease);
    this.#hold.letGo();
    if (this.#observer !== undefined) {
      if (slot.phase === "active") {
        this.#observer["pool.release"]?.({ origin: slot.route, kept: false });
      }
      this.#observer["connection.close"]?.({
        connectionId: lease.id,
        requests: lease.connection.requests,
        error: error instanceof Error ? error : undefined,
        reason: lease.endedBy ??
          (slot.doubted ? "doubted" : error === undefined ? "ended" : "failed"),
      });
    }
    this.#carryOut(this.#state.remove(slot));
    if (isRouteFailure(error)) this.#carryOut(this.#state.doubt(slot.route));
    this.#forget(slot.route);
    for (const route of guests) this.#forget(route);
  }

  #carryOut(orders: readonly Order[]): void {
    if (orders.length === 0) return;
    for (const order of orders) {
      switch (order.type) {
        case "reuse":
          this.#waits.end(order.waiter);
          this.#lend(order.slot.connection!, order.waiter.route);
          order.waiter.granted(order.slot.connection!);
          break;
        case "open":
          this.#open(order.slot);
          break;
        case "queue":
          this.#wait(order.waiter);
          break;
        case "probe":
          this.#probe(order.slot);
          break;
        case "evict":
          this.#evict(order.slot, order.reason);
          break;
        case "refuse":
          // Whoever knows of a failed attempt knows its error.
          this.#refuse(order.waiter, order.reason, new PoolClosedError());
          break;
        default:
          order satisfies never;
      }
    }
    this.#waits.review();
  }

  #mayShare(route: Route): boolean {
    const { protocol } = this.#config;
    return protocol === "h2" || protocol === "auto" && route.origin.encrypted && !route.onlyHttp1;
  }

  #lend(lease: Lease, route: Route): void {
    this.#hold.lend(lease);
    if (this.#observer === undefined) return;
    const reused = lease.connection.requests > 0;
    this.#observer["pool.acquire"]?.({ origin: route.key, reused });
  }

  #wait(waiter: PoolWaiter): void {
    const { key } = waiter.route;
    this.#observer?.["pool.wait"]?.({ origin: key, waiting: this.#state.waiting(key) });
    this.#waits.begin(waiter);
  }

  #refuse(waiter: PoolWaiter, reason: RefuseReason, error: unknown): void {
    const origin = waiter.route.key;
    this.#waits.end(waiter);
    this.#observer?.["pool.refuse"]?.({ origin, reason });
    if (reason !== "full") return waiter.refused(error);
    this.#forget(origin);
    waiter.refused(new PoolFullError(this.#config.maxWaiting));
  }

  #open(slot: Slot): void {
    const controller = new AbortController();
    const route = this.#routes.get(slot.route)!;
    const attempt: ConnectAttempt = {
      signal: controller.signal,
      abort: (reason) => controller.abort(reason),
      resolved: (addresses) => this.#resolved(slot, route, addresses),
    };
    this.#attempts.set(slot, controller);
    this.#connector.connect(route, attempt).then(
      (connected) => this.#opened(slot, route, connected),
      (error) => this.#failed(slot, error),
    );
  }

  /** Looks for a connection to one of these addresses that will do. */
  #resolved(slot: Slot, route: Route, addresses: readonly string[]): void {
    if (!this.#config.coalesce) return;
    for (const lease of this.#hosts.for(route, addresses)) {
      const orders = this.#state.coalesce(slot, lease.slot);
      if (orders.length === 0) continue;
      this.#hosts.welcome(lease, route);
      this.#observer?.["pool.coalesce"]?.({ origin: route.key, connectionId: lease.id });
      return this.#carryOut(orders);
    }
  }

  #opened(slot: Slot, route: Route, connected: Connected): void {
    this.#attempts.delete(slot);
    if (slot.phase !== "opening") return connected.transport.close();
    const lease = new Lease(this, slot, connected, this.#config, this.#timers);
    this.#hold.add(lease);
    this.#hosts.add(lease, route);
    this.#age(lease);
    this.#observer?.["connection.open"]?.({
      connectionId: lease.id,
      role: "client",
      protocol: connected.protocol,
      encrypted: connected.transport.encrypted,
    });
    this.#carryOut(this.#state.opened(slot, lease, {
      streams: lease.maxStreams,
      shared: lease.isShared,
    }));
    lease.fresh = false;
    // Where nobody wants it after all, it has to notice its own end from now on.
    lease.connection.watch();
    this.#hold.letGo();
  }

  #failed(slot: Slot, error: unknown): void {
    this.#attempts.delete(slot);
    for (const order of this.#state.failed(slot)) {
      if (order.type === "refuse") this.#refuse(order.waiter, order.reason, error);
      else this.#carryOut([order]);
    }
    if (isRouteFailure(error)) this.#carryOut(this.#state.doubt(slot.route));
    this.#waits.review();
    this.#forget(slot.route);
  }

  #age(lease: Lease): void {
    const { maxConnectionAgeMs } = this.#config;
    if (maxConnectionAgeMs === Infinity) return;
    lease.aging = new WheelTimer(() => this.#carryOut(this.#state.retire(lease.slot, "age")));
    this.#timers.schedule(lease.aging, maxConnectionAgeMs);
  }

  #probe(slot: Slot): void {
    const lease = slot.connection!;
    const startedAt = this.#timers.now();
    lease.probe(this.#config.timeouts.pong).then((isAlive) => {
      this.#observer?.["pool.probe"]?.({
        origin: slot.route,
        connectionId: lease.id,
        alive: isAlive,
        durationMs: this.#timers.now() - startedAt,
      });
      if (isAlive) return this.#carryOut(this.#state.proved(slot));
      const message = "The peer has not answered after the network had changed";
      lease.connection.close(new NetworkError(message, { code: "NO_ANSWER" }));
    });
  }

  #evict(slot: Slot, reason: EvictReason): void {
    const attempt = this.#attempts.get(slot);
    this.#attempts.delete(slot);
    attempt?.abort(new AbortError("Nobody waits for the connection any more"));
    const lease = slot.connection;
    this.#observer?.["pool.evict"]?.({ origin: slot.route, connectionId: lease?.id, reason });
    if (lease !== undefined) {
      lease.endedBy = reason;
      if (this.#closed) lease.connection.close(new PoolClosedError());
      else {
        this.#leaving.add(lease);
        lease.retire();
      }
    }
    this.#forget(slot.route);
  }

  #forget(route: string): void {
    if (!this.#state.has(route)) this.#routes.delete(route);
  }
}
