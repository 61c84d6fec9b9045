/**
 * A response of 13 bytes encoded: the byte writer against joining strings and encoding them.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/utf8";
import { ByteWriter } from "@avx/runtime/byte-writer";

const TIMES = 1_000; // per iteration, so that the clock of the benchmark does not count
const encoder = new TextEncoder();
const writer = new ByteWriter(4_096);
const body = "Hello, World!";
const prefix = encodeUtf8(
  "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ",
);
const END = encodeUtf8("\r\n\r\n");
let sink = 0;

Deno.bench(`join and encode × ${TIMES}`, { group: "response", baseline: true }, () => {
  for (let index = 0; index < TIMES; index++) {
    const text = `HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${
      body.length + (index & 7)
    }\r\n\r\n${body}`;
    sink += encoder.encode(text).length;
  }
});

Deno.bench(`writer, text × ${TIMES}`, { group: "response" }, () => {
  for (let index = 0; index < TIMES; index++) {
    writer.ascii("HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ");
    writer.decimal(body.length + (index & 7));
    writer.ascii("\r\n\r\n");
    writer.utf8(body);
    sink += writer.length;
    writer.reset();
  }
});

Deno.bench(`writer, prefix encoded before × ${TIMES}`, { group: "response" }, () => {
  for (let index = 0; index < TIMES; index++) {
    writer.bytes(prefix);
    writer.decimal(body.length + (index & 7));
    writer.bytes(END);
    writer.utf8(body);
    sink += writer.length;
    writer.reset();
  }
});

Deno.bench(`DataView, 3 numbers × ${TIMES}`, { group: "frame head", baseline: true }, () => {
  const view = new DataView(writer.buffer.buffer);
  for (let index = 0; index < TIMES; index++) {
    view.setUint32(0, index);
    view.setUint8(4, 1);
    view.setUint32(5, index);
    sink += 9;
  }
});

Deno.bench(`writer, 3 numbers × ${TIMES}`, { group: "frame head" }, () => {
  for (let index = 0; index < TIMES; index++) {
    writer.u32(index);
    writer.u8(1);
    writer.u32(index);
    sink += writer.length;
    writer.reset();
  }
});

addEventListener("unload", () => {
  if (sink === 0) throw new Error("Nothing was measured");
});
