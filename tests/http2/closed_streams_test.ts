import { assertEquals } from "../support/assert.ts";
import { ClosedStreams, FORGOTTEN } from "../../http2/proto/closed_streams.ts";
import { CLOSED_BY_PEER, CLOSED_BY_US, CLOSED_ENDED } from "../../http2/proto/stream_state.ts";

Deno.test("the streams closed last are remembered with how they were closed", () => {
  const closed = new ClosedStreams();
  const states = [CLOSED_ENDED, CLOSED_BY_PEER, CLOSED_BY_US];
  for (let index = 0; index < 5000; index++) closed.remember(2 * index + 1, states[index % 3]);
  for (let index = 4000; index < 5000; index++) {
    assertEquals(closed.find(2 * index + 1), states[index % 3]);
  }
  assertEquals(closed.find(1), FORGOTTEN);
  assertEquals(closed.find(10_001), FORGOTTEN);
});

Deno.test("a memory that holds nothing finds nothing", () => {
  assertEquals(new ClosedStreams().find(1), FORGOTTEN);
});

Deno.test("the highest id has its place", () => {
  const closed = new ClosedStreams();
  closed.remember(0x7fff_ffff, CLOSED_BY_US);
  assertEquals(closed.find(0x7fff_ffff), CLOSED_BY_US);
  assertEquals(closed.find(0x7fff_ffff - 128), FORGOTTEN);
});
