import { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import { CHUNKED, UNTIL_CLOSE } from "../../http1/proto/body_framing.ts";
import { BodyWriter, NOT_SENT } from "../../http1/proto/body_writer.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, sent } from "./cores.ts";

function write(framing: number, parts: readonly string[], trailers?: readonly string[]): string {
  const output = new OutputQueue(new BufferPool());
  const writer = new BodyWriter();
  writer.begin(framing);
  for (const part of parts) writer.data(output, bytesOf(part));
  writer.end(output, trailers);
  return sent(output);
}

Deno.test("a body is framed as its head says", () => {
  assertEquals(write(5, ["he", "llo"]), "hello");
  assertEquals(write(CHUNKED, ["he", "llo"]), "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
  assertEquals(write(UNTIL_CLOSE, ["he", "llo"]), "hello");
  assertEquals(write(NOT_SENT, ["he", "llo"]), "");
  assertEquals(write(0, []), "");
});

Deno.test("an empty part is no chunk, which would end the body", () => {
  assertEquals(write(CHUNKED, ["", "a", ""]), "1\r\na\r\n0\r\n\r\n");
});

Deno.test("neither more nor less may be sent than the head says", () => {
  assertThrows(() => write(5, ["hello!"]), LocalProtocolError);
  assertThrows(() => write(5, ["hello", "!"]), LocalProtocolError);
  assertThrows(() => write(5, ["hell"]), LocalProtocolError);
  assertThrows(() => write(0, ["h"]), LocalProtocolError);
});

Deno.test("trailers are sent in chunks only", () => {
  assertEquals(write(CHUNKED, ["a"], ["b", "c"]), "1\r\na\r\n0\r\nb: c\r\n\r\n");
  assertEquals(write(1, ["a"], ["b", "c"]), "a");
  assertEquals(write(UNTIL_CLOSE, ["a"], ["b", "c"]), "a");
});
