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

// The model: what the outside sees of a pool. It carries out orders as `pool.ts` does and checks
// after each operation that the pool keeps its promises.
class Model {
  readonly state: PoolState<string, number>;
  readonly opening = new Set<Slot>();
  readonly idle = new Set<Slot>();
  readonly active = new Map<Slot, number>();
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
          assert(!this.active.has(slot), "never lends a connection twice");
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
          this.active.set(slot, waiter);
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
      const idle = [...this.idle].filter((slot) => slot.origin === origin).length;
      assert(waiting === 0 || idle === 0, "nobody waits beside an idle connection");
      // A waiter without an attempt on its behalf has a limit to blame.
      if (waiting > opening) {
        assert(
          own.length === this.perOrigin || slots.length === this.total && this.idle.size === 0,
          "nobody waits without a reason",
        );
      }
    }
  }

  step(kind: number, pick: number, origin: string): void {
    const chosen = <T>(items: Iterable<T>): T | undefined => {
      const all = [...items];
      return all[pick % Math.max(1, all.length)];
    };
    switch (kind) {
      case 0: {
        const waiter = ++this.#waiter;
        this.waiting.set(waiter, origin);
        return this.carryOut(this.state.acquire(origin, waiter));
      }
      case 1: {
        const slot = chosen(this.opening);
        if (slot === undefined) return;
        this.opening.delete(slot);
        const orders = this.state.opened(slot, "conn");
        if (slot.phase as string === "idle") this.idle.add(slot);
        if (types(orders).includes("evict")) this.idle.add(slot);
        return this.carryOut(orders);
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
        this.active.delete(slot);
        const orders = this.state.release(slot);
        if (slot.phase === "idle" || types(orders)[0] === "evict") this.idle.add(slot);
        return this.carryOut(orders);
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
      default: {
        const lent = chosen(this.active);
        if (lent === undefined) return;
        const [slot, waiter] = lent;
        this.active.delete(slot);
        this.dedicated.set(waiter, slot.origin);
        return this.carryOut(this.state.replace(slot, waiter));
      }
    }
  }

  /** Everything ends well: attempts succeed and requests end until nobody waits. */
  settle(): void {
    const everybody = this.waiting.size + this.dedicated.size;
    for (let round = 0; this.waiting.size + this.dedicated.size > 0; round++) {
      assert(round <= 4 * everybody + 16, "starves nobody");
      if (this.opening.size > 0) this.step(1, 0, "a");
      else this.step(3, 0, "a");
    }
  }
}

Deno.test("pool state keeps its promises under any sequence of operations", () => {
  const operation = fc.tuple(
    fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 6),
    fc.nat({ max: 1_000 }),
    fc.constantFrom("a", "a", "b", "c"),
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
