/**
 * What a connection pool decides, without doing any of it.
 *
 * The state is plain and synchronous: each method changes it and returns the orders that follow,
 * oldest first. Whoever calls carries them out (`pool.ts`) and reports back what came of them.
 * Nothing here knows a clock, a socket or a promise, so that a model test can drive it.
 *
 * ```
 *              acquire            opened, no waiter
 *   (nothing) ────────▶ opening ──────────────────▶ idle ◀─┐
 *                          │                         │     │ release, no waiter
 *                          │ opened, waiter          ▼     │
 *                          └─────────────────────▶ active ─┘
 *        failed, released for good, removed, evicted ──▶ gone
 * ```
 *
 * @module
 */

/** How many connections a pool may have. */
export interface PoolLimits {
  /** In total, opening ones included. */
  readonly maxConnections: number;
  /** For one origin, opening ones included. */
  readonly maxConnectionsPerOrigin: number;
}

/** Where one connection is in its life. */
export type SlotPhase = "opening" | "idle" | "active" | "gone";

/** The place of one connection. Only {@linkcode PoolState} writes to it. */
export interface PoolSlot<C, W> {
  /** Which origin it leads to. */
  readonly origin: string;
  /** Where it is in its life. */
  readonly phase: SlotPhase;
  /** The connection, once opened. */
  readonly connection: C | undefined;
  /** The waiter that asked for a fresh connection and gets this one and no other. */
  readonly dedicatedTo: W | undefined;
}

/** What the caller has to do. */
export type PoolOrder<C, W> =
  /** Give the connection of `slot` to `waiter`. */
  | { readonly type: "reuse"; readonly slot: PoolSlot<C, W>; readonly waiter: W }
  /** Open a connection for `slot`, then call `opened` or `failed`. */
  | { readonly type: "open"; readonly slot: PoolSlot<C, W> }
  /** Let `waiter` wait: no slot is free for it. */
  | { readonly type: "queue"; readonly waiter: W }
  /** Close the connection of `slot`, or give up opening it. The slot is gone already. */
  | { readonly type: "evict"; readonly slot: PoolSlot<C, W> }
  /** Tell `waiter` that it gets no connection. */
  | { readonly type: "refuse"; readonly waiter: W };

/** What a pool holds at one moment. */
export interface PoolCounts {
  /** Connections that carry a request. */
  readonly active: number;
  /** Connections that may carry another request. */
  readonly idle: number;
  /** Connections that are being opened. */
  readonly opening: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/**
 * The decisions of a pool over connections of type `C`, wanted by waiters of type `W`.
 *
 * Three rules hold after every call: no limit is exceeded; waiters of an origin are served in the
 * order they came; and a slot that becomes free goes to the oldest waiter of any origin that may
 * have it, so that a busy origin starves no other.
 */
export class PoolState<C, W> {
  readonly #limits: PoolLimits;
  readonly #origins = new Map<string, Origin<C, W>>();
  readonly #dedicated = new Map<W, Slot<C, W>>();
  #size = 0;
  #sequence = 0;

  /** Makes an empty pool. */
  constructor(limits: PoolLimits) {
    this.#limits = limits;
  }

  /** How many slots there are, opening ones included. */
  get size(): number {
    return this.#size;
  }

  /** Takes the idle connection of `origin` that was used last, if there is one. */
  take(origin: string): PoolSlot<C, W> | undefined {
    const slot = this.#origins.get(origin)?.idle.pop();
    if (slot !== undefined) slot.phase = "active";
    return slot;
  }

  /** Wants a connection to `origin` for `waiter`. */
  acquire(origin: string, waiter: W): PoolOrder<C, W>[] {
    const slot = this.take(origin);
    if (slot !== undefined) return [{ type: "reuse", slot, waiter }];
    const place = this.#originOf(origin);
    place.waiters.set(waiter, ++this.#sequence);
    const orders: PoolOrder<C, W>[] = [];
    if (!this.#openFor(place, orders)) orders.push({ type: "queue", waiter });
    return orders;
  }

  /**
   * Gives up `slot`, whose connection turned out to be dead, and opens a fresh one in its place
   * for `waiter` alone.
   */
  replace(slot: PoolSlot<C, W>, waiter: W): PoolOrder<C, W>[] {
    // A slot that is gone has given its place away already: start over.
    if (slot.phase === "gone") return this.acquire(slot.origin, waiter);
    this.#drop(slot as Slot<C, W>);
    const fresh = this.#add(this.#originOf(slot.origin));
    fresh.dedicatedTo = waiter;
    this.#dedicated.set(waiter, fresh);
    return [{ type: "open", slot: fresh }];
  }

  /** The connection of `slot` has been opened. */
  opened(slot: PoolSlot<C, W>, connection: C): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "opening") return [{ type: "evict", slot }];
    own.connection = connection;
    const place = this.#originOf(own.origin);
    const waiter = own.dedicatedTo;
    if (waiter !== undefined) {
      this.#dedicated.delete(waiter);
      own.dedicatedTo = undefined;
      own.phase = "active";
      return [{ type: "reuse", slot, waiter }];
    }
    place.opening.delete(own);
    own.phase = "active";
    return this.#place(own, place);
  }

  /** The connection of `slot` could not be opened: one waiter is refused. */
  failed(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "opening") return [];
    const orders: PoolOrder<C, W>[] = [];
    const place = this.#originOf(own.origin);
    let waiter = own.dedicatedTo;
    if (waiter === undefined) {
      // The oldest waiter is the one that this attempt was made for, or stands for it.
      waiter = place.waiters.keys().next().value;
      if (waiter !== undefined) place.waiters.delete(waiter);
    }
    this.#drop(own);
    if (waiter !== undefined) orders.push({ type: "refuse", waiter });
    this.#refill(orders);
    return orders;
  }

  /** The request on `slot` is over and its connection may carry another. */
  release(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "active") return [];
    return this.#place(own, this.#originOf(own.origin));
  }

  /** The connection of `slot` is closed. */
  remove(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase === "gone") return [];
    const orders: PoolOrder<C, W>[] = [];
    this.#drop(own);
    this.#refill(orders);
    return orders;
  }

  /** `waiter` wants nothing any more. An attempt that nobody waits for is given up. */
  abandon(origin: string, waiter: W): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    let surplus = this.#dedicated.get(waiter);
    if (surplus === undefined) {
      const place = this.#origins.get(origin);
      if (place === undefined || !place.waiters.delete(waiter)) return orders;
      if (place.opening.size > place.waiters.size) {
        for (const slot of place.opening) surplus = slot;
      }
      this.#forget(place);
    }
    if (surplus !== undefined) {
      this.#drop(surplus);
      orders.push({ type: "evict", slot: surplus });
      this.#refill(orders);
    }
    return orders;
  }

  /** Whether an attempt to open a connection is under way on behalf of `waiter`. */
  isCovered(origin: string, waiter: W): boolean {
    if (this.#dedicated.has(waiter)) return true;
    const place = this.#origins.get(origin);
    if (place === undefined) return false;
    let ahead = 0;
    for (const other of place.waiters.keys()) {
      if (ahead++ >= place.opening.size) return false;
      if (other === waiter) return true;
    }
    return false;
  }

  /** Empties the pool: every waiter is refused and every connection evicted. */
  close(): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    for (const waiter of this.#dedicated.keys()) orders.push({ type: "refuse", waiter });
    for (const place of this.#origins.values()) {
      for (const waiter of place.waiters.keys()) orders.push({ type: "refuse", waiter });
      for (const slot of place.slots) {
        slot.phase = "gone";
        orders.push({ type: "evict", slot });
      }
    }
    this.#dedicated.clear();
    this.#origins.clear();
    this.#size = 0;
    return orders;
  }

  /** Whether anything of `origin` is left. */
  has(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /** How many waiters of `origin` there are. */
  waiting(origin: string): number {
    return this.#origins.get(origin)?.waiters.size ?? 0;
  }

  /** Counts what the pool holds, for every origin that it knows. */
  counts(): Map<string, PoolCounts> {
    const counts = new Map<string, PoolCounts>();
    for (const place of this.#origins.values()) {
      let opening = 0;
      for (const slot of place.slots) if (slot.phase === "opening") opening++;
      const idle = place.idle.length;
      counts.set(place.key, {
        active: place.slots.size - idle - opening,
        idle,
        opening,
        waiting: place.waiters.size + this.#dedicatedTo(place.key),
      });
    }
    return counts;
  }

  #dedicatedTo(origin: string): number {
    let count = 0;
    for (const slot of this.#dedicated.values()) if (slot.origin === origin) count++;
    return count;
  }

  #originOf(key: string): Origin<C, W> {
    let place = this.#origins.get(key);
    if (place === undefined) {
      place = { key, slots: new Set(), idle: [], opening: new Set(), waiters: new Map() };
      this.#origins.set(key, place);
    }
    return place;
  }

  /** Finds work for a connection that has none. */
  #place(slot: Slot<C, W>, place: Origin<C, W>): PoolOrder<C, W>[] {
    const first = place.waiters.entries().next().value;
    if (this.#size >= this.#limits.maxConnections && this.#origins.size > 1) {
      const starved = this.#oldestUncovered(place);
      if (starved !== undefined && (first === undefined || starved.since < first[1])) {
        const orders: PoolOrder<C, W>[] = [];
        this.#drop(slot);
        orders.push({ type: "evict", slot });
        this.#refill(orders);
        return orders;
      }
    }
    if (first !== undefined) {
      place.waiters.delete(first[0]);
      slot.phase = "active";
      return [{ type: "reuse", slot, waiter: first[0] }];
    }
    slot.phase = "idle";
    slot.idleSince = ++this.#sequence;
    place.idle.push(slot);
    return NOTHING;
  }

  /** Gives free slots to the oldest waiters that may have them. */
  #refill(orders: PoolOrder<C, W>[]): void {
    while (this.#size < this.#limits.maxConnections) {
      const oldest = this.#oldestUncovered(undefined);
      if (oldest === undefined || !this.#openFor(oldest.place, orders)) return;
    }
  }

  /** The oldest waiter without an attempt on its behalf whose origin has room for one. */
  #oldestUncovered(
    except: Origin<C, W> | undefined,
  ): { place: Origin<C, W>; since: number } | undefined {
    let oldest: { place: Origin<C, W>; since: number } | undefined;
    for (const place of this.#origins.values()) {
      if (place === except || place.waiters.size <= place.opening.size) continue;
      if (place.slots.size >= this.#limits.maxConnectionsPerOrigin) continue;
      let covered = place.opening.size;
      for (const since of place.waiters.values()) {
        if (covered-- > 0) continue;
        if (oldest === undefined || since < oldest.since) oldest = { place, since };
        break;
      }
    }
    return oldest;
  }

  /** Orders an attempt for the first uncovered waiter of `place`, where the limits allow one. */
  #openFor(place: Origin<C, W>, orders: PoolOrder<C, W>[]): boolean {
    if (place.waiters.size <= place.opening.size) return false;
    if (place.slots.size >= this.#limits.maxConnectionsPerOrigin) return false;
    if (this.#size >= this.#limits.maxConnections) {
      const victim = this.#longestIdle();
      if (victim === undefined) return false;
      this.#drop(victim);
      orders.push({ type: "evict", slot: victim });
    }
    const slot = this.#add(place);
    place.opening.add(slot);
    orders.push({ type: "open", slot });
    return true;
  }

  #longestIdle(): Slot<C, W> | undefined {
    let longest: Slot<C, W> | undefined;
    for (const place of this.#origins.values()) {
      const slot = place.idle[0];
      if (slot === undefined) continue;
      if (longest === undefined || slot.idleSince < longest.idleSince) longest = slot;
    }
    return longest;
  }

  #add(place: Origin<C, W>): Slot<C, W> {
    const slot: Slot<C, W> = {
      origin: place.key,
      phase: "opening",
      connection: undefined,
      dedicatedTo: undefined,
      idleSince: 0,
    };
    place.slots.add(slot);
    this.#size++;
    return slot;
  }

  #drop(slot: Slot<C, W>): void {
    const place = this.#originOf(slot.origin);
    if (slot.phase === "idle") place.idle.splice(place.idle.indexOf(slot), 1);
    place.opening.delete(slot);
    if (slot.dedicatedTo !== undefined) this.#dedicated.delete(slot.dedicatedTo);
    place.slots.delete(slot);
    slot.phase = "gone";
    this.#size--;
    this.#forget(place);
  }

  #forget(place: Origin<C, W>): void {
    if (place.slots.size === 0 && place.waiters.size === 0) this.#origins.delete(place.key);
  }
}

const NOTHING: never[] = [];

/** {@linkcode PoolSlot} as its owner sees it. */
interface Slot<C, W> extends PoolSlot<C, W> {
  phase: SlotPhase;
  connection: C | undefined;
  dedicatedTo: W | undefined;
  idleSince: number;
}

interface Origin<C, W> {
  readonly key: string;
  readonly slots: Set<Slot<C, W>>;
  /** Longest idle first: the last one used is the likeliest to be alive, so it is taken first. */
  readonly idle: Slot<C, W>[];
  /** Attempts that stand for the first so many of the waiters. */
  readonly opening: Set<Slot<C, W>>;
  /** Each with the sequence number of its arrival, oldest first. */
  readonly waiters: Map<W, number>;
}
