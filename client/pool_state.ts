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
 * A connection carries so many requests at once as its capacity says: one over HTTP/1.1, many over
 * HTTP/2. Of the second kind an origin has one that takes requests; whoever finds no room on it
 * waits. A capacity of 0 says that it takes no more, and it goes when the last request on it ends.
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
  /** How many requests it can carry at once; 0 once it takes no more. */
  readonly capacity: number;
  /** How many requests it carries. */
  readonly load: number;
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
  /** Connections that carry a request, or several. */
  readonly active: number;
  /** Connections that carry none and may carry another. */
  readonly idle: number;
  /** Connections that are being opened. */
  readonly opening: number;
  /** Requests that wait for a connection, or for room on one. */
  readonly waiting: number;
  /** Requests that are on a connection. */
  readonly requests: number;
}

/** What a connection turned out to be. */
export interface Capacity {
  /** How many requests it can carry at once. */
  readonly streams: number;
  /** Whether all requests to its origin share it, or each takes one of its own. */
  readonly shared: boolean;
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
  /** Origins whose connections could have been shared and were not. */
  readonly #unshared = new Set<string>();
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

  /** Takes room on a connection of `origin`, if there is any: of idle ones, the last one used. */
  take(origin: string): PoolSlot<C, W> | undefined {
    const place = this.#origins.get(origin);
    if (place === undefined) return undefined;
    const slot = place.shared.find(hasRoom) ?? place.idle.pop();
    if (slot !== undefined) carry(slot);
    return slot;
  }

  /** The connection of `origin` that requests share and that has room, if there is one. */
  shared(origin: string): PoolSlot<C, W> | undefined {
    return this.#origins.get(origin)?.shared.find(hasRoom);
  }

  /**
   * Wants a connection to `origin` for `waiter`.
   *
   * @param mayShare Whether a connection may turn out to be one that all requests share. One
   *   attempt stands for all waiters until that is known.
   */
  acquire(origin: string, waiter: W, mayShare = false): PoolOrder<C, W>[] {
    const slot = this.take(origin);
    if (slot !== undefined) return [{ type: "reuse", slot, waiter }];
    const place = this.#originOf(origin);
    if (place.slots.size === 0) place.mayShare = mayShare && !this.#unshared.has(origin);
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

  /** The connection of `slot` has been opened, for one request at a time or for more. */
  opened(
    slot: PoolSlot<C, W>,
    connection: C,
    capacity: Capacity = ONE_AT_A_TIME,
  ): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "opening") return [{ type: "evict", slot }];
    own.connection = connection;
    own.capacity = capacity.streams;
    own.shared = capacity.shared;
    const place = this.#originOf(own.origin);
    this.#learn(place, capacity.shared);
    place.opening.delete(own);
    own.phase = "active";
    if (own.shared) place.shared.push(own);
    const orders: PoolOrder<C, W>[] = [];
    const waiter = own.dedicatedTo;
    if (waiter !== undefined) {
      this.#dedicated.delete(waiter);
      own.dedicatedTo = undefined;
      carry(own);
      orders.push({ type: "reuse", slot, waiter });
    }
    if (hasRoom(own)) this.#place(own, place, orders);
    // Whoever has waited to learn what connections there are may need one of its own.
    while (this.#openFor(place, orders));
    return orders;
  }

  /** The connection of `slot` could not be opened: whoever it was for is refused. */
  failed(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "opening") return [];
    const orders: PoolOrder<C, W>[] = [];
    const place = this.#originOf(own.origin);
    const refused: W[] = [];
    if (own.dedicatedTo !== undefined) refused.push(own.dedicatedTo);
    else {
      // The oldest waiter is the one that this attempt was made for, or stands for it.
      const count = place.mayShare && place.shared.length === 0 ? place.waiters.size : 1;
      for (const waiter of place.waiters.keys()) if (refused.length < count) refused.push(waiter);
      for (const waiter of refused) place.waiters.delete(waiter);
    }
    this.#drop(own);
    for (const waiter of refused) orders.push({ type: "refuse", waiter });
    this.#refill(orders);
    return orders;
  }

  /** A request on `slot` is over and its connection may carry another. */
  release(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "active") return NOTHING;
    own.load--;
    if (own.capacity > 0 && own.load >= own.capacity) return NOTHING;
    const orders: PoolOrder<C, W>[] = [];
    if (own.capacity > 0) this.#place(own, this.#originOf(own.origin), orders);
    else if (own.load === 0) this.#giveAway(own, orders);
    return orders;
  }

  /**
   * The connection of `slot` can carry so many requests at once from now on. 0 is for good: it goes
   * with its last request, and another takes its place before that.
   */
  resize(slot: PoolSlot<C, W>, streams: number): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase === "gone" || own.phase === "opening" || own.capacity === 0) return NOTHING;
    const place = this.#originOf(own.origin);
    const orders: PoolOrder<C, W>[] = [];
    if (streams === 0) this.#retire(own, place, orders);
    else {
      own.capacity = streams;
      if (own.load > 0 && hasRoom(own) && place.waiters.size > 0) this.#place(own, place, orders);
    }
    return orders;
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
    if (place.mayShare && place.opening.size > 0) return place.waiters.has(waiter);
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
      const count = { active: 0, idle: 0, opening: 0 };
      let requests = 0;
      for (const { phase, load } of place.slots) {
        requests += load;
        if (phase !== "gone") count[phase]++;
      }
      const waiting = place.waiters.size + this.#dedicatedTo(place.key);
      counts.set(place.key, { ...count, waiting, requests });
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
      place = {
        key,
        mayShare: false,
        slots: new Set(),
        idle: [],
        shared: [],
        opening: new Set(),
        waiters: new Map(),
      };
      this.#origins.set(key, place);
    }
    return place;
  }

  #learn(place: Origin<C, W>, shared: boolean): void {
    if (place.mayShare && !shared) {
      if (this.#unshared.size >= MAX_KNOWN_ORIGINS) this.#unshared.clear();
      this.#unshared.add(place.key);
    } else if (shared) this.#unshared.delete(place.key);
    place.mayShare = shared;
  }

  /** Finds work for a connection that has room. */
  #place(slot: Slot<C, W>, place: Origin<C, W>, orders: PoolOrder<C, W>[]): void {
    const { waiters } = place;
    if (this.#size >= this.#limits.maxConnections && this.#origins.size > 1) {
      const first: number | undefined = waiters.values().next().value;
      const starved = this.#oldestUncovered(place);
      if (starved !== undefined && (first === undefined || starved.since < first)) {
        return this.#retire(slot, place, orders);
      }
    }
    for (const waiter of waiters.keys()) {
      if (!hasRoom(slot)) return;
      waiters.delete(waiter);
      carry(slot);
      orders.push({ type: "reuse", slot, waiter });
    }
    if (slot.load > 0) return;
    slot.phase = "idle";
    slot.idleSince = ++this.#sequence;
    if (!slot.shared) place.idle.push(slot);
  }

  /** Puts nothing more on a connection: it goes as soon as it carries nothing. */
  #retire(slot: Slot<C, W>, place: Origin<C, W>, orders: PoolOrder<C, W>[]): void {
    slot.capacity = 0;
    remove(place.shared, slot);
    if (slot.load === 0) this.#giveAway(slot, orders);
    else while (this.#openFor(place, orders));
  }

  /** Closes a connection and gives its place to whoever has waited longest. */
  #giveAway(slot: Slot<C, W>, orders: PoolOrder<C, W>[]): void {
    this.#drop(slot);
    orders.push({ type: "evict", slot });
    this.#refill(orders);
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
      if (place === except || place.waiters.size <= covered(place)) continue;
      if (place.slots.size >= this.#limits.maxConnectionsPerOrigin) continue;
      let ahead = covered(place);
      for (const since of place.waiters.values()) {
        if (ahead-- > 0) continue;
        if (oldest === undefined || since < oldest.since) oldest = { place, since };
        break;
      }
    }
    return oldest;
  }

  /** Orders an attempt for the first uncovered waiter of `place`, where the limits allow one. */
  #openFor(place: Origin<C, W>, orders: PoolOrder<C, W>[]): boolean {
    if (place.waiters.size <= covered(place)) return false;
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
      for (const slot of [place.idle[0], ...place.shared]) {
        if (slot?.phase !== "idle") continue;
        if (longest === undefined || slot.idleSince < longest.idleSince) longest = slot;
      }
    }
    return longest;
  }

  #add(place: Origin<C, W>): Slot<C, W> {
    const slot: Slot<C, W> = {
      origin: place.key,
      phase: "opening",
      connection: undefined,
      capacity: 1,
      load: 0,
      shared: false,
      dedicatedTo: undefined,
      idleSince: 0,
    };
    place.slots.add(slot);
    this.#size++;
    return slot;
  }

  #drop(slot: Slot<C, W>): void {
    const place = this.#originOf(slot.origin);
    if (slot.shared) remove(place.shared, slot);
    else if (slot.phase === "idle") remove(place.idle, slot);
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
const ONE_AT_A_TIME: Capacity = Object.freeze({ streams: 1, shared: false });
const MAX_KNOWN_ORIGINS = 512; // what is forgotten is learned again, at the price of one handshake

function hasRoom(slot: PoolSlot<unknown, unknown>): boolean {
  return slot.load < slot.capacity;
}

function carry<C, W>(slot: Slot<C, W>): void {
  slot.load++;
  slot.phase = "active";
}

/** For how many of its waiters, the oldest first, an origin has a connection or an attempt. */
function covered(place: Origin<unknown, unknown>): number {
  if (!place.mayShare) return place.opening.size;
  return place.opening.size + place.shared.length > 0 ? Infinity : 0;
}

function remove<T>(items: T[], item: T): void {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
}

/** {@linkcode PoolSlot} as its owner sees it. */
interface Slot<C, W> extends PoolSlot<C, W> {
  phase: SlotPhase;
  connection: C | undefined;
  capacity: number;
  load: number;
  shared: boolean;
  dedicatedTo: W | undefined;
  idleSince: number;
}

interface Origin<C, W> {
  readonly key: string;
  /** Whether connections are shared, or one that is opened may turn out to be. */
  mayShare: boolean;
  readonly slots: Set<Slot<C, W>>;
  /** Longest idle first: the last one used is the likeliest to be alive, so it is taken first. */
  readonly idle: Slot<C, W>[];
  /** Those that carry many requests at once and take more. */
  readonly shared: Slot<C, W>[];
  /** Attempts that stand for the first so many of the waiters. */
  readonly opening: Set<Slot<C, W>>;
  /** Each with the sequence number of its arrival, oldest first. */
  readonly waiters: Map<W, number>;
}
