import { assertEquals } from "../support/assert.ts";
import { frameOf, Peer, repeated, serve } from "./cores.ts";

const PRIORITY = (id: number, on = 0) => frameOf(0x02, 0, id, [0, 0, 0, on, 16]);

Deno.test("PRIORITY is ignored on any stream", () => {
  assertEquals(serve({}, PRIORITY(9), new Peer().get(1), PRIORITY(1)).events, ["request 1 GET /"]);
});

Deno.test("PRIORITY of the wrong form is an error of the stream, or of the connection without one", () => {
  assertEquals(serve({}, PRIORITY(0)).events, ["failed connection 0 PROTOCOL_ERROR"]);
  const short = frameOf(0x02, 0, 1, [0, 0, 0, 0]);
  assertEquals(serve({}, short).events, ["failed connection 0 FRAME_SIZE_ERROR"]);
  assertEquals(
    serve({}, new Peer().get(1), short).events.at(-1),
    "failed stream 1 FRAME_SIZE_ERROR",
  );
  assertEquals(serve({}, PRIORITY(1, 1)).events, ["failed connection 0 PROTOCOL_ERROR"]);
  const own = serve({}, new Peer().get(1), PRIORITY(1, 1));
  assertEquals(own.events.at(-1), "failed stream 1 PROTOCOL_ERROR");
});

Deno.test("a flood of PRIORITY: as many as the limit and no more", () => {
  const abuse = { maxPriorities: 10 };
  assertEquals(serve({ abuse }, repeated(10, PRIORITY(1))).events, []);
  assertEquals(serve({ abuse }, repeated(11, PRIORITY(1))).events, [
    "failed connection 0 ENHANCE_YOUR_CALM maxPriorities",
  ]);
  // Each stream brings eight more with it.
  const { events } = serve({ abuse }, new Peer().get(1), repeated(18, PRIORITY(1)));
  assertEquals(events, ["request 1 GET /"]);
});
