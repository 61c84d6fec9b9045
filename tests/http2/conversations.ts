/**
 * What a peer may send, for fuzzing: mostly what makes sense, now and then what does not.
 *
 * @module
 */

import fc from "fast-check";
import { bytesOf, frameOf, joined, settingsFrame, u32 } from "./cores.ts";
import { PREFACE } from "../../http2/frame/preface.ts";

/** What a client says first. */
export const SERVER_GREETING = joined(PREFACE, settingsFrame());
/** What a server says first. */
export const CLIENT_GREETING = settingsFrame(3, 100, 8, 1);

/** Literals that leave the tables as they are, so that any order of them is as good. */
function block(...lines: readonly string[]): Uint8Array {
  const strings = lines.map((text) => [text.length, ...bytesOf(text)]);
  const fields = strings.map((text, at) => at % 2 === 0 ? [0x00, ...text] : text);
  return Uint8Array.from(fields.flat());
}

function head(method: string, path: string, ...lines: readonly string[]): Uint8Array {
  return block(":method", method, ":scheme", "http", ":authority", "h", ":path", path, ...lines);
}

// The path says what the handler does.
const ACTS = ["/whole", "/head", "/reset", "/nothing", "/push", "/hint", "/leave", "/discard"];
const REQUESTS: readonly Uint8Array[] = [
  ...ACTS.map((path) => head("GET", path)),
  ...ACTS.map((path) => head("POST", path, "content-length", "3")),
  head("POST", "/head", "expect", "100-continue"),
  head("GET", "/whole", "priority", "u=1, i"),
  head("HEAD", "/whole"),
  block(":method", "CONNECT", ":authority", "h:1"),
];
const RESPONSES: readonly Uint8Array[] = [
  block(":status", "200"),
  block(":status", "200", "content-length", "3"),
  block(":status", "103", "link", "<a>"),
  block(":status", "100"),
  block(":status", "204"),
  block(":status", "304", "content-length", "9"),
];
const ODD_BLOCKS: readonly Uint8Array[] = [
  block("x-sum", "1"),
  block("X-Upper", "1"),
  block("te", "gzip"),
  block("connection", "close"),
  block(":status", "two"),
  block(":method", "GET"),
  block("a", "b", ":path", "/"),
  block("x", "y".repeat(100), "z", "y".repeat(100)),
  Uint8Array.of(0x82, 0x86, 0x84, 0x41, 0x01, 0x68), // GET / of "h", which is put into the table
  Uint8Array.of(0x82, 0x86, 0x84, 0xbe), // the newest entry
  Uint8Array.of(0x20), // a table of no bytes
  Uint8Array.of(0x3f, 0xe1, 0xff, 0x03), // a table of too many
  Uint8Array.of(0x80), // no such index
  Uint8Array.of(0x00, 0x81, 0xff, 0x00), // no such Huffman code
  new Uint8Array(0),
];

const streamId = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(1, 3, 5, 7, 9, 11) },
  { weight: 3, arbitrary: fc.constantFrom(0, 2, 4, 6) },
  { weight: 1, arbitrary: fc.constantFrom(0x7fff_ffff, 0x8000_0001, 1001) },
);
const flags = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0x05, 0x04) },
  { weight: 3, arbitrary: fc.constantFrom(0x00, 0x01, 0x0c, 0x0d, 0x25, 0x24, 0x08) },
  { weight: 1, arbitrary: fc.nat(255) },
);
const content = fc.oneof(
  fc.constantFrom("", "abc", "a", "\x02abc\0\0", "\x09abc", "x".repeat(50)).map(bytesOf),
  fc.uint8Array({ maxLength: 20 }),
);
const value = fc.constantFrom(0, 1, 2, 3, 8, 100, 16_384, 65_535, 0x7fff_ffff, 0xffff_ffff);
const words = fc.tuple(value, value).map(([first, second]) =>
  Uint8Array.from([...u32(first), ...u32(second)])
);
const word = value.map((number) => Uint8Array.from(u32(number)));
const setting = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      ...[[1, 0], [1, 50], [1, 65_535], [3, 0], [3, 1], [3, 100], [4, 0], [4, 3], [4, 100_000]],
      ...[[5, 16_384], [5, 100_000], [6, 50], [8, 0], [8, 1], [9, 1], [77, 1]],
    ),
  },
  { weight: 1, arbitrary: fc.tuple(fc.nat(9), value) },
);
const settings = fc.array(setting, { maxLength: 3 })
  .map((all) => settingsFrame(...all.flat()).subarray(9));
const priority = fc.tuple(streamId, fc.constantFrom("u=0", "i", "u=9", "")).map(([id, text]) =>
  Uint8Array.from([...u32(id), ...bytesOf(text)])
);

/** A frame, but for its stream: an index to choose that by. */
type Move = readonly [type: number, flags: number, index: number, payload: Uint8Array];

const OPEN_NEXT = -1;
const ON_ZERO = -2;

/** What a peer may do, with streams that are there. */
function moves(role: Role, blocks: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Move> {
  const of = (
    weight: number,
    type: number,
    some: readonly number[],
    index: fc.Arbitrary<number>,
    payload: fc.Arbitrary<Uint8Array>,
  ): { weight: number; arbitrary: fc.Arbitrary<Move> } => ({
    weight,
    arbitrary: fc.tuple(fc.constant(type), fc.constantFrom(...some), index, payload),
  });
  const zero = fc.constant(ON_ZERO);
  const any = fc.nat(50);
  const trailers = fc.constant(ODD_BLOCKS[0]);
  const dependency = fc.constantFrom(13, 13, 1).map((id) => Uint8Array.from([...u32(id), 9]));
  const promise = fc.tuple(fc.constantFrom(2, 4, 6), fc.constantFrom(...REQUESTS))
    .map(([id, rest]) => Uint8Array.from([...u32(id), ...rest]));
  return fc.oneof(
    of(role === "server" ? 8 : 2, 0x01, [0x05, 0x04, 0x04, 0x00], fc.constant(OPEN_NEXT), blocks),
    of(role === "server" ? 1 : 9, 0x01, [0x05, 0x04, 0x04, 0x00], any, blocks),
    of(2, 0x01, [0x05], any, trailers),
    of(7, 0x00, [0x00, 0x00, 0x01], any, content),
    of(1, 0x00, [0x08, 0x09], any, fc.constantFrom("\x02abc\0\0", "\x09abc").map(bytesOf)),
    of(2, 0x02, [0], any, dependency),
    of(2, 0x03, [0], any, word),
    of(2, 0x04, [0], zero, settings),
    of(1, 0x04, [1], zero, fc.constant(new Uint8Array(0))),
    of(1, 0x06, [0, 0, 1], zero, words),
    of(1, 0x07, [0], zero, words),
    of(3, 0x08, [0], fc.oneof(any, zero), word),
    of(1, 0x42, [0, 255], any, content),
    role === "server" ? of(2, 0x10, [0], zero, priority) : of(3, 0x05, [4, 4, 0], any, promise),
  );
}

/** What comes without any regard to what there is. */
function wildFrames(blocks: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const type = fc.oneof({ weight: 9, arbitrary: fc.nat(9) }, fc.constant(0x10), fc.nat(255));
  return fc.tuple(type, flags, streamId, fc.oneof(blocks, content, word, words, settings, priority))
    .map((parts) => frameOf(...parts));
}

/**
 * Puts moves in a row: streams are opened in order, and what follows the beginning of a field section
 * goes on with it.
 */
function composed(list: readonly (Move | Uint8Array)[], opened: readonly number[]): Uint8Array[] {
  const streams = [...opened];
  let [next, section] = [1, 0];
  return list.map((move) => {
    if (move instanceof Uint8Array) return move;
    const [type, some, index, payload] = move;
    const endsSection = (some & 0x04) !== 0 || type !== 0x01;
    if (section !== 0) {
      const id = section;
      if (endsSection) section = 0;
      return frameOf(0x09, endsSection ? 0x04 : 0, id, type === 0x01 ? payload : []);
    }
    let id = 0;
    if (index === OPEN_NEXT) {
      id = next;
      next += 2;
      streams.push(id, id, id);
    } else if (index !== ON_ZERO) id = streams[index % streams.length];
    if ((type === 0x01 || type === 0x05) && (some & 0x04) === 0) section = id;
    return frameOf(type, some, id, payload);
  });
}

/** One byte left out, put in or changed, or none. */
function nearly(whole: Uint8Array, place: number, change: number, byte: number): Uint8Array {
  const at = place % (whole.length + 1);
  switch (change) {
    case 0:
      return joined(whole.subarray(0, at), whole.subarray(at + 1));
    case 1:
      return joined(whole.subarray(0, at), Uint8Array.of(byte), whole.subarray(at));
    case 2:
      return joined(whole.subarray(0, at), Uint8Array.of(byte), whole.subarray(at + 1));
    default:
      return whole;
  }
}

/** Who is spoken to. */
export type Role = "server" | "client";

/** What a peer sends: mostly what it may, now and then what it may not, or a byte of it wrong. */
export function conversation(role: Role): fc.Arbitrary<Uint8Array> {
  const blocks = fc.constantFrom(...role === "server" ? REQUESTS : RESPONSES);
  const some = fc.oneof(
    { weight: 12, arbitrary: blocks },
    { weight: 2, arbitrary: fc.constantFrom(...ODD_BLOCKS) },
    { weight: 1, arbitrary: fc.tuple(blocks, fc.nat()).map(half) },
  );
  const frame = fc.oneof(
    { weight: 15, arbitrary: moves(role, some) },
    { weight: 1, arbitrary: wildFrames(some) },
  );
  const greeting = role === "server" ? SERVER_GREETING : CLIENT_GREETING;
  const all = fc.tuple(
    fc.oneof({ weight: 40, arbitrary: fc.constant(greeting) }, fc.constant(PREFACE)),
    blocks.map((block): Move => [0x01, 0x04, role === "server" ? OPEN_NEXT : 0, block]),
    fc.array(frame, { minLength: 1, maxLength: 24, size: "max" }),
  ).map(([start, first, rest]) =>
    joined(start, ...composed([first, ...rest], role === "server" ? [] : ASKED))
  );
  return fc.tuple(all, fc.nat(), fc.nat(20), fc.nat(255)).map((parts) => nearly(...parts));
}

/** The streams that the client has opened, those more often that still go on. */
const ASKED = [1, 1, 1, 3, 3, 3, 5, 7, 9];

function half([bytes, at]: [Uint8Array, number]): Uint8Array {
  return bytes.subarray(0, at % (bytes.length + 1));
}
