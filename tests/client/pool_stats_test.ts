import { PoolState } from "../../client/pool_state.ts";
import { statsOf } from "../../client/pool_stats.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("statistics name the protocol where a connection has told", () => {
  const state = new PoolState<{ protocol: "http/1.1" | "h2" }, number>({
    maxConnections: 4,
    maxConnectionsPerOrigin: 4,
    maxMultiplexedPerOrigin: 1,
    maxRequestsPerConnection: Infinity,
    maxWaiting: Infinity,
  });
  const [order] = state.acquire("a", 1);
  if (order.type === "open") state.opened(order.slot, { protocol: "http/1.1" });
  state.acquire("a", 2);
  state.acquire("b", 3);
  const { active, opening, waiting, opened, origins } = statsOf(state);
  assertEquals([active, opening, waiting, opened], [1, 2, 2, 1]);
  assertEquals(origins.get("a")?.protocol, "http/1.1");
  assertEquals(origins.get("b")?.protocol, undefined);
  assertEquals(origins.get("b")?.opening, 1);
});
