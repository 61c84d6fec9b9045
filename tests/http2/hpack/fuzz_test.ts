import { HpackDecoder, HpackEncoder } from "@avx/http2/hpack";
import { isFieldValue, isToken } from "@avx/runtime/ascii";
import { assert, assertEquals } from "../../support/assert.ts";
import { toHex, written } from "./blocks.ts";

const INPUTS = 100_000;
const MAX_TABLE_BYTES = 512;
const MAX_LIST_BYTES = 300;
const KINDS = [undefined, "compression", "size", "field"];

/** Numbers that are the same in every run (mulberry32): 0 to `limit` − 1. */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return ((mixed ^ mixed >>> 14) >>> 0) % limit;
  };
}

const NAMES = [":path", "server", "X-Own", "cookie", "authorization", "x-other", "etag", "a"];

/** Fields as an application may send them. */
function someLines(below: (limit: number) => number): string[] {
  const lines: string[] = [];
  for (let count = below(6); count > 0; count--) {
    lines.push(NAMES[below(NAMES.length)], "avx/[1]\xe9".repeat(below(9)).slice(0, below(40)));
  }
  return lines;
}

/** Bytes that look like a block often enough to get far. */
function someBytes(below: (limit: number) => number): Uint8Array {
  const starts = [0x80, 0xbe, 0xff, 0x40, 0x41, 0x7e, 0x00, 0x0f, 0x10, 0x20, 0x3f, 0x84, 0x01];
  return Uint8Array.from(
    { length: below(40) },
    () => below(3) === 0 ? starts[below(starts.length)] : below(below(2) === 0 ? 256 : 16),
  );
}

/** A block in which something was changed, left out, doubled or cut. */
function damaged(block: Uint8Array, below: (limit: number) => number): Uint8Array {
  const bytes = [...block];
  const at = below(bytes.length + 1);
  switch (below(5)) {
    case 0:
      bytes[at] = below(256);
      break;
    case 1:
      bytes.splice(at, 1 + below(3));
      break;
    case 2:
      bytes.splice(at, 0, ...bytes.slice(below(bytes.length + 1)));
      break;
    case 3:
      bytes.length = at;
      break;
    default:
      bytes[at] ^= 1 << below(8);
  }
  return Uint8Array.from(bytes);
}

Deno.test("hpack fuzz: any bytes are decoded within the limits, or refused by a value", () => {
  const below = numbers(7541);
  let decoder = new HpackDecoder({ maxTableBytes: MAX_TABLE_BYTES, maxListBytes: MAX_LIST_BYTES });
  let encoder = new HpackEncoder({ maxTableBytes: MAX_TABLE_BYTES });
  const kinds = new Map<string | undefined, number>();
  for (let input = 0; input < INPUTS; input++) {
    const block = below(3) === 0
      ? someBytes(below)
      : damaged(written((out) => encoder.encode(someLines(below), out)), below);
    const fields: string[] = [];
    const failure = decoder.decode(block, 0, block.length, fields);
    kinds.set(failure?.kind, (kinds.get(failure?.kind) ?? 0) + 1);
    check(block, fields, failure?.kind);
    assert(decoder.tableBytes <= MAX_TABLE_BYTES, toHex(block));
    if (failure?.kind === "compression" || below(20) === 0) {
      decoder = new HpackDecoder({ maxTableBytes: MAX_TABLE_BYTES, maxListBytes: MAX_LIST_BYTES });
      encoder = new HpackEncoder({ maxTableBytes: MAX_TABLE_BYTES });
    }
  }
  // Each kind has come up, so that none of them went untested.
  for (const kind of KINDS) assert((kinds.get(kind) ?? 0) > 100, `${kind}: ${kinds.get(kind)}`);
});

Deno.test("hpack fuzz: a block cut anywhere is decoded to a beginning, or refused", () => {
  const below = numbers(9113);
  for (let input = 0; input < 500; input++) {
    const lines = someLines(below);
    const block = written((out) => new HpackEncoder().encode(lines, out));
    const whole: string[] = [];
    new HpackDecoder({ maxListBytes: 65_536 }).decode(block, 0, block.length, whole);
    for (let end = 0; end <= block.length; end++) {
      const fields: string[] = [];
      new HpackDecoder({ maxListBytes: 65_536 }).decode(block, 0, end, fields);
      assertEquals(fields, whole.slice(0, fields.length));
      assertEquals(fields.length < whole.length || end === block.length, true);
    }
  }
});

function check(block: Uint8Array, fields: readonly string[], kind: string | undefined): void {
  assert(KINDS.includes(kind) && fields.length % 2 === 0, toHex(block));
  let listBytes = 0;
  let wellFormed = true;
  for (let at = 0; at < fields.length; at += 2) {
    const [name, value] = [fields[at], fields[at + 1]];
    listBytes += name.length + value.length + 32;
    wellFormed &&= isToken(name.replace(/^:/, "")) && !/[A-Z]/.test(name) && isFieldValue(value);
  }
  assert(listBytes <= MAX_LIST_BYTES, toHex(block));
  if (kind === undefined) assert(wellFormed, toHex(block));
  if (kind === "field") assert(!wellFormed, toHex(block));
}
