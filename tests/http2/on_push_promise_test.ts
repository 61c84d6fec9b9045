import { assertEquals } from "../support/assert.ts";
import {
  clientCore,
  drain,
  frameOf,
  joined,
  linesOf,
  ORIGIN,
  Peer,
  sent,
  serve,
  settingsFrame,
  u32,
} from "./cores.ts";

const REQUEST = [":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/p"];

function asked(push: boolean, ...frames: readonly Uint8Array[]): string[] {
  const core = clientCore({ push });
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  sent(core);
  core.receive(joined(settingsFrame(), ...frames), 0);
  return linesOf(drain(core));
}

function promise(block: Uint8Array, promisedId = 2, flags = 0x04, streamId = 1): Uint8Array {
  return frameOf(0x05, flags, streamId, [...u32(promisedId), ...block]);
}

Deno.test("a client that has not asked for pushes takes none", () => {
  const block = new Peer().block(REQUEST);
  assertEquals(asked(false, promise(block)), ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(asked(true, promise(block)), ["push 1 2 GET /p"]);
});

Deno.test("a client cannot push", () => {
  const block = new Peer().block(REQUEST);
  const { events } = serve({}, new Peer().get(1), promise(block));
  assertEquals(events.at(-1), "failed connection 0 PROTOCOL_ERROR");
});

Deno.test("a promise has padding and CONTINUATION as other sections have", () => {
  const block = new Peer().block(REQUEST);
  const padded = frameOf(0x05, 0x0c, 1, [2, ...u32(2), ...block, 0, 0]);
  assertEquals(asked(true, padded), ["push 1 2 GET /p"]);
  const parts = [promise(block.subarray(0, 3), 2, 0), frameOf(0x09, 0x04, 1, block.subarray(3))];
  assertEquals(asked(true, ...parts), ["push 1 2 GET /p"]);
});

Deno.test("a promise of the wrong form is a connection error", () => {
  const block = new Peer().block(REQUEST);
  const protocol = ["failed connection 0 PROTOCOL_ERROR"];
  assertEquals(asked(true, promise(block, 3)), protocol);
  assertEquals(asked(true, promise(block, 0)), protocol);
  assertEquals(asked(true, promise(block, 2, 0x04, 0)), protocol);
  assertEquals(asked(true, frameOf(0x05, 0x0c, 1, [9, 0])), protocol);
  assertEquals(asked(true, frameOf(0x05, 0x04, 1, [0, 0, 0])), [
    "failed connection 0 FRAME_SIZE_ERROR",
  ]);
  const peer = new Peer();
  const twice = [promise(peer.block(REQUEST)), promise(peer.block(REQUEST))];
  assertEquals(asked(true, ...twice).at(-1), protocol[0]);
});

Deno.test("nothing is promised on a pushed stream, which is the server's own", () => {
  const peer = new Peer();
  const pushed = promise(peer.block(REQUEST));
  const head = frameOf(0x01, 0x04, 2, peer.block([":status", "200"]));
  assertEquals(asked(true, pushed, head, promise(peer.block(REQUEST), 4, 0x04, 2)), [
    "push 1 2 GET /p",
    "response 2 200",
    "failed connection 0 PROTOCOL_ERROR",
  ]);
});
