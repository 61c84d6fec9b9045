import fc from "fast-check";
import type { WebSocketLimits } from "@avx/ws/limits";
import { assert, assertEquals } from "../support/assert.ts";
import { bytesOf, coreOf, deflateOf, drain, frame, join, sent } from "./cores.ts";

const SEED = 20_260_401;
const TIGHT: Partial<WebSocketLimits> = {
  maxMessageBytes: 40,
  maxFrameBytes: 30,
  maxFragments: 3,
  maxControlFrames: 3,
  highWaterBytes: 1000,
};
const OPCODES = [0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x88, 0x89, 0x8a, 0xc1, 0xc2, 0x41];

const payload = fc.oneof(
  fc.constantFrom("", "a", "hello", "é€😀", "x".repeat(126)).map(bytesOf),
  fc.uint8Array({ maxLength: 30 }),
  fc.constantFrom([0x03, 0xe8], [0x03], [0x0f, 0xa0, 0x61], [0xce], [0xba, 0x80])
    .map((bytes) => Uint8Array.from(bytes)),
);
const frames = fc.array(
  fc.tuple(
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...OPCODES) }, {
      weight: 1,
      arbitrary: fc.nat(255),
    }),
    payload,
    fc.nat(0xffff),
  ),
  { minLength: 1, maxLength: 6 },
).map((list) => join(...list.map(([first, bytes, key]) => frame(first, bytes, key))));
/** Bytes with some of them changed. */
const nearly = fc.tuple(
  frames,
  fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
).map(([bytes, changes]) => {
  for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
  return bytes;
});
const cuts = fc.array(fc.nat(), { maxLength: 6 });
const limits = fc.constantFrom(TIGHT, {});

interface Outcome {
  readonly events: string[];
  readonly output: Uint8Array;
  readonly state: string;
}

/** Feeds `bytes`, cut at places made from `places`, to a core that echoes. */
function run(
  bytes: Uint8Array,
  places: readonly number[],
  some: Partial<WebSocketLimits>,
  compressed: boolean,
  ends: boolean,
): Outcome {
  const deflate = compressed ? deflateOf("server", { clientNoContextTakeover: true }) : undefined;
  const core = coreOf({ limits: some, deflate });
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const events: string[] = [];
  const output: Uint8Array[] = [];
  [0, ...at].forEach((from, index) => {
    const piece = bytes.slice(from, at[index] ?? bytes.length);
    if (piece.length === 0) return;
    core.receive(piece, 0);
    events.push(...drain(core));
    output.push(sent(core));
    assert(core.queuedBytes === 0);
  });
  if (ends) {
    core.receive(new Uint8Array(0), 0);
    events.push(...drain(core));
  }
  core.release();
  return { events, output: join(...output), state: core.state };
}

function law(
  bytes: Uint8Array,
  places: readonly number[],
  some: Partial<WebSocketLimits>,
  compressed: boolean,
  ends: boolean,
): void {
  const whole = run(bytes, [], some, compressed, ends);
  const split = run(bytes, places, some, compressed, ends);
  assertEquals(split, whole);
}

Deno.test("frames: 70,000 near-valid inputs give the same in any splitting", () => {
  const property = fc.property(
    nearly,
    cuts,
    limits,
    fc.boolean(),
    (bytes, places, some, ends) => law(bytes, places, some, false, ends),
  );
  fc.assert(property, { seed: SEED, numRuns: 70_000 });
});

Deno.test("compression: 10,000 near-valid inputs give the same in any splitting", () => {
  const property = fc.property(
    nearly,
    cuts,
    limits,
    (bytes, places, some) => law(bytes, places, some, true, false),
  );
  fc.assert(property, { seed: SEED + 1, numRuns: 10_000 });
});

Deno.test("noise: 30,000 inputs of any bytes give the same in any splitting", () => {
  const property = fc.property(
    fc.uint8Array({ minLength: 1, maxLength: 60 }),
    cuts,
    fc.boolean(),
    (bytes, places, ends) => law(bytes, places, TIGHT, false, ends),
  );
  fc.assert(property, { seed: SEED + 2, numRuns: 30_000 });
});

Deno.test("whatever one core sends, 5,000 times, the other understands in any splitting", () => {
  const message = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
  );
  const property = fc.property(
    fc.array(message, { maxLength: 5 }),
    cuts,
    (messages, places) => {
      const client = coreOf({ role: "client" });
      const server = coreOf();
      const expected = messages.map((some) => {
        if (typeof some === "string") {
          client.sendText(some);
          return `text ${some}`;
        }
        client.sendBinary(some);
        return `binary ${String.fromCharCode(...some)}`;
      });
      const bytes = sent(client);
      const at = places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
      const events = [0, ...at].flatMap((from, index) => {
        const piece = bytes.slice(from, at[index] ?? bytes.length);
        if (piece.length > 0) server.receive(piece, 0);
        return drain(server);
      });
      assertEquals(events, expected);
    },
  );
  fc.assert(property, { seed: SEED + 3, numRuns: 5_000 });
});
