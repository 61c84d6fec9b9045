import { bytesOf, isBinaryType, shownAs } from "../../ws/message_data.ts";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("what is lent is copied for who may keep it, and for nobody else", async () => {
  const bytes = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
  const kept = shownAs("uint8array", bytes, true) as Uint8Array;
  const buffer = shownAs("arraybuffer", bytes, true) as ArrayBuffer;
  const blob = shownAs("blob", bytes, true) as Blob;
  assertStrictEquals(shownAs("lent", bytes, true), bytes);
  bytes.fill(0);
  for (const copy of [kept, new Uint8Array(buffer), await blob.bytes()]) {
    assertEquals(copy, new Uint8Array([2, 3]));
  }
});

Deno.test("what is given away is not copied, unless it lies among other bytes", () => {
  const whole = new Uint8Array([1, 2]);
  assertStrictEquals(shownAs("uint8array", whole, false), whole);
  assertStrictEquals(shownAs("arraybuffer", whole, false), whole.buffer);
  const part = whole.subarray(1);
  assertEquals((shownAs("arraybuffer", part, false) as ArrayBuffer).byteLength, 1);
});

Deno.test("what can be sent is bytes, from where a view begins to where it ends", () => {
  const bytes = new Uint8Array([1, 2, 3, 4]);
  assertStrictEquals(bytesOf(bytes), bytes);
  assertEquals(bytesOf(bytes.buffer), bytes);
  assertEquals(bytesOf(new DataView(bytes.buffer, 1, 2)), new Uint8Array([2, 3]));
  assertEquals(bytesOf(new Uint16Array(bytes.buffer, 2, 1)), new Uint8Array([3, 4]));
});

Deno.test("there are four ways to be shown bytes", () => {
  assert(["blob", "arraybuffer", "uint8array", "lent"].every(isBinaryType));
  assertEquals(isBinaryType("text"), false);
});
