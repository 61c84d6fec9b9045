import { assertEquals } from "../support/assert.ts";
import { frameOf, GET_LINES, Peer, repeated, serve } from "./cores.ts";
import type { CoreSettings } from "./cores.ts";

function split(settings: CoreSettings, parts: number, block: Uint8Array): string[] {
  const size = Math.ceil(block.length / (parts + 1));
  const frames = [frameOf(0x01, 0x01, 1, block.subarray(0, size))];
  for (let part = 1; part <= parts; part++) {
    const flags = part === parts ? 0x04 : 0;
    frames.push(frameOf(0x09, flags, 1, block.subarray(part * size, (part + 1) * size)));
  }
  return serve(settings, ...frames).events;
}

Deno.test("a field section in many frames is one", () => {
  assertEquals(split({}, 6, new Peer().block(GET_LINES)), ["request 1 GET /"]);
});

Deno.test("CONTINUATION without a section is a connection error", () => {
  const { events } = serve({}, frameOf(0x09, 0x04, 1, []));
  assertEquals(events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("CONTINUATION of another stream is a connection error", () => {
  const { events } = serve({}, frameOf(0x01, 0, 1, []), frameOf(0x09, 0x04, 3, []));
  assertEquals(events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("a section may have as many CONTINUATION frames as the limit and no more", () => {
  const block = new Peer().block([...GET_LINES, "x-long", "abcdefghijklmnopqrstuvwxyz"]);
  const abuse = { maxContinuations: 5 };
  assertEquals(split({ abuse }, 5, block), ["request 1 GET /"]);
  assertEquals(split({ abuse }, 6, block), [
    "failed connection 0 ENHANCE_YOUR_CALM maxContinuations",
  ]);
});

Deno.test("a section may have as many bytes as the limit and no more", () => {
  const block = new Peer().block([...GET_LINES, "x-long", "abcdefghijklmnopqrstuvwxyz"]);
  assertEquals(split({ limits: { maxHeaderBlockBytes: block.length } }, 3, block).length, 1);
  const events = split({ limits: { maxHeaderBlockBytes: block.length - 1 } }, 3, block);
  assertEquals(events, ["failed connection 0 ENHANCE_YOUR_CALM maxHeaderBlockBytes"]);
});

Deno.test("CONTINUATION frames without content are counted", () => {
  const abuse = { maxEmptyFrames: 3 };
  const start = frameOf(0x01, 0x01, 1, new Peer().block(GET_LINES));
  const end = frameOf(0x09, 0x04, 1, []);
  const empty = frameOf(0x09, 0, 1, []);
  assertEquals(serve({ abuse }, start, repeated(3, empty), end).events, ["request 1 GET /"]);
  assertEquals(serve({ abuse }, start, repeated(4, empty), end).events, [
    "failed connection 0 ENHANCE_YOUR_CALM maxEmptyFrames",
  ]);
});
