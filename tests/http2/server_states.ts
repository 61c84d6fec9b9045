/**
 * How a server gets into every state of a stream, each of them a column of the tables:
 *
 * ```
 * id  idle: a request's                    sk  idle, and closed by a later one (RFC 9113 §5.1.1)
 * ev  idle: the server's to open           rl  reserved (local): promised
 * op  open                                 oh  open, and the response's head is sent
 * hl  half-closed (local): answered        hr  half-closed (remote): a whole request
 * hq  likewise, its answer waits for room
 * ce  closed: both have ended              cp  closed: the client has reset it
 * cu  closed: the handler has reset it     cf  closed: reset for a fault
 * cr  closed: refused, there were too many cg  closed: behind the last that GOAWAY names
 * pe  closed: a pushed one has ended       fo  closed so long ago that nobody knows how
 * ```
 *
 * @module
 */

import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import { type CoreSettings, drain, frameOf, joined, ORIGIN, Pair, sent, u32 } from "./cores.ts";
import { type Column, literals, type Situation, WINDOW_BYTES } from "./state_matrix.ts";

const SETTINGS: CoreSettings = {
  limits: { streamWindowBytes: WINDOW_BYTES },
  abuse: { maxPeerResets: Infinity },
};

/** A pair, and what the server is about to get a frame on. */
function at(
  id: number,
  prepare: (pair: Pair) => void,
  settings: CoreSettings = SETTINGS,
): Situation<Http2ServerCore> {
  const pair = new Pair(settings, { push: true });
  prepare(pair);
  pair.run();
  return { core: pair.server, id };
}

const GET = { ...ORIGIN, method: "GET", path: "/" } as const;
/** The fields of a request, which leave the tables as they are. */
export const REQUEST = literals(
  ":method",
  "GET",
  ":scheme",
  "http",
  ":authority",
  "h",
  ":path",
  "/",
);

/** Frames that the client core would not send. */
function inject(pair: Pair, ...frames: readonly Uint8Array[]): void {
  pair.server.receive(joined(...frames), 0);
  drain(pair.server);
  sent(pair.server);
}

/** Each state, and how it is reached. */
export const COLUMNS: readonly Column<Http2ServerCore>[] = [
  { name: "id", reach: () => at(1, () => {}) },
  { name: "sk", reach: () => at(1, (pair) => inject(pair, frameOf(0x01, 0x05, 3, REQUEST))) },
  { name: "ev", reach: () => at(2, (pair) => void pair.get()) },
  {
    name: "rl",
    reach: () =>
      at(2, (pair) => {
        pair.get();
        pair.run();
        pair.server.push(1, { ...GET, path: "/pushed" });
      }),
  },
  { name: "op", reach: () => at(1, (pair) => void pair.post()) },
  {
    name: "oh",
    reach: () =>
      at(1, (pair) => {
        pair.post();
        pair.run();
        pair.server.sendHead(1, 200, []);
      }),
  },
  {
    name: "hl",
    reach: () =>
      at(1, (pair) => {
        pair.post();
        pair.run();
        pair.server.sendWhole(1, 200, [], "hi");
      }),
  },
  { name: "hr", reach: () => at(1, (pair) => void pair.get()) },
  {
    name: "hq",
    reach: () =>
      at(1, (pair) => {
        pair.get();
        pair.run();
        pair.server.sendWhole(1, 200, [], new Uint8Array(400_000));
      }),
  },
  {
    name: "ce",
    reach: () =>
      at(1, (pair) => {
        pair.get();
        pair.run();
        pair.server.sendWhole(1, 200, [], "hi");
      }),
  },
  {
    name: "cp",
    reach: () =>
      at(1, (pair) => {
        pair.post();
        pair.run();
        pair.client.reset(1, 8);
      }),
  },
  {
    name: "cu",
    reach: () =>
      at(1, (pair) => {
        pair.post();
        pair.run();
        pair.server.reset(1, 8);
      }),
  },
  {
    name: "cf",
    reach: () =>
      at(1, (pair) => {
        pair.post();
        pair.run();
        inject(pair, frameOf(0x08, 0, 1, u32(0)));
      }),
  },
  {
    name: "cr",
    reach: () =>
      at(3, (pair) => {
        pair.post();
        pair.run();
        inject(pair, frameOf(0x01, 0x04, 3, REQUEST));
      }, { ...SETTINGS, limits: { ...SETTINGS.limits, maxConcurrentStreams: 1 } }),
  },
  {
    name: "cg",
    reach: () =>
      at(3, (pair) => {
        pair.post();
        pair.run();
        pair.server.shutdown();
        pair.run();
        inject(pair, frameOf(0x01, 0x04, 3, REQUEST));
      }),
  },
  {
    name: "pe",
    reach: () =>
      at(2, (pair) => {
        pair.get();
        pair.run();
        pair.server.push(1, { ...GET, path: "/pushed" });
        pair.server.sendWhole(2, 200, [], "hi");
      }),
  },
  {
    name: "fo",
    reach: () =>
      at(1, (pair) => {
        for (let count = 0; count <= 1024; count++) {
          const id = pair.get();
          pair.step();
          pair.server.sendWhole(id, 204, [], undefined);
          pair.step();
        }
      }),
  },
];
