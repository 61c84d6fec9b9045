import { InputQueue } from "@avx/runtime/input-queue";

import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { bytesOf } from "../http1/cores.ts";

function unread(input: InputQueue): Uint8Array {
  return input.bytes.slice(input.at, input.end);
}

Deno.test("input is used where it lies", () => {
  const input = new InputQueue();
  const bytes = bytesOf("abc");
  input.receive(bytes);
  assertStrictEquals(input.bytes, bytes);
  input.at = 3;
  const more = bytesOf("de");
  input.receive(more);
  assertStrictEquals(input.bytes, more);
  assertEquals([input.at, input.end], [0, 2]);
});

Deno.test("a tail is joined with what follows it, byte by byte too", () => {
  const input = new InputQueue();
  input.receive(bytesOf("xxab"));
  input.at = 2;
  let expected = "ab";
  for (let count = 0; count < 600; count++) {
    const letter = String.fromCharCode(97 + count % 26);
    input.receive(bytesOf(letter));
    expected += letter;
  }
  assertEquals(unread(input), bytesOf(expected));
});

Deno.test("what was joined once stays where it is while more is joined", () => {
  const input = new InputQueue();
  input.receive(bytesOf("a"));
  input.receive(bytesOf("b"));
  const { bytes } = input;
  input.at = 1;
  input.receive(bytesOf("c"));
  assertStrictEquals(input.bytes, bytes);
  assertEquals(bytes.slice(0, 3), bytesOf("abc"));
});

Deno.test("reads side by side in one segment are joined without a copy", () => {
  const segment = bytesOf("..abcdef..");
  const input = new InputQueue();
  input.receive(segment.subarray(2, 5));
  input.at = 1;
  input.receive(segment.subarray(5, 8));
  assertStrictEquals(input.bytes.buffer, segment.buffer);
  assertEquals(unread(input), bytesOf("bcdef"));
});

Deno.test("an empty array is the end", () => {
  const input = new InputQueue();
  input.receive(bytesOf("a"));
  assertEquals(input.ended, false);
  input.receive(new Uint8Array(0));
  assertEquals(input.ended, true);
  assertEquals(input.take(), bytesOf("a"));
  assertEquals(input.take(), new Uint8Array(0));
  assertEquals(input.bytes.length, 0);
});
