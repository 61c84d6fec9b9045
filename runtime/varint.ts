/**
 * QUIC variable-length integers (RFC 9000 §16): 6, 14, 30 or 62 bits, big-endian, the length in the
 * first two bits.
 *
 * ```text
 *  00xxxxxx                                   1 byte    0 … 63
 *  01xxxxxx xxxxxxxx                          2 bytes   … 16,383
 *  10xxxxxx xxxxxxxx xxxxxxxx xxxxxxxx        4 bytes   … 1,073,741,823
 *  11xxxxxx xxxxxxxx … (8 bytes)              8 bytes   … 4,611,686,018,427,387,903
 * ```
 *
 * @module
 */

/**
 * The largest value there is: 2^62 − 1.
 *
 * @example Eight bytes of ones
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MAX_VARINT, writeVarint } from "@avx/runtime/varint";
 *
 * const into = new Uint8Array(8);
 * writeVarint(into, 0, MAX_VARINT);
 * assertEquals(into, new Uint8Array(8).fill(0xff));
 * ```
 */
export const MAX_VARINT: bigint = 2n ** 62n - 1n;

/**
 * How many bytes the integer has that starts with `firstByte`.
 *
 * @example The first byte tells
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { varintSize } from "@avx/runtime/varint";
 *
 * assertEquals(varintSize(0x25), 1);
 * assertEquals(varintSize(0xc2), 8);
 * ```
 */
export function varintSize(firstByte: number): VarintSize {
  return (1 << (firstByte >>> 6)) as VarintSize;
}

/**
 * How many bytes an encoded integer can have.
 *
 * @example Room for a length to come
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readVarint, type VarintSize, writeVarint } from "@avx/runtime/varint";
 *
 * const size: VarintSize = 4;
 * const into = new Uint8Array(size);
 * writeVarint(into, 0, 5, size);
 * assertEquals(readVarint(into, 0), 5);
 * ```
 */
export type VarintSize = 1 | 2 | 4 | 8;

/**
 * The fewest bytes that hold `value`.
 *
 * @throws {RangeError} If `value` is not a whole number from 0 to 2^62 − 1, or an unsafe `number`.
 *
 * @example The limits of each size
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { varintLength } from "@avx/runtime/varint";
 *
 * assertEquals([63, 64, 16_383, 16_384].map(varintLength), [1, 2, 2, 4]);
 * ```
 */
export function varintLength(value: number | bigint): VarintSize {
  if (typeof value === "bigint" ? value < 0n || value > MAX_VARINT : !isWhole(value)) {
    throw new RangeError(
      `Cannot encode ${value} as a variable-length integer: must be a whole number below 2^62`,
    );
  }
  if (value < 0x40) return 1;
  if (value < 0x4000) return 2;
  return value < 0x4000_0000 ? 4 : 8;
}

/**
 * Reads the integer at `at`. A value above 2^53 − 1, which no length or code in use comes near,
 * is returned rounded; {@linkcode readBigVarint} is exact.
 *
 * @returns The value, or -1 where it is not complete before `end`.
 *
 * @example The sample of RFC 9000, appendix A.1
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readVarint } from "@avx/runtime/varint";
 *
 * const bytes = new Uint8Array([0x9d, 0x7f, 0x3e, 0x7d]);
 * assertEquals(readVarint(bytes, 0), 494_878_333);
 * assertEquals(readVarint(bytes, 0, 3), -1);
 * ```
 */
export function readVarint(bytes: Uint8Array, at: number, end: number = bytes.length): number {
  if (at >= end) return -1;
  const first = bytes[at];
  if (first < 0x40) return first;
  if (at + varintSize(first) > end) return -1;
  if (first < 0x80) return (first & 0x3f) << 8 | bytes[at + 1];
  const high = readU32(bytes, at) & 0x3fff_ffff;
  return first < 0xc0 ? high : high * 0x1_0000_0000 + readU32(bytes, at + 4);
}

/**
 * Reads the integer at `at` exactly.
 *
 * @returns The value, or `undefined` where it is not complete before `end`.
 *
 * @example More than a number can hold
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readBigVarint } from "@avx/runtime/varint";
 *
 * const bytes = new Uint8Array(8).fill(0xff);
 * assertEquals(readBigVarint(bytes, 0), 4_611_686_018_427_387_903n);
 * ```
 */
export function readBigVarint(
  bytes: Uint8Array,
  at: number,
  end: number = bytes.length,
): bigint | undefined {
  if (at >= end || at + varintSize(bytes[at]) > end) return undefined;
  if (bytes[at] < 0xc0) return BigInt(readVarint(bytes, at, end));
  const high = readU32(bytes, at) & 0x3fff_ffff;
  return BigInt(high) << 32n | BigInt(readU32(bytes, at + 4));
}

/**
 * Writes `value` at `at`, in the fewest bytes or in `size` ones: a length that is patched in later
 * has its room beforehand.
 *
 * @returns The offset behind it.
 * @throws {RangeError} If `value` does not fit into `size` bytes or is no whole number below 2^62.
 *
 * @example Fewest bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeVarint } from "@avx/runtime/varint";
 *
 * const into = new Uint8Array(2);
 * assertEquals(writeVarint(into, 0, 15_293), 2);
 * assertEquals(into, new Uint8Array([0x7b, 0xbd]));
 * ```
 */
export function writeVarint(
  into: Uint8Array,
  at: number,
  value: number | bigint,
  size?: VarintSize,
): number {
  const fewest = varintLength(value);
  const length = size ?? fewest;
  if (length < fewest) throw new RangeError(`Cannot write ${value} in ${length} bytes`);
  let rest = value;
  if (typeof rest === "bigint") {
    if (length === 8) {
      writeU32(into, at, Number(rest >> 32n));
      writeU32(into, at + 4, Number(rest & 0xffff_ffffn));
      into[at] |= 0xc0;
      return at + 8;
    }
    rest = Number(rest);
  }
  switch (length) {
    case 1:
      into[at] = rest;
      break;
    case 2:
      into[at] = 0x40 | rest >>> 8;
      into[at + 1] = rest;
      break;
    case 4:
      writeU32(into, at, rest);
      into[at] |= 0x80;
      break;
    case 8:
      writeU32(into, at, Math.floor(rest / 0x1_0000_0000));
      writeU32(into, at + 4, rest);
      into[at] |= 0xc0;
      break;
    default:
      length satisfies never;
  }
  return at + length;
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function readU32(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3]) >>> 0;
}

function writeU32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}
