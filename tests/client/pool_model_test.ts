import fc from "fast-check";
import type { PoolOrder } from "../../client/pool_order.ts";
import type { PoolLimits } from "../../client/pool_room.ts";
import type { PoolSlot } from "../../client/pool_slot.ts";
import { PoolState } from "../../client/pool_state.ts";
import { assert, assertEquals } from "../support/assert.ts";

type Slot = PoolSlot<string, number>;
type Order = PoolOrder<string, number>;

const ROUTES = ["a", "b", "c", "d"];

/** What the outside knows of an open connection. */
interface Live {
  /** The requests on it. */
  readonly requests: Set<number>;
  /** Routes of others that it serves. */
  readonly guests: Set<string>;
  /** How many requests it may carry at once, as the pool was told. */
  granted: number;
  readonly shared: boolean;
  doubted: boolean;
  retired: boolean;
  carried: number;
}

/** It carries out orders as `pool.ts` does and checks after each that the pool keeps its promises. */
class Outside {
  readonly state: PoolState<string, number>;
  readonly limits: PoolLimits;
  readonly opening = new Set<Slot>();
  readonly live = new Map<Slot, Live>();
  /** Who is on which connection, in the order they got it. */
  readonly granted = new Map<number, Slot>();
  /** Waiter to route, in the order they came. */
  readonly waiting = new Map<number, string>();
  readonly dedicated = new Map<number, string>();
  /** Routes whose connections may be shared, as far as that is known. */
  readonly mayShare = new Map<string, boolean>();
  readonly unshared = new Set<string>();
  readonly alone = new Set<string>();
  operations = 0;
  #waiter = 0;

  constructor(limits: PoolLimits) {
    this.limits = limits;
    this.state = new PoolState(limits);
  }

  // What is there

  /** All slots of a route, or of the pool. */
  slots(route?: string): Slot[] {
    const all = [...this.opening, ...this.live.keys()];
    return route === undefined ? all : all.filter((slot) => slot.route === route);
  }

  /** Whether requests of a route may be put on a connection. */
  serves(slot: Slot, route: string): boolean {
    const { guests, doubted, retired } = this.live.get(slot)!;
    return !doubted && !retired && (slot.route === route || guests.has(route));
  }

  /** Shared connections of a route, and those of others, that take requests. */
  sharedBy(route: string): Slot[] {
    return [...this.live.keys()].filter((slot) =>
      this.live.get(slot)!.shared && this.serves(slot, route)
    );
  }

  idle(): Slot[] {
    return [...this.live].filter(([, { requests }]) => requests.size === 0).map(([slot]) => slot);
  }

  /** For how many waiters of a route there is an attempt, or something that stands for one. */
  covered(route: string): number {
    const attempts =
      [...this.opening].filter((slot) => slot.route === route && slot.dedicatedTo === undefined)
        .length;
    if (this.mayShare.get(route) !== true) return attempts;
    const own = this.sharedBy(route).filter((slot) => slot.route === route).length;
    return attempts > 0 || own >= this.limits.maxMultiplexedPerOrigin ? Infinity : 0;
  }

  waitersOf(route: string): number[] {
    return [...this.waiting].filter(([, wanted]) => wanted === route).map(([waiter]) => waiter);
  }

  // What happens

  carryOut(orders: readonly Order[]): void {
    this.operations++;
    for (const order of orders) {
      switch (order.type) {
        case "open":
          this.opening.add(order.slot);
          break;
        case "evict": {
          const requests = this.live.get(order.slot)?.requests.size ?? 0;
          assertEquals(requests, 0, "never takes a connection from a request");
          assert(this.opening.delete(order.slot) || this.live.delete(order.slot));
          break;
        }
        case "refuse":
          if (order.reason === "full") break;
          assert(this.waiting.delete(order.waiter) || this.dedicated.delete(order.waiter));
          break;
        case "probe": {
          const live = this.live.get(order.slot)!;
          assert(live.shared && live.doubted, "asks only where there is doubt");
          break;
        }
        case "queue":
          break;
        case "reuse":
          this.#reuse(order.slot, order.waiter);
          break;
        default:
          order satisfies never;
      }
    }
    this.check();
  }

  #reuse(slot: Slot, waiter: number): void {
    const live = this.live.get(slot)!;
    const route = this.waiting.get(waiter) ?? this.dedicated.get(waiter)!;
    assert(live.requests.size < live.granted, "never lends more than there is");
    assert(!live.retired, "never lends what takes no more");
    assert(!live.doubted, "never lends what is doubted");
    assert(!live.requests.has(waiter) && !this.granted.has(waiter));
    assert(this.serves(slot, route), "lends what leads there");
    assert(slot.route === route || !this.alone.has(route), "leaves alone who wants to be");
    if (this.waiting.has(waiter)) {
      assertEquals(waiter, this.waitersOf(route)[0], "serves a route's waiters in order");
    }
    this.waiting.delete(waiter);
    this.dedicated.delete(waiter);
    this.#put(slot, waiter);
  }

  #put(slot: Slot, waiter: number): void {
    const live = this.live.get(slot)!;
    live.requests.add(waiter);
    this.granted.set(waiter, slot);
    const { maxRequestsPerConnection } = this.limits;
    assert(++live.carried <= maxRequestsPerConnection, "never lends what is worn out");
    if (live.carried === maxRequestsPerConnection) live.retired = true;
  }

  check(): void {
    const all = this.slots();
    const { maxConnections, maxConnectionsPerOrigin, maxWaiting } = this.limits;
    assertEquals(this.state.size, all.length);
    assert(all.length <= maxConnections, "keeps the total limit");
    assert(this.waiting.size <= maxWaiting, "keeps the limit of waiters");
    for (const [slot, live] of this.live) {
      assert(slot.phase !== "gone");
      // The pool retires what is in the way of somebody else.
      if (slot.capacity === 0) live.retired = true;
      assertEquals(slot.load, live.requests.size);
      if (!live.shared) assert(slot.load <= 1, "never hands a connection to two requests");
    }
    for (const route of ROUTES) this.#checkRoute(route, all, maxConnectionsPerOrigin);
  }

  #checkRoute(route: string, all: readonly Slot[], maxConnections: number): void {
    const own = all.filter((slot) => slot.route === route);
    assert(own.length <= maxConnections, "keeps the limit of a route");
    const waiting = this.waitersOf(route).length;
    if (waiting === 0) return;
    for (const [slot, { requests, granted }] of this.live) {
      if (!this.serves(slot, route)) continue;
      assert(requests.size >= granted, "nobody waits beside room");
    }
    // A waiter without an attempt on its behalf has a limit to blame.
    if (waiting <= this.covered(route)) return;
    const idle = this.idle().filter((slot) =>
      !this.live.get(slot)!.doubted || this.waitersOf(slot.route).length === 0
    );
    const isFull = all.length === this.limits.maxConnections && idle.length === 0;
    assert(own.length === maxConnections || isFull, "nobody waits without a reason");
  }

  // What can be done

  acquire(route: string): number {
    const waiter = ++this.#waiter;
    const { maxWaiting } = this.limits;
    if (this.slots(route).length === 0 && this.sharedBy(route).length === 0) {
      this.mayShare.set(route, route !== "a" && !this.unshared.has(route));
    }
    const isFull = this.waiting.size + this.dedicated.size >= maxWaiting;
    this.waiting.set(waiter, route);
    const orders = this.state.acquire(route, waiter, route !== "a");
    if (orders[0].type === "refuse") {
      assert(isFull, "refuses nobody while there is room to wait");
      this.waiting.delete(waiter);
    }
    this.carryOut(orders);
    return waiter;
  }

  take(route: string): void {
    const slot = this.state.take(route);
    if (slot === undefined) {
      for (const one of this.live.keys()) {
        const { requests, granted } = this.live.get(one)!;
        assert(!this.serves(one, route) || requests.size >= granted, "takes what there is");
      }
    } else {
      assert(this.serves(slot, route));
      assertEquals(this.waitersOf(route), [], "lets nobody jump the queue");
      const live = this.live.get(slot)!;
      assert(live.requests.size < live.granted);
      this.#put(slot, ++this.#waiter);
    }
    this.carryOut([]);
  }

  open(slot: Slot, pick: number): void {
    const { route } = slot;
    const shared = route === "b" || route === "d" || route === "c" && pick % 2 === 1;
    if (this.mayShare.get(route) && !shared) this.unshared.add(route);
    if (shared) this.unshared.delete(route);
    this.mayShare.set(route, shared);
    this.opening.delete(slot);
    const granted = shared ? 1 + pick % 4 : 1;
    this.live.set(slot, {
      requests: new Set(),
      guests: new Set(),
      granted,
      shared,
      doubted: false,
      retired: false,
      carried: 0,
    });
    const capacity = shared ? { streams: granted, shared: true } : undefined;
    this.carryOut(this.state.opened(slot, "conn", capacity));
  }

  fail(slot: Slot): void {
    this.opening.delete(slot);
    this.carryOut(this.state.failed(slot));
  }

  /** A request ends well. */
  free(waiter: number): void {
    const slot = this.granted.get(waiter)!;
    this.granted.delete(waiter);
    this.live.get(slot)!.requests.delete(waiter);
    this.carryOut(this.state.release(slot));
  }

  remove(slot: Slot): void {
    for (const waiter of this.live.get(slot)!.requests) this.granted.delete(waiter);
    this.live.delete(slot);
    this.carryOut(this.state.remove(slot));
  }

  abandon(waiter: number): void {
    const route = this.waiting.get(waiter) ?? this.dedicated.get(waiter)!;
    this.waiting.delete(waiter);
    this.dedicated.delete(waiter);
    this.carryOut(this.state.abandon(route, waiter));
  }

  /** A request finds its connection dead. */
  replace(waiter: number): void {
    const slot = this.granted.get(waiter)!;
    const { route } = slot;
    if (this.live.get(slot)!.shared) {
      this.free(waiter);
      this.acquire(route);
      return;
    }
    this.granted.delete(waiter);
    this.live.delete(slot);
    this.dedicated.set(waiter, route);
    this.carryOut(this.state.replace(slot, waiter));
  }

  resize(slot: Slot, streams: number): void {
    const live = this.live.get(slot)!;
    if (live.retired) return;
    live.granted = streams;
    if (streams === 0) live.retired = true;
    this.carryOut(this.state.resize(slot, streams));
  }

  age(slot: Slot): void {
    this.live.get(slot)!.retired = true;
    this.carryOut(this.state.retire(slot, "age"));
    const live = this.live.get(slot);
    assert(live === undefined || live.requests.size > 0, "keeps nothing that is old and idle");
  }

  doubt(route: string | undefined): void {
    const doubted = this.slots(route).filter((slot) => this.live.has(slot));
    const idle = this.idle();
    for (const slot of doubted) this.#doubt(slot);
    this.carryOut(this.state.doubt(route));
    for (const slot of doubted) {
      const { shared = true } = this.live.get(slot) ?? {};
      assert(shared || !idle.includes(slot), "keeps nothing that is doubted and cannot be asked");
    }
  }

  suspect(slot: Slot): void {
    this.#doubt(slot);
    this.carryOut(this.state.suspect(slot));
  }

  #doubt(slot: Slot): void {
    const live = this.live.get(slot)!;
    if (!live.shared || live.retired) return;
    live.doubted = true;
    live.guests.clear();
  }

  prove(slot: Slot): void {
    this.live.get(slot)!.doubted = false;
    this.carryOut(this.state.proved(slot));
  }

  coalesce(slot: Slot, host: Slot): void {
    const live = this.live.get(host)!;
    const may = live.shared && !live.doubted && !live.retired &&
      live.requests.size < live.granted && slot.route !== host.route &&
      slot.dedicatedTo === undefined && !this.alone.has(slot.route) &&
      !live.guests.has(slot.route);
    assertEquals(this.state.mayCoalesce(slot, host), may);
    if (may) {
      live.guests.add(slot.route);
      this.mayShare.set(slot.route, true);
    }
    const orders = this.state.coalesce(slot, host);
    assertEquals(orders.length > 0, may);
    this.carryOut(orders);
  }

  separate(route: string): void {
    this.alone.add(route);
    for (const { guests } of this.live.values()) guests.delete(route);
    this.carryOut(this.state.separate(route));
  }

  /**
   * Attempts succeed, peers answer and requests end, the oldest first, while new requests keep
   * coming behind each one that ends: whoever waits now is served all the same.
   */
  settle(comesAnother: boolean): void {
    const old = new Set([...this.waiting.keys(), ...this.dedicated.keys()]);
    const bound = 8 * (old.size + this.granted.size + this.slots().length) + 32;
    for (let round = 0; old.size > 0; round++) {
      assert(round <= bound, "starves nobody");
      const [attempt] = this.opening;
      const doubted = [...this.live].find(([, live]) => live.doubted);
      const [first] = this.granted;
      if (attempt !== undefined) this.open(attempt, round);
      else if (doubted !== undefined) this.prove(doubted[0]);
      else {
        const { route } = first[1];
        this.free(first[0]);
        if (comesAnother) this.acquire(route);
      }
      for (const waiter of old) {
        if (!this.waiting.has(waiter) && !this.dedicated.has(waiter)) old.delete(waiter);
      }
    }
  }

  /** Everything is closed, and nothing is left. */
  finish(): void {
    const counts = [...this.state.counts().values()];
    const sum = (name: "waiting" | "requests"): number =>
      counts.reduce((total, one) => total + one[name], 0);
    assertEquals(sum("waiting"), this.waiting.size + this.dedicated.size);
    assertEquals(sum("requests"), this.granted.size);
    for (const waiter of this.granted.keys()) this.free(waiter); // and those that follow
    this.carryOut(this.state.close());
    assertEquals([this.waiting.size, this.dedicated.size, this.slots().length], [0, 0, 0]);
    assertEquals(this.state.counts().size, 0);
    const { opened, closed, waiting } = this.state.total();
    assertEquals([opened, waiting], [closed, 0]);
  }
}

interface Choice {
  readonly pick: number;
  readonly route: string;
}

function chosen<T>(items: Iterable<T>, pick: number): T | undefined {
  const all = [...items];
  return all[pick % Math.max(1, all.length)];
}

/** What can be done to something that may not be there. */
function to<T>(
  items: (outside: Outside) => Iterable<T>,
  act: (outside: Outside, item: T, choice: Choice) => void,
): (outside: Outside, choice: Choice) => void {
  return (outside, choice) => {
    const item = chosen(items(outside), choice.pick);
    if (item !== undefined) act(outside, item, choice);
  };
}

const live = (outside: Outside): Iterable<Slot> => outside.live.keys();
const sharedOnes = (outside: Outside): Slot[] =>
  [...outside.live].filter(([, { shared }]) => shared).map(([slot]) => slot);
const doubted = (outside: Outside): Slot[] =>
  [...outside.live].filter(([, one]) => one.doubted).map(([slot]) => slot);

const ACTS: Readonly<Record<string, (outside: Outside, choice: Choice) => void>> = {
  acquire: (outside, { route }) => void outside.acquire(route),
  take: (outside, { route }) => outside.take(route),
  open: to(({ opening }) => opening, (outside, slot, { pick }) => outside.open(slot, pick)),
  fail: to(({ opening }) => opening, (outside, slot) => outside.fail(slot)),
  free: to(({ granted }) => granted.keys(), (outside, waiter) => outside.free(waiter)),
  remove: to(live, (outside, slot) => outside.remove(slot)),
  abandon: to(
    ({ waiting, dedicated }) => [...waiting.keys(), ...dedicated.keys()],
    (outside, waiter) => outside.abandon(waiter),
  ),
  replace: to(({ granted }) => granted.keys(), (outside, waiter) => outside.replace(waiter)),
  resize: to(sharedOnes, (outside, slot, { pick }) => outside.resize(slot, pick % 5)),
  age: to(live, (outside, slot) => outside.age(slot)),
  doubt: (outside, { route, pick }) => outside.doubt(pick % 4 === 0 ? undefined : route),
  suspect: to(sharedOnes, (outside, slot) => outside.suspect(slot)),
  prove: to(doubted, (outside, slot) => outside.prove(slot)),
  coalesce: to(
    ({ opening }) => opening,
    (outside, slot, { pick }) => {
      const host = chosen(sharedOnes(outside), pick >> 3);
      if (host !== undefined) outside.coalesce(slot, host);
    },
  ),
  separate: (outside, { route }) => outside.separate(route),
};

class Act implements fc.Command<object, Outside> {
  readonly #name: string;
  readonly #choice: Choice;

  constructor(name: string, choice: Choice) {
    this.#name = name;
    this.#choice = choice;
  }

  check(): boolean {
    return true;
  }

  run(_model: object, outside: Outside): void {
    ACTS[this.#name](outside, this.#choice);
  }

  toString(): string {
    return `${this.#name}(${this.#choice.route}, ${this.#choice.pick})`;
  }
}

const WEIGHTS: Readonly<Record<string, number>> = {
  acquire: 24,
  open: 12,
  free: 16,
  take: 4,
  prove: 4,
  coalesce: 4,
  abandon: 3,
  replace: 3,
  resize: 3,
};

const commands = Object.keys(ACTS).flatMap((name) => {
  const arbitrary = fc.tuple(fc.nat({ max: 1_000 }), fc.constantFrom(...ROUTES, "a", "b"))
    .map(([pick, route]) => new Act(name, { pick, route }));
  return Array.from({ length: WEIGHTS[name] ?? 2 }, () => arbitrary);
});

const limits: fc.Arbitrary<PoolLimits> = fc.record({
  maxConnections: fc.integer({ min: 1, max: 6 }),
  maxConnectionsPerOrigin: fc.integer({ min: 1, max: 4 }),
  maxMultiplexedPerOrigin: fc.integer({ min: 1, max: 2 }),
  maxRequestsPerConnection: fc.constantFrom(1, 3, Infinity, Infinity),
  maxWaiting: fc.constantFrom(2, 5, Infinity, Infinity),
});

Deno.test("the pool keeps its promises under any sequence of operations", () => {
  let operations = 0;
  fc.assert(
    fc.property(
      limits,
      fc.boolean(),
      fc.commands(commands, { maxCommands: 120, size: "max" }),
      (limits, comesAnother, acts) => {
        const outside = new Outside(limits);
        fc.modelRun(() => ({ model: {}, real: outside }), acts);
        outside.settle(comesAnother);
        outside.finish();
        operations += outside.operations;
      },
    ),
    { numRuns: 3_000, seed: 20_251_126 },
  );
  assert(operations >= 50_000, `${operations} operations`);
});
