import fc from "fast-check";
import { assert, assertEquals } from "../support/assert.ts";
import {
  clientCore,
  type CoreSettings,
  joined,
  lineOf,
  ORIGIN,
  Peer,
  sent,
  serverCore,
} from "./cores.ts";
import { CLIENT_GREETING, conversation, SERVER_GREETING } from "./conversations.ts";
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
