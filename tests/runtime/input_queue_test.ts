import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { InputQueue } from "@avx/runtime/input-queue";

function rest(input: InputQueue): number[] {
  return [...input.bytes.subarray(input.at, input.end)];
}

Deno.test("input queue uses what it gets in place", () => {
  const input = new InputQueue();
  const bytes = new Uint8Array([1, 2, 3]);
  input.receive(bytes);
  assertStrictEquals(input.bytes, bytes);
  input.at = 3;
  const more = new Uint8Array([4]);
  input.receive(more);
  assertStrictEquals(input.bytes, more);
});

Deno.test("input queue joins a tail with what follows, byte by byte", () => {
  const input = new InputQueue();
  for (let value = 0; value < 1000; value++) {
    input.receive(new Uint8Array([value & 0xff]));
    if (value % 3 === 0) input.at++;
  }
  const expected = Array.from({ length: 1000 }, (_, value) => value & 0xff);
  assertEquals(rest(input), expected.slice(1000 - (input.end - input.at)));
});

Deno.test("input queue does not copy reads that lie side by side", () => {
  const segment = new Uint8Array([1, 2, 3, 4]);
  const input = new InputQueue();
  input.receive(segment.subarray(0, 2));
  input.at = 1;
  input.receive(segment.subarray(2, 4));
  assertStrictEquals(input.bytes.buffer, segment.buffer);
  assertEquals(rest(input), [2, 3, 4]);
});

Deno.test("input queue never changes bytes that it has shown", () => {
  const input = new InputQueue();
  input.receive(new Uint8Array([1, 2]));
  input.receive(new Uint8Array([3]));
  const shown = input.bytes.subarray(input.at, input.end);
  input.at = 2;
  for (let value = 4; value < 600; value++) input.receive(new Uint8Array([value & 0xff]));
  assertEquals([...shown], [1, 2, 3]);
});

Deno.test("input queue knows its end, and gives the rest away", () => {
  const input = new InputQueue();
  input.receive(new Uint8Array([1, 2]));
  input.receive(new Uint8Array(0));
  assertEquals(input.ended, true);
  input.at = 1;
  assertEquals([...input.take()], [2]);
  assertEquals(input.take().length, 0);
});
