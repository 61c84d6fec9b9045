import fc from "fast-check";
import { type PoolOrder, type PoolSlot, PoolState } from "../../client/pool_state.ts";
import { assert, assertEquals } from "../support/assert.ts";

type Slot = PoolSlot<string, number>;
type Order = PoolOrder<string, number>;

function types(orders: readonly Order[]): string[] {
  return orders.map((order) => order.type);
}

function slotOf(order: Order): Slot {
  if (!("slot" in order)) throw new Error(`order "${order.type}" has no slot`);
  return order.slot;
}

function pool(maxConnections: number, maxConnectionsPerOrigin: number): PoolState<string, number> {
  return new PoolState({ maxConnections, maxConnectionsPerOrigin });
}

Deno.test("pool state opens a connection for the first request and lends it again", () => {
  const state = pool(4, 2);
  const [open] = state.acquire("a", 1);
  assertEquals(open.type, "open");
  const slot = slotOf(open);
  assertEquals(state.opened(slot, "conn"), [{ type: "reuse", slot, waiter: 1 }]);
  assertEquals(slot.phase, "active");
  assertEquals(state.release(slot).length, 0);
  assertEquals(slot.phase, "idle");
  assertEquals(state.acquire("a", 2), [{ type: "reuse", slot, waiter: 2 }]);
  assertEquals(state.take("a"), undefined);
});

Deno.test("pool state takes the connection that was used last", () => {
  const state = pool(4, 4);
  const slots = [1, 2].map((waiter) => slotOf(state.acquire("a", waiter)[0]));
  for (const slot of slots) state.opened(slot, "conn");
  state.release(slots[1]);
  state.release(slots[0]);
  assertEquals(state.take("a"), slots[0]);
  assertEquals(state.take("a"), slots[1]);
});

Deno.test("pool state queues beyond the limit of an origin and serves in order", () => {
  const state = pool(4, 1);
  const slot = slotOf(state.acquire("a", 1)[0]);
  assertEquals(types(state.acquire("a", 2)), ["queue"]);
  assertEquals(types(state.acquire("a", 3)), ["queue"]);
  assertEquals(state.opened(slot, "conn"), [{ type: "reuse", slot, waiter: 1 }]);
  assertEquals(state.release(slot), [{ type: "reuse", slot, waiter: 2 }]);
  assertEquals(state.remove(slot).map((order) => order.type), ["open"]);
  assertEquals(slot.phase, "gone");
});

Deno.test("pool state evicts the longest idle connection of another origin at the total limit", () => {
  const state = pool(2, 2);
  const first = slotOf(state.acquire("a", 1)[0]);
  const second = slotOf(state.acquire("b", 2)[0]);
  state.opened(first, "first");
  state.opened(second, "second");
  state.release(second);
  state.release(first);
  const orders = state.acquire("c", 3);
  assertEquals(types(orders), ["evict", "open"]);
  assertEquals(slotOf(orders[0]), second);
  assertEquals(state.size, 2);
});

Deno.test("pool state lets no busy origin starve another", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.opened(slot, "conn");
  assertEquals(types(state.acquire("b", 2)), ["queue"]);
  assertEquals(types(state.acquire("a", 3)), ["queue"]);
  const orders = state.release(slot);
  assertEquals(types(orders), ["evict", "open"]);
  assertEquals(slotOf(orders[1]).origin, "b");
});

Deno.test("pool state refuses the oldest waiter when an attempt fails", () => {
  const state = pool(4, 4);
  const slots = [1, 2].map((waiter) => slotOf(state.acquire("a", waiter)[0]));
  assertEquals(state.failed(slots[1]), [{ type: "refuse", waiter: 1 }]);
  assertEquals(state.opened(slots[0], "conn"), [{ type: "reuse", slot: slots[0], waiter: 2 }]);
  assertEquals(state.failed(slots[1]), []);
});

Deno.test("pool state gives up an attempt that nobody waits for", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1)[0]);
  assertEquals(state.abandon("a", 1), [{ type: "evict", slot }]);
  assertEquals(state.size, 0);
  assertEquals(state.has("a"), false);
  assertEquals(state.abandon("a", 1), []);
  assertEquals(state.opened(slot, "late"), [{ type: "evict", slot }]);
});

Deno.test("pool state keeps an attempt that another waiter needs", () => {
  const state = pool(4, 1);
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.acquire("a", 2);
  assertEquals(state.isCovered("a", 1), true);
  assertEquals(state.isCovered("a", 2), false);
  assertEquals(state.abandon("a", 1), []);
  assertEquals(state.isCovered("a", 2), true);
  assertEquals(state.opened(slot, "conn"), [{ type: "reuse", slot, waiter: 2 }]);
  assertEquals(state.isCovered("a", 2), false);
  assertEquals(state.isCovered("b", 2), false);
});

Deno.test("pool state opens a fresh connection in the place of a dead one", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.opened(slot, "conn");
  state.acquire("a", 2);
  const [open] = state.replace(slot, 1);
  assertEquals(open.type, "open");
  const fresh = slotOf(open);
  assertEquals(fresh.dedicatedTo, 1);
  assertEquals(state.isCovered("a", 1), true);
  assertEquals(state.counts().get("a"), {
    active: 0,
    idle: 0,
    opening: 1,
    waiting: 2,
    requests: 0,
  });
  assertEquals(state.opened(fresh, "conn"), [{ type: "reuse", slot: fresh, waiter: 1 }]);
  assertEquals(state.replace(slot, 3).map((order) => order.type), ["queue"]);
});

Deno.test("pool state gives up a dedicated attempt together with its waiter", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.opened(slot, "conn");
  state.acquire("a", 2);
  const fresh = slotOf(state.replace(slot, 1)[0]);
  assertEquals(types(state.abandon("a", 1)), ["evict", "open"]);
  assertEquals(fresh.phase, "gone");
  const again = pool(1, 1);
  const other = slotOf(again.acquire("a", 1)[0]);
  again.opened(other, "conn");
  const dedicated = slotOf(again.replace(other, 1)[0]);
  assertEquals(again.failed(dedicated), [{ type: "refuse", waiter: 1 }]);
});

Deno.test("pool state empties itself on close", () => {
  const state = pool(2, 1);
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.opened(slot, "conn");
  state.acquire("a", 2);
  state.acquire("b", 3);
  state.replace(slot, 1);
  assertEquals(types(state.close()).sort(), ["evict", "evict", "refuse", "refuse", "refuse"]);
  assertEquals(state.size, 0);
  assertEquals(state.remove(slot), []);
  assertEquals(state.release(slot).length, 0);
});

function shared(streams: number): { streams: number; shared: true } {
  return { streams, shared: true };
}

Deno.test("pool state lends a shared connection to as many as it can carry", () => {
  const state = pool(4, 4);
  const [open] = state.acquire("a", 1, true);
  const slot = slotOf(open);
  for (const waiter of [2, 3, 4]) {
    assertEquals(types(state.acquire("a", waiter, true)), ["queue"]);
    assertEquals(state.isCovered("a", waiter), true);
  }
  assertEquals(state.opened(slot, "conn", shared(3)), [
    { type: "reuse", slot, waiter: 1 },
    { type: "reuse", slot, waiter: 2 },
    { type: "reuse", slot, waiter: 3 },
  ]);
  assertEquals(state.take("a"), undefined);
  assertEquals(state.isCovered("a", 4), false);
  const counts = { active: 1, idle: 0, opening: 0, waiting: 1, requests: 3 };
  assertEquals(state.counts().get("a"), counts);
  assertEquals(state.release(slot), [{ type: "reuse", slot, waiter: 4 }]);
  for (let left = 3; left > 0; left--) assertEquals(state.release(slot), []);
  assertEquals(slot.phase, "idle");
  assertEquals(state.take("a"), slot);
});

Deno.test("pool state serves who waits when a shared connection can carry more", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.acquire("a", 2, true);
  state.acquire("a", 3, true);
  state.opened(slot, "conn", shared(1));
  assertEquals(state.resize(slot, 2), [{ type: "reuse", slot, waiter: 2 }]);
  assertEquals(state.resize(slot, 1), []);
  assertEquals(state.release(slot), []); // one is on it still
  assertEquals(state.release(slot), [{ type: "reuse", slot, waiter: 3 }]);
});

Deno.test("pool state opens another connection at once when a shared one takes no more", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.acquire("a", 2, true);
  state.opened(slot, "conn", shared(1));
  const orders = state.resize(slot, 0);
  assertEquals(types(orders), ["open"]);
  const other = slotOf(orders[0]);
  assertEquals(state.opened(other, "other", shared(9)), [
    { type: "reuse", slot: other, waiter: 2 },
  ]);
  assertEquals(state.take("a"), other);
  assertEquals(state.release(slot), [{ type: "evict", slot }]);
  assertEquals(state.remove(slot), []);
});

Deno.test("pool state opens one for each waiter where a connection cannot be shared after all", () => {
  const state = pool(8, 8);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  for (const waiter of [2, 3]) assertEquals(types(state.acquire("a", waiter, true)), ["queue"]);
  assertEquals(types(state.opened(slot, "conn")), ["reuse", "open", "open"]);
  // And it remembers.
  const again = pool(8, 8);
  const first = slotOf(again.acquire("a", 1, true)[0]);
  again.opened(first, "conn");
  again.remove(first);
  assertEquals(again.has("a"), false);
  assertEquals(types(again.acquire("a", 2, true)), ["open"]);
  assertEquals(types(again.acquire("a", 3, true)), ["open"]);
});

Deno.test("pool state refuses everybody whom one attempt stands for", () => {
  const state = pool(8, 8);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.acquire("a", 2, true);
  assertEquals(types(state.failed(slot)), ["refuse", "refuse"]);
  assertEquals(state.has("a"), false);
});

Deno.test("pool state lets no busy shared connection starve another origin", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(slot, "conn", shared(10));
  state.take("a");
  assertEquals(types(state.acquire("b", 3)), ["queue"]);
  assertEquals(state.release(slot), []);
  assertEquals(state.take("a"), undefined); // it takes no more, so that its end comes
  assertEquals(types(state.acquire("a", 4, true)), ["queue"]);
  const orders = state.release(slot);
  assertEquals(types(orders), ["evict", "open"]);
  assertEquals(slotOf(orders[1]).origin, "b");
});

Deno.test("pool state evicts an idle shared connection for another origin", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(slot, "conn", shared(10));
  state.release(slot);
  assertEquals(types(state.acquire("b", 2)), ["evict", "open"]);
  assertEquals(state.resize(slot, 4), []);
});

// The model: what the outside sees of a pool. It carries out orders as `pool.ts` does and checks
// after each operation that the pool keeps its promises.
class Model {
  readonly state: PoolState<string, number>;
  readonly opening = new Set<Slot>();
  readonly idle = new Set<Slot>();
  /** The requests on each connection that carries any. */
  readonly active = new Map<Slot, number[]>();
  /** How many requests each connection may carry at once, as the pool was told. */
  readonly granted = new Map<Slot, number>();
  /** Those that take no more. */
  readonly retired = new Set<Slot>();
  /** Origins whose connections may be shared, as far as that is known. */
  readonly mayShare = new Map<string, boolean>();
  readonly unshared = new Set<string>();
  /** Waiter to origin, in the order they came. */
  readonly waiting = new Map<number, string>();
  readonly dedicated = new Map<number, string>();
  #waiter = 0;
  readonly total: number;
  readonly perOrigin: number;

  constructor(total: number, perOrigin: number) {
    this.total = total;
    this.perOrigin = perOrigin;
    this.state = new PoolState({ maxConnections: total, maxConnectionsPerOrigin: perOrigin });
  }

  carryOut(orders: readonly Order[]): void {
    for (const order of orders) {
      switch (order.type) {
        case "open":
          this.opening.add(order.slot);
          break;
        case "evict":
          assert(!this.active.has(order.slot), "never takes a connection from a request");
          assert(this.opening.delete(order.slot) || this.idle.delete(order.slot));
          break;
        case "refuse":
          assert(this.waiting.delete(order.waiter) || this.dedicated.delete(order.waiter));
          break;
        case "queue":
          break;
        case "reuse": {
          const { slot, waiter } = order;
          const others = this.active.get(slot) ?? [];
          assert(others.length < this.granted.get(slot)!, "never lends more than there is");
          assert(!this.retired.has(slot), "never lends what takes no more");
          const origin = this.waiting.get(waiter) ?? this.dedicated.get(waiter);
          assertEquals(slot.origin, origin);
          if (this.waiting.has(waiter)) {
            const first = [...this.waiting].find(([, wanted]) => wanted === origin);
            assertEquals(waiter, first?.[0], "serves an origin's waiters in order");
          }
          this.waiting.delete(waiter);
          this.dedicated.delete(waiter);
          this.idle.delete(slot);
          this.opening.delete(slot);
          this.active.set(slot, [...others, waiter]);
        }
      }
    }
    this.check();
  }

  check(): void {
    const slots = [...this.opening, ...this.idle, ...this.active.keys()];
    assertEquals(this.state.size, slots.length);
    assert(slots.length <= this.total, "keeps the total limit");
    for (const slot of slots) assert(slot.phase !== "gone");
    for (const origin of ["a", "b", "c"]) {
      const own = slots.filter((slot) => slot.origin === origin);
      assert(own.length <= this.perOrigin, "keeps the limit of an origin");
      const opening = [...this.opening].filter((slot) =>
        slot.origin === origin && slot.dedicatedTo === undefined
      ).length;
      const waiting = [...this.waiting.values()].filter((wanted) => wanted === origin).length;
      for (const slot of own) {
        if (slot.capacity === 0) this.retired.add(slot);
        if (slot.phase === "opening" || this.retired.has(slot)) continue;
        const load = this.active.get(slot)?.length ?? 0;
        assertEquals(slot.load, load);
        assert(waiting === 0 || load >= this.granted.get(slot)!, "nobody waits beside room");
      }
      const shares = own.some((slot) => this.isShared(slot) && !this.retired.has(slot));
      const stands = this.mayShare.get(origin) === true && (opening > 0 || shares);
      // A waiter without an attempt on its behalf has a limit to blame.
      if (waiting > (stands ? Infinity : opening)) {
        assert(
          own.length === this.perOrigin || slots.length === this.total && this.idle.size === 0,
          "nobody waits without a reason",
        );
      }
    }
  }

  isShared(slot: Slot): boolean {
    return slot.phase !== "opening" && slot.connection === "shared";
  }

  acquire(origin: string, waiter: number): void {
    const slots = [...this.opening, ...this.idle, ...this.active.keys()];
    if (!slots.some((slot) => slot.origin === origin)) {
      this.mayShare.set(origin, origin !== "a" && !this.unshared.has(origin));
    }
    this.waiting.set(waiter, origin);
    this.carryOut(this.state.acquire(origin, waiter, origin !== "a"));
  }

  open(slot: Slot, pick: number): void {
    const { origin } = slot;
    const isShared = origin === "b" || origin === "c" && pick % 2 === 1;
    if (this.mayShare.get(origin) && !isShared) this.unshared.add(origin);
    if (isShared) this.unshared.delete(origin);
    this.mayShare.set(origin, isShared);
    this.opening.delete(slot);
    const streams = isShared ? 1 + pick % 4 : 1;
    this.granted.set(slot, streams);
    const orders = isShared
      ? this.state.opened(slot, "shared", { streams, shared: true })
      : this.state.opened(slot, "conn");
    this.settleSlot(slot, orders);
  }

  /** One request on `slot` ends. */
  free(slot: Slot): void {
    const [, ...others] = this.active.get(slot)!;
    if (others.length > 0) this.active.set(slot, others);
    else this.active.delete(slot);
    this.settleSlot(slot, this.state.release(slot));
  }

  settleSlot(slot: Slot, orders: readonly Order[]): void {
    const evicted = orders.some((order) => order.type === "evict" && order.slot === slot);
    if (slot.phase === "idle" || evicted) this.idle.add(slot);
    this.carryOut(orders);
  }

  step(kind: number, pick: number, origin: string): void {
    const chosen = <T>(items: Iterable<T>): T | undefined => {
      const all = [...items];
      return all[pick % Math.max(1, all.length)];
    };
    switch (kind) {
      case 0: {
        return this.acquire(origin, ++this.#waiter);
      }
      case 1: {
        const slot = chosen(this.opening);
        if (slot === undefined) return;
        return this.open(slot, pick);
      }
      case 2: {
        const slot = chosen(this.opening);
        if (slot === undefined) return;
        this.opening.delete(slot);
        return this.carryOut(this.state.failed(slot));
      }
      case 3: {
        const slot = chosen(this.active.keys());
        if (slot === undefined) return;
        return this.free(slot);
      }
      case 4: {
        const slot = chosen([...this.active.keys(), ...this.idle]);
        if (slot === undefined) return;
        this.active.delete(slot);
        this.idle.delete(slot);
        return this.carryOut(this.state.remove(slot));
      }
      case 5: {
        const waiter = chosen([...this.waiting.keys(), ...this.dedicated.keys()]);
        if (waiter === undefined) return;
        const wanted = this.waiting.get(waiter) ?? this.dedicated.get(waiter)!;
        this.waiting.delete(waiter);
        this.dedicated.delete(waiter);
        return this.carryOut(this.state.abandon(wanted, waiter));
      }
      case 6: {
        const lent = chosen(this.active);
        if (lent === undefined) return;
        const [slot, [waiter]] = lent;
        if (this.isShared(slot)) {
          this.free(slot);
          return this.acquire(slot.origin, waiter);
        }
        this.active.delete(slot);
        this.dedicated.set(waiter, slot.origin);
        return this.carryOut(this.state.replace(slot, waiter));
      }
      default: {
        const slot = chosen(
          [...this.active.keys(), ...this.idle].filter((one) => this.isShared(one)),
        );
        if (slot === undefined || this.retired.has(slot)) return;
        const streams = pick % 5;
        this.granted.set(slot, streams);
        this.settleSlot(slot, this.state.resize(slot, streams));
      }
    }
  }

  /** Everything ends well: attempts succeed and requests end until nobody waits. */
  settle(): void {
    let everybody = this.waiting.size + this.dedicated.size;
    for (const requests of this.active.values()) everybody += requests.length;
    for (let round = 0; this.waiting.size + this.dedicated.size > 0; round++) {
      assert(round <= 4 * everybody + 16, "starves nobody");
      if (this.opening.size > 0) this.step(1, 0, "a");
      else this.step(3, 0, "a");
    }
  }
}

Deno.test("pool state keeps its promises under any sequence of operations", () => {
  const operation = fc.tuple(
    fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 5, 6, 7),
    fc.nat({ max: 1_000 }),
    fc.constantFrom("a", "a", "b", "b", "c"),
  );
  const limits = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }));
  fc.assert(
    fc.property(
      limits,
      fc.array(operation, { maxLength: 80, size: "max" }),
      ([total, perOrigin], steps) => {
        const model = new Model(total, perOrigin);
        for (const [kind, pick, origin] of steps) model.step(kind, pick, origin);
        model.settle();
        const counts = [...model.state.counts().values()];
        assertEquals(counts.reduce((sum, one) => sum + one.waiting, 0), 0);
        assertEquals(counts.reduce((sum, one) => sum + one.active, 0), model.active.size);
      },
    ),
    { numRuns: 5_000, seed: 20_251_121 },
  );
});
