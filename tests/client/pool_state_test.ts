import type { EvictReason, PoolOrder, RefuseReason } from "../../client/pool_order.ts";
import type { PoolLimits } from "../../client/pool_room.ts";
import type { PoolSlot } from "../../client/pool_slot.ts";
import { PoolState } from "../../client/pool_state.ts";
import { assertEquals } from "../support/assert.ts";

type Slot = PoolSlot<string, number>;
type Order = PoolOrder<string, number>;

function types(orders: readonly Order[]): string[] {
  return orders.map((order) => order.type);
}

function slotOf(order: Order): Slot {
  if (!("slot" in order)) throw new Error(`order "${order.type}" has no slot`);
  return order.slot;
}

function pool(
  maxConnections: number,
  maxConnectionsPerOrigin: number,
  others: Partial<PoolLimits> = {},
): PoolState<string, number> {
  return new PoolState({
    maxConnections,
    maxConnectionsPerOrigin,
    maxMultiplexedPerOrigin: 1,
    maxRequestsPerConnection: Infinity,
    maxWaiting: Infinity,
    ...others,
  });
}

function evict(slot: Slot, reason: EvictReason): Order {
  return { type: "evict", slot, reason };
}

function refuse(waiter: number, reason: RefuseReason = "failed"): Order {
  return { type: "refuse", waiter, reason };
}

/** What is there now, of one route. */
function now(state: PoolState<string, number>, route = "a"): Record<string, number> {
  const { active, idle, opening, waiting, requests } = state.counts().get(route)!;
  return { active, idle, opening, waiting, requests };
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
  assertEquals(slotOf(orders[1]).route, "b");
});

Deno.test("pool state refuses the oldest waiter when an attempt fails", () => {
  const state = pool(4, 4);
  const slots = [1, 2].map((waiter) => slotOf(state.acquire("a", waiter)[0]));
  assertEquals(state.failed(slots[1]), [refuse(1)]);
  assertEquals(state.opened(slots[0], "conn"), [{ type: "reuse", slot: slots[0], waiter: 2 }]);
  assertEquals(state.failed(slots[1]), []);
});

Deno.test("pool state gives up an attempt that nobody waits for", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1)[0]);
  assertEquals(state.abandon("a", 1), [evict(slot, "surplus")]);
  assertEquals(state.size, 0);
  assertEquals(state.has("a"), false);
  assertEquals(state.abandon("a", 1), []);
  assertEquals(state.opened(slot, "late"), [evict(slot, "surplus")]);
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
  assertEquals(now(state), {
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
  assertEquals(again.failed(dedicated), [refuse(1)]);
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
  assertEquals(now(state), counts);
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
  assertEquals(state.release(slot), [evict(slot, "peer")]);
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
  assertEquals(slotOf(orders[1]).route, "b");
});

Deno.test("pool state evicts an idle shared connection for another origin", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(slot, "conn", shared(10));
  state.release(slot);
  assertEquals(types(state.acquire("b", 2)), ["evict", "open"]);
  assertEquals(state.resize(slot, 4), []);
});

Deno.test("pool state refuses whoever comes when as many wait as may", () => {
  const state = pool(1, 1, { maxWaiting: 2 });
  const slot = slotOf(state.acquire("a", 1)[0]);
  assertEquals(types(state.acquire("b", 2)), ["queue"]);
  assertEquals(state.acquire("a", 3), [refuse(3, "full")]);
  assertEquals(state.acquire("c", 3), [refuse(3, "full")]);
  assertEquals(state.has("c"), false);
  state.opened(slot, "conn");
  assertEquals(types(state.acquire("a", 3)), ["queue"]);
  state.replace(slot, 1); // it had its place already
  assertEquals(state.acquire("a", 4), [refuse(4, "full")]);
});

Deno.test("pool state ends a connection that has carried as many requests as it may", () => {
  const state = pool(2, 2, { maxRequestsPerConnection: 2 });
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.opened(slot, "conn");
  assertEquals(state.release(slot), []);
  assertEquals(state.take("a"), slot);
  assertEquals(slot.carried, 2);
  assertEquals(state.release(slot), [evict(slot, "requests")]);
});

Deno.test("pool state replaces a shared connection before its last requests are over", () => {
  const state = pool(2, 2, { maxRequestsPerConnection: 2 });
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  for (const waiter of [2, 3]) state.acquire("a", waiter, true);
  const orders = state.opened(slot, "conn", shared(10));
  assertEquals(types(orders), ["reuse", "reuse", "open"]);
  assertEquals(state.release(slot), []);
  assertEquals(state.release(slot), [evict(slot, "requests")]);
});

Deno.test("pool state ends an idle connection that is old at once, an active one afterwards", () => {
  const state = pool(4, 4);
  const [idle, active] = [1, 2].map((waiter) => slotOf(state.acquire("a", waiter)[0]));
  assertEquals(state.retire(idle, "age"), []); // not even open
  for (const slot of [idle, active]) state.opened(slot, "conn");
  state.release(idle);
  assertEquals(state.retire(idle, "age"), [evict(idle, "age")]);
  assertEquals(state.retire(active, "age"), []);
  assertEquals(state.retire(active, "peer"), []);
  assertEquals(state.release(active), [evict(active, "age")]);
});

Deno.test("pool state opens another shared connection where it may, when the first is full", () => {
  const state = pool(8, 8, { maxMultiplexedPerOrigin: 2 });
  const first = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(first, "conn", shared(1));
  const [open] = state.acquire("a", 2, true);
  assertEquals(open.type, "open");
  assertEquals(types(state.acquire("a", 3, true)), ["queue"]);
  assertEquals(types(state.opened(slotOf(open), "conn", shared(1))), ["reuse"]);
  assertEquals(state.size, 2); // and no third
  assertEquals(types(state.release(first)), ["reuse"]);
});

Deno.test("pool state drops idle connections in doubt and trusts those that carry a request", () => {
  const state = pool(4, 4);
  const [idle, active] = [1, 2].map((waiter) => slotOf(state.acquire("a", waiter)[0]));
  const other = slotOf(state.acquire("b", 3)[0]);
  for (const slot of [idle, active, other]) state.opened(slot, "conn");
  state.release(idle);
  state.release(other);
  assertEquals(state.doubt("a"), [evict(idle, "doubted")]);
  assertEquals(state.release(active), []);
  assertEquals(state.take("a"), active);
  assertEquals(state.doubt("c"), []);
  assertEquals(state.doubt(), [evict(other, "doubted")]);
  assertEquals(state.suspect(active), []);
});

Deno.test("pool state uses a shared connection in doubt again once its peer has answered", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(slot, "conn", shared(4));
  assertEquals(state.doubt("a"), [{ type: "probe", slot }]);
  assertEquals(state.doubt("a"), []); // it is being asked already
  assertEquals(state.counts().get("a")?.doubted, 1);
  assertEquals(state.take("a"), undefined);
  const [open] = state.acquire("a", 2, true); // whoever comes need not wait for the answer
  assertEquals(open.type, "open");
  assertEquals(state.release(slot), []);
  assertEquals(slot.phase, "idle");
  assertEquals(state.proved(slot), [
    { type: "reuse", slot, waiter: 2 },
    evict(slotOf(open), "surplus"),
  ]);
  assertEquals(state.counts().get("a")?.doubted, 0);
  assertEquals(state.proved(slot), []);
  assertEquals(state.take("a"), slot);
});

Deno.test("pool state opens for those who wait on a shared connection that is doubted", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.acquire("a", 2, true);
  state.opened(slot, "conn", shared(1));
  assertEquals(types(state.suspect(slot)), ["probe", "open"]);
  assertEquals(state.resize(slot, 0), []);
  assertEquals(state.proved(slot), []); // it takes no more all the same
  assertEquals(state.release(slot), [evict(slot, "doubted")]);
  assertEquals(state.suspect(slot), []);
});

Deno.test("pool state evicts a connection in doubt for another route that needs its place", () => {
  const state = pool(1, 1);
  const slot = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(slot, "conn", shared(1));
  state.release(slot);
  state.doubt();
  assertEquals(types(state.acquire("b", 2)), ["evict", "open"]);
  assertEquals(state.proved(slot), []);
});

/** A shared connection of `a`, and an attempt of `b` with one waiter. */
function twoHosts(limits: Partial<PoolLimits> = {}): {
  state: PoolState<string, number>;
  host: Slot;
  attempt: Slot;
} {
  const state = pool(4, 4, limits);
  const host = slotOf(state.acquire("a", 1, true)[0]);
  state.opened(host, "conn", shared(2));
  const attempt = slotOf(state.acquire("b", 2, true)[0]);
  return { state, host, attempt };
}

Deno.test("pool state lends a connection of one route to another", () => {
  const { state, host, attempt } = twoHosts();
  assertEquals(state.coalesce(attempt, host), [
    evict(attempt, "coalesced"),
    { type: "reuse", slot: host, waiter: 2 },
  ]);
  assertEquals(state.size, 1);
  assertEquals(state.counts().get("b")?.coalesced, 1);
  // It is full: the guest may have one of its own, the home has had its chance.
  assertEquals(types(state.acquire("b", 3, true)), ["open"]);
  assertEquals(types(state.acquire("a", 4, true)), ["queue"]);
  assertEquals(state.release(host), [{ type: "reuse", slot: host, waiter: 3 }]);
  assertEquals(state.release(host), [{ type: "reuse", slot: host, waiter: 4 }]);
  assertEquals(state.release(host), []);
  assertEquals(state.take("b"), host);
});

Deno.test("pool state forgets a guest with the connection that it used", () => {
  const { state, host, attempt } = twoHosts();
  state.coalesce(attempt, host);
  assertEquals(state.has("b"), true);
  state.remove(host);
  assertEquals([state.has("a"), state.has("b")], [false, false]);
  assertEquals(types(state.acquire("b", 3, true)), ["open"]);
});

Deno.test("pool state opens for a guest when its connection takes no more, or is doubted", () => {
  for (const change of ["resize", "suspect"] as const) {
    const { state, host, attempt } = twoHosts({ maxConnectionsPerOrigin: 1 });
    state.coalesce(attempt, host);
    state.acquire("a", 3, true);
    state.resize(host, 1);
    const own = slotOf(state.acquire("b", 4, true)[0]);
    assertEquals(state.failed(own), [refuse(4)]);
    state.acquire("b", 5, true);
    const orders = change === "resize" ? state.resize(host, 0) : state.suspect(host);
    assertEquals(types(orders), change === "resize" ? [] : ["probe"]); // both are covered
    assertEquals(state.take("b"), undefined);
    assertEquals(state.counts().get("b")?.coalesced, 0);
  }
});

Deno.test("pool state coalesces what may be, and nothing else", () => {
  const { state, host, attempt } = twoHosts();
  assertEquals(state.mayCoalesce(attempt, host), true);
  assertEquals(state.coalesce(host, host), []); // nothing is being opened
  assertEquals(state.coalesce(attempt, attempt), []); // nothing to share yet
  state.suspect(host);
  assertEquals(state.coalesce(attempt, host), []); // nobody knows whether it is there
  state.proved(host);
  state.take("a");
  assertEquals(state.coalesce(attempt, host), []); // it is full
  state.release(host);
  state.separate("b");
  assertEquals(state.coalesce(attempt, host), []); // it wants to be alone
  assertEquals(types(state.opened(attempt, "conn", shared(1))), ["reuse"]);
  const dedicated = slotOf(state.replace(attempt, 7)[0]);
  assertEquals(state.coalesce(dedicated, host), []); // somebody asked for a fresh one
});

Deno.test("pool state takes a route off the connections of others for good", () => {
  const { state, host, attempt } = twoHosts();
  state.coalesce(attempt, host);
  assertEquals(state.separate("b"), []);
  assertEquals(state.has("b"), false);
  const again = slotOf(state.acquire("b", 3, true)[0]);
  assertEquals(state.mayCoalesce(again, host), false);
  assertEquals(state.separate("c"), []);
});

Deno.test("pool state counts what was opened, closed and reused, also of what it has forgotten", () => {
  const state = pool(4, 4);
  const slot = slotOf(state.acquire("a", 1)[0]);
  state.opened(slot, "conn");
  state.release(slot);
  state.take("a");
  state.take("a");
  const { opened, closed, reused } = state.counts().get("a")!;
  assertEquals([opened, closed, reused], [1, 0, 1]);
  state.remove(slot);
  assertEquals(state.counts().size, 0);
  state.opened(slotOf(state.acquire("b", 2)[0]), "conn");
  assertEquals(state.total(), {
    active: 1,
    idle: 0,
    opening: 0,
    waiting: 0,
    requests: 1,
    doubted: 0,
    coalesced: 0,
    opened: 2,
    closed: 1,
    reused: 1,
  });
  assertEquals([...state.slots("b")].length, 1);
  assertEquals([...state.slots("c")].length, 0);
  state.close();
  assertEquals(state.total(), {
    active: 0,
    idle: 0,
    opening: 0,
    waiting: 0,
    requests: 0,
    doubted: 0,
    coalesced: 0,
    opened: 2,
    closed: 2,
    reused: 1,
  });
});
