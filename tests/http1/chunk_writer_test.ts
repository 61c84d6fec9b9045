import { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import { writeChunk, writeLastChunk } from "../../http1/proto/chunk_writer.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, sent } from "./cores.ts";

function chunk(size: number): string {
  const output = new OutputQueue(new BufferPool());
  writeChunk(output, new Uint8Array(size).fill(97));
  return sent(output);
}

function last(...trailers: string[]): string {
  const output = new OutputQueue(new BufferPool());
  writeLastChunk(output, trailers);
  return sent(output);
}

Deno.test("a chunk starts with its size in hexadecimal digits", () => {
  for (const size of [1, 9, 10, 15, 16, 255, 256, 4095, 4096, 65_536, 65_537, 1_000_000]) {
    assertEquals(chunk(size), `${size.toString(16)}\r\n${"a".repeat(size)}\r\n`);
  }
});

Deno.test("chunks follow one another", () => {
  const output = new OutputQueue(new BufferPool());
  writeChunk(output, bytesOf("one"));
  writeChunk(output, bytesOf("two"));
  writeLastChunk(output, []);
  assertEquals(sent(output), "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n");
});

Deno.test("trailers follow the last chunk", () => {
  assertEquals(last(), "0\r\n\r\n");
  assertEquals(last("A", "b", "C", ""), "0\r\nA: b\r\nC: \r\n\r\n");
});

Deno.test("trailers are checked before anything is written", () => {
  const output = new OutputQueue(new BufferPool());
  assertThrows(() => writeLastChunk(output, ["a", "b\r\n"]), TypeError);
  for (const name of ["Content-Length", "transfer-encoding", "Host", "Trailer", "connection"]) {
    assertThrows(() => writeLastChunk(output, ["a", "b", name, "1"]), LocalProtocolError);
  }
  assertEquals(sent(output), "");
});
