/**
 * Bytes to send back and forth.
 *
 * @module
 */

import { assertEquals } from "./assert.ts";

/** Bytes that differ along the way, so that a lost or repeated part shows. */
export function pattern(size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  for (let index = 0; index < size; index++) all[index] = (index * 31 + (index >> 8)) & 0xff;
  return all;
}

/** The sizes that buffers and windows are likely to stumble over. */
export const SIZES: readonly number[] = [
  0,
  1,
  1023,
  16_384,
  65_535,
  65_536,
  65_537,
  1_048_576,
  5 * 1024 * 1024,
];

/** Asserts equality. `assertEquals` walks megabytes for seconds. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assertEquals(actual.length, expected.length);
  const differs = actual.findIndex((byte, index) => byte !== expected[index]);
  assertEquals(differs, -1, `the bytes differ from ${differs} on`);
}
