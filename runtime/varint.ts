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

/** The largest value there is: 2^62 − 1. */
export const MAX_VARINT: bigint = 2n ** 62n - 1n;

/** How many bytes the integer has that starts with `firstByte`. */
export function varintSize(firstByte: number): VarintSize {
  return (1 << (firstByte >>> 6)) as VarintSize;
}

/** How many bytes an encoded integer can have. */
export type VarintSize = 1 | 2 | 4 | 8;

/**
 * The fewest bytes that hold `value`.
 *
 * @throws {RangeError} If `value` is not a whole number from 0 to 2^62 − 1, or an unsafe `number`.
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
