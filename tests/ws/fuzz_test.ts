import fc from "fast-check";
import type { WebSocketLimits } from "@avx/ws/limits";
import { assert, assertEquals } from "../support/assert.ts";
import { UpgradeResponseReader } from "../../ws/proto/upgrade_response.ts";
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
const parts = fc.array(
  fc.tuple(
    fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...OPCODES) }, {
      weight: 1,
      arbitrary: fc.nat(255),
    }),
    payload,
    fc.nat(0xffff),
  ),
  { minLength: 1, maxLength: 6 },
);
/** Bytes with some of them changed. */
function changed(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 });
  return fc.tuple(bytes, changes).map(([bytes, changes]) => {
    for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
    return bytes;
  });
}
/** What a client may send, nearly. */
const nearly = changed(
  parts.map((list) => join(...list.map(([first, bytes, key]) => frame(first, bytes, key)))),
);
/** What a server may send, nearly. */
const unmasked = changed(
  parts.map((list) => join(...list.map(([first, bytes]) => frame(first, bytes, "unmasked")))),
);
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
  role: "server" | "client",
): Outcome {
  const deflate = compressed ? deflateOf("server", { clientNoContextTakeover: true }) : undefined;
  const core = coreOf({ role, limits: some, deflate });
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
  role: "server" | "client" = "server",
): void {
  const whole = run(bytes, [], some, compressed, ends, role);
  const split = run(bytes, places, some, compressed, ends, role);
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

Deno.test("frames to a client: 20,000 near-valid inputs give the same in any splitting", () => {
  const property = fc.property(
    unmasked,
    cuts,
    limits,
    fc.boolean(),
    (bytes, places, some, ends) => law(bytes, places, some, false, ends, "client"),
  );
  fc.assert(property, { seed: SEED + 4, numRuns: 20_000 });
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

const headLine = fc.oneof(
  fc.constantFrom(
    "HTTP/1.1 101 Switching Protocols",
    "HTTP/1.1 103 x",
    "HTTP/1.1 403 ",
    "upgrade: websocket",
    "a:b",
    ": b",
    " folded",
    "",
  ),
  fc.string({ maxLength: 20 }),
);
const headBytes = fc.tuple(
  fc.array(fc.tuple(headLine, fc.constantFrom("\r\n", "\r\n", "\r\n", "\n", "\r")), {
    maxLength: 8,
  }),
  fc.boolean(),
).map(([lines, isWhole]) =>
  bytesOf(
    (isWhole ? "HTTP/1.1 101 x\r\n" : "") + lines.map((pair) => pair.join("")).join("") +
      (isWhole ? "\r\n" : ""),
  )
);

Deno.test("responses: 20,000 near-valid heads give the same in any splitting", () => {
  /** What the pieces come to, and what was read behind the head. */
  function outcome(bytes: Uint8Array, places: readonly number[], maxBytes: number): unknown {
    const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) =>
      a - b
    );
    const reader = new UpgradeResponseReader(maxBytes);
    for (const [index, from] of [0, ...at].entries()) {
      const end = at[index] ?? bytes.length;
      if (end === from) continue;
      const found = reader.receive(bytes.slice(from, end));
      if (found?.type === "failed") return found;
      if (found === undefined) continue;
      const { status, fields } = found.head;
      const rest = join(found.rest, bytes.subarray(end));
      return { status, lines: [...fields], rest };
    }
    return undefined;
  }
  const property = fc.property(
    headBytes,
    cuts,
    fc.constantFrom(20, 60, 1_000),
    (bytes, places, maxBytes) =>
      assertEquals(outcome(bytes, places, maxBytes), outcome(bytes, [], maxBytes)),
  );
  fc.assert(property, { seed: SEED + 5, numRuns: 20_000 });
});
