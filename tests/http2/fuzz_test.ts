import fc from "fast-check";
import { assert, assertEquals } from "../support/assert.ts";
import {
  bytesOf,
  clientCore,
  type CoreSettings,
  frameOf,
  joined,
  lineOf,
  ORIGIN,
  Peer,
  sent,
  serverCore,
  settingsFrame,
  u32,
} from "./cores.ts";
import { PREFACE } from "../../http2/frame/preface.ts";
import { DEFAULT_LIMITS } from "../../http2/proto/limits.ts";
import type { Http2Event } from "../../http2/proto/events.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import type { Http2ClientCore } from "../../http2/proto/client_core.ts";

// For any bytes in any splitting, receive returns, the events and the output are the same, and
// memory stays under the limits. A failure prints the seed and the path that repeat it.
const SEED = 9113;
/** For each property; `FUZZ_INPUTS` sets another number. */
const INPUTS = Number(Deno.env.get("FUZZ_INPUTS") ?? 40_000);

const TIGHT: CoreSettings = {
  limits: {
    maxConcurrentStreams: 2,
    maxHeaderListBytes: 300,
    maxHeaderBlockBytes: 150,
    maxDecoderTableBytes: 100,
    streamWindowBytes: 60,
    maxBodyBytes: 40,
    maxDrainBytes: 20,
    maxInformational: 2,
    maxPushes: 1,
  },
  abuse: {
    maxPeerResets: 3,
    maxProvokedResets: 4,
    maxContinuations: 2,
    maxSettings: 3,
    maxPings: 2,
    maxPriorities: 3,
    maxEmptyFrames: 2,
    maxUnknownFrames: 2,
  },
};

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

type Role = "server" | "client";

/** What a peer sends: mostly what it may, now and then what it may not, or a byte of it wrong. */
function conversation(role: Role): fc.Arbitrary<Uint8Array> {
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

type AnyCore = Http2ServerCore | Http2ClientCore;

/** What became of the bytes. */
interface Outcome {
  readonly events: readonly string[];
  readonly output: Uint8Array;
  readonly rest: readonly unknown[];
}

/** Cuts `bytes` at places made from `places`, and hands each piece to the core. */
function feed(
  core: AnyCore,
  act: (event: Http2Event) => void,
  bytes: Uint8Array,
  places: readonly number[],
  ends: boolean,
): Outcome {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const pieces = [0, ...at].map((from, index) => bytes.slice(from, at[index] ?? bytes.length))
    .filter((piece) => piece.length > 0);
  if (ends) pieces.push(new Uint8Array(0));
  const events: string[] = [];
  const output = [sent(core)];
  for (const piece of pieces) {
    core.receive(piece, 0);
    for (let event = core.next(); event !== undefined; event = core.next()) {
      events.push(event.type === "failed" ? `${lineOf(event)} ${event.reason}` : lineOf(event));
      act(event);
    }
    output.push(sent(core));
  }
  const rest = [core.openStreams, core.disposition, core.wantsInput, core.deadline];
  return { events, output: joined(...output), rest };
}

function serverOutcome(
  settings: CoreSettings,
  bytes: Uint8Array,
  places: readonly number[],
  ends: boolean,
): Outcome {
  const core = serverCore(settings);
  // What is answered here needs no window, so that it never depends on when it is transmitted.
  return feed(
    core,
    (event) => {
      if (event.type === "data" && event.streamId % 4 === 1) {
        core.consume(event.streamId, event.bytes.length);
      } else if (event.type === "request") answer(core, event.streamId, event.head.target);
    },
    bytes,
    places,
    ends,
  );
}

function answer(core: Http2ServerCore, id: number, target: string): void {
  switch (target) {
    case "/whole":
      return void core.sendWhole(id, 204, [], undefined);
    case "/head":
      return void core.sendHead(id, 200, ["x", "y"]);
    case "/reset":
      return core.reset(id, 8);
    case "/push": {
      const pushed = core.push(id, { ...ORIGIN, method: "GET", path: "/pushed" });
      if (pushed !== undefined && id % 4 === 1) core.sendWhole(pushed, 204, [], undefined);
      return;
    }
    case "/hint":
      core.sendContinue(id);
      return core.sendInformational(id, 103, ["link", "<a>"]);
    case "/leave":
      return core.shutdown();
    case "/discard":
      return core.discardBody(id);
    default:
      return;
  }
}

function clientOutcome(
  settings: CoreSettings,
  bytes: Uint8Array,
  places: readonly number[],
  ends: boolean,
): Outcome {
  const core = clientCore(settings);
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  core.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false });
  core.sendRequest({ ...ORIGIN, method: "HEAD", path: "/" });
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  core.reset(7, 8);
  core.sendRequest({ method: "CONNECT", authority: "h:1", end: false });
  return feed(
    core,
    (event) => {
      if (event.type === "data" && event.streamId % 4 === 1) {
        core.consume(event.streamId, event.bytes.length);
      } else if (event.type === "push" && event.promisedId % 4 === 0) {
        core.reset(event.promisedId, 8);
      } else if (event.type === "response" && event.streamId === 3) core.sendEnd(3);
    },
    bytes,
    places,
    ends,
  );
}

const cuts = fc.array(fc.nat(), { maxLength: 6 });
const limits = fc.constantFrom<CoreSettings>({}, TIGHT, { push: true }, { ...TIGHT, push: true });
const ROOM_BYTES = DEFAULT_LIMITS.maxQueuedBytes;

type Run = typeof serverOutcome;

/** The law, for one input. */
function law(run: Run, bytes: Uint8Array, places: number[], some: CoreSettings, ends: boolean) {
  const whole = run(some, bytes, [], ends);
  const split = run(some, bytes, places, ends);
  assertEquals(split.events, whole.events);
  assertEquals(split.rest, whole.rest);
  if (split.output.some((byte, at) => byte !== whole.output[at])) {
    assertEquals(new Peer().read(split.output), new Peer().read(whole.output));
  }
  assertEquals(split.output.length, whole.output.length);
  const most = some.limits?.maxConcurrentStreams ?? DEFAULT_LIMITS.maxConcurrentStreams;
  assert(Number(whole.rest[0]) <= most + 5 + (some.limits?.maxPushes ?? DEFAULT_LIMITS.maxPushes));
  assert(whole.output.length < ROOM_BYTES);
}

const SERVER_GREETING = joined(PREFACE, settingsFrame());
const CLIENT_GREETING = settingsFrame(3, 100, 8, 1);

Deno.test("a server: any frames give the same in any splitting", () => {
  const property = fc.property(
    conversation("server"),
    cuts,
    limits,
    fc.boolean(),
    (bytes, places, some, ends) => law(serverOutcome, bytes, places, some, ends),
  );
  fc.assert(property, { seed: SEED, numRuns: INPUTS });
});

Deno.test("a client: any frames give the same in any splitting", () => {
  const property = fc.property(
    conversation("client"),
    cuts,
    limits,
    fc.boolean(),
    (bytes, places, some, ends) => law(clientOutcome, bytes, places, some, ends),
  );
  fc.assert(property, { seed: SEED + 1, numRuns: INPUTS });
});

Deno.test("both: any bytes at all give the same in any splitting, even each byte alone", () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    conversation("server"),
  );
  const property = fc.property(noise, limits, fc.boolean(), (bytes, some, ends) => {
    const places = Array.from(bytes, (_, at) => at);
    const behind = joined(SERVER_GREETING, bytes);
    law(serverOutcome, bytes, places, some, ends);
    law(serverOutcome, behind, places, some, ends);
    law(clientOutcome, joined(CLIENT_GREETING, bytes), places, some, ends);
  });
  fc.assert(property, { seed: SEED + 2, numRuns: Math.ceil(INPUTS / 4) });
});
