import { PeerWatch } from "../../ws/proto/peer_watch.ts";
import { assertEquals } from "../support/assert.ts";

const TIMEOUTS = { openMs: 1, pingMs: 100, pongMs: 50, idleMs: 1000, closeMs: 10, writeMs: 10 };

Deno.test("a silent peer is pinged, then given up", () => {
  const watch = new PeerWatch(TIMEOUTS, 0);
  assertEquals([watch.deadline, watch.tick(99)], [100, undefined]);
  assertEquals(watch.tick(100), "ping");
  assertEquals([watch.deadline, watch.tick(149), watch.tick(150)], [150, undefined, "lost"]);
});

Deno.test("whatever comes counts as a pong", () => {
  const watch = new PeerWatch(TIMEOUTS, 0);
  watch.tick(100);
  watch.heard(149);
  assertEquals([watch.tick(200), watch.deadline], [undefined, 249]);
});

Deno.test("a connection without messages is idle, pongs or not", () => {
  const watch = new PeerWatch({ ...TIMEOUTS, pingMs: Infinity }, 0);
  watch.used(500);
  watch.heard(1400);
  assertEquals([watch.deadline, watch.tick(1499), watch.tick(1500)], [1500, undefined, "idle"]);
});
