/**
 * What h2spec 2.6.0 asks beyond 2.2.1, as tests of our own: where only the older one can be had,
 * nothing of the newer one goes untested.
 *
 * @module
 */

import { assertEquals } from "../support/assert.ts";
import {
  drain,
  frameOf,
  GET_LINES,
  joined,
  linesOf,
  Peer,
  sent,
  serve,
  serverCore,
  settingsFrame,
} from "../http2/cores.ts";
import { encodeUtf8 } from "@avx/runtime/ascii";
import { PREFACE } from "@avx/http2/preface";
import { hex } from "../http2/hpack/blocks.ts";

/** A GET with something behind its fields. */
function getWith(representation: string): Uint8Array {
  const block = joined(new Peer().block(GET_LINES), hex(representation));
  return frameOf(0x01, 0x05, 1, block);
}

Deno.test("hpack 2.3.3: a literal whose name has an index that no table has", () => {
  // Index 70, with incremental indexing and an empty value; the GET has filled the table to 62.
  const { events, output } = serve({}, getWith("7f 07 00"));
  assertEquals(events, ["failed connection 0 COMPRESSION_ERROR"]);
  assertEquals(output, ["GOAWAY 0 0 COMPRESSION_ERROR"]);
});

Deno.test("hpack 5.2: a value with the end-of-string code in its middle", () => {
  const { events, output } = serve({}, getWith("00 85f2b24a84ff 87 4951fffffffa7f"));
  assertEquals(events, ["failed connection 0 COMPRESSION_ERROR"]);
  assertEquals(output, ["GOAWAY 0 0 COMPRESSION_ERROR"]);
});

Deno.test("http2 3.5: an invalid preface is answered by GOAWAY", () => {
  const core = serverCore();
  core.receive(encodeUtf8("INVALID CONNECTION PREFACE\r\n\r\n"), 0);
  assertEquals(linesOf(drain(core)), ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(new Peer().read(sent(core)).at(-1), "GOAWAY 0 0 PROTOCOL_ERROR");
});

Deno.test("http2 6.7: a PING of six bytes on stream 0", () => {
  const { events, output } = serve({}, frameOf(0x06, 0, 0, [0, 0, 0, 0, 0, 0]));
  assertEquals(events, ["failed connection 0 FRAME_SIZE_ERROR"]);
  assertEquals(output, ["GOAWAY 0 0 FRAME_SIZE_ERROR"]);
});

Deno.test("http2 6.9.2: DATA that a new window size allows need not wait for its acknowledgement", () => {
  const core = serverCore();
  const INITIAL_WINDOW_SIZE = 0x04;
  core.receive(joined(PREFACE, settingsFrame(INITIAL_WINDOW_SIZE, 3), new Peer().get(1)), 0);
  drain(core);
  core.sendHead(1, 200, []);
  core.sendData(1, encodeUtf8("Hello, World!"));
  const first = new Peer();
  assertEquals(first.read(sent(core)).at(-1), "DATA 1 3");
  core.receive(settingsFrame(INITIAL_WINDOW_SIZE, 2), 0);
  drain(core);
  assertEquals(first.read(sent(core)), ["SETTINGS 0 ack"]);
  core.receive(settingsFrame(INITIAL_WINDOW_SIZE, 4), 0);
  drain(core);
  assertEquals(first.read(sent(core)), ["SETTINGS 0 ack", "DATA 1 1"]);
});
