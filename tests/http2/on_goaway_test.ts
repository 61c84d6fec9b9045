import { assert, assertEquals } from "../support/assert.ts";
import {
  ask,
  clientCore,
  drain,
  frameOf,
  joined,
  linesOf,
  ORIGIN,
  settingsFrame,
  u32,
} from "./cores.ts";

function goaway(lastStreamId: number, code = 0): Uint8Array {
  return frameOf(0x07, 0, 0, [...u32(lastStreamId), ...u32(code)]);
}

Deno.test("streams above the last one are refused and may be tried again", () => {
  const core = clientCore();
  for (let count = 0; count < 3; count++) core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  core.receive(joined(settingsFrame(), goaway(3, 0x0b)), 0);
  assertEquals(linesOf(drain(core)), ["goaway 3 ENHANCE_YOUR_CALM", "reset 5 REFUSED_STREAM"]);
  assertEquals(core.openStreams, 2);
  assert(core.exhausted);
  assertEquals(core.sendRequest({ ...ORIGIN, method: "GET", path: "/" }), undefined);
  assertEquals(core.disposition, "open");
});

Deno.test("the last stream may be named again, lower but not higher", () => {
  assertEquals(ask({}, goaway(0x7fff_ffff), goaway(0)).events, [
    "goaway 2147483647 NO_ERROR",
    "goaway 0 NO_ERROR",
    "reset 1 REFUSED_STREAM",
  ]);
  assertEquals(ask({}, goaway(1), goaway(3)).events.at(-1), "failed connection 0 PROTOCOL_ERROR");
});

Deno.test("GOAWAY of the wrong form is a connection error", () => {
  assertEquals(ask({}, frameOf(0x07, 0, 1, new Uint8Array(8))).events, [
    "failed connection 0 PROTOCOL_ERROR",
  ]);
  assertEquals(ask({}, frameOf(0x07, 0, 0, new Uint8Array(7))).events, [
    "failed connection 0 FRAME_SIZE_ERROR",
  ]);
});
