/**
 * How a client that takes pushes gets into every state of a stream, each a column of the tables:
 *
 * ```
 * id  idle: the client's to open           ev  idle: never promised
 * rr  reserved (remote): promised          ph  half-closed (local): promised, and has its head
 * op  open                                 oh  open, and the response's head has come
 * hl  half-closed (local): a whole request hh  likewise, and the response's head has come
 * hr  half-closed (remote): answered, and the client still sends
 * ce  closed: both have ended              cp  closed: the server has reset it
 * cu  closed: the caller has reset it      cf  closed: reset for a fault
 * cg  closed: behind the last that the server's GOAWAY names
 * pu  closed: a promised one that the caller has reset
 * pe  closed: a pushed one has ended       fo  closed so long ago that nobody knows how
 * ```
 *
 * @module
 */

import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import { type CoreSettings, drain, frameOf, joined, ORIGIN, Pair, sent, u32 } from "./cores.ts";
import { type Column, literals, type Situation, WINDOW_BYTES } from "./state_matrix.ts";

const SETTINGS: CoreSettings = {
  push: true,
  limits: { streamWindowBytes: WINDOW_BYTES },
};

/** A pair, and what the client is about to get a frame on. */
function at(id: number, prepare: (pair: Pair) => void): Situation<Http2ClientCore> {
  const pair = new Pair({}, SETTINGS);
  prepare(pair);
  pair.run();
  return { core: pair.client, id };
}

const GET = { ...ORIGIN, method: "GET", path: "/" } as const;
/** The fields of a request, which leave the tables as they are. */
export const REQUEST = literals(
  ":method",
  "GET",
  ":scheme",
  "https",
  ":authority",
  "h",
  ":path",
  "/",
);
/** The fields of a response, likewise. */
export const RESPONSE = literals(":status", "200");

/** A request has come to the server. */
function asked(pair: Pair, method: "get" | "post"): void {
  if (method === "get") pair.get();
  else pair.post();
  pair.run();
}

/** The server has promised stream 2. */
function promised(pair: Pair): void {
  asked(pair, "get");
  pair.server.push(1, { ...GET, path: "/pushed" });
  pair.run();
}

/** Frames that the server core would not send. */
function inject(pair: Pair, ...frames: readonly Uint8Array[]): void {
  pair.client.receive(joined(...frames), 0);
  drain(pair.client);
  sent(pair.client);
}

/** Each state, and how it is reached. */
export const COLUMNS: readonly Column<Http2ClientCore>[] = [
  { name: "id", reach: () => at(1, () => {}) },
  { name: "ev", reach: () => at(2, (pair) => asked(pair, "get")) },
  { name: "rr", reach: () => at(2, promised) },
  {
    name: "ph",
    reach: () =>
      at(2, (pair) => {
        promised(pair);
        pair.server.sendHead(2, 200, []);
      }),
  },
  { name: "op", reach: () => at(1, (pair) => asked(pair, "post")) },
  {
    name: "oh",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "post");
        pair.server.sendHead(1, 200, []);
      }),
  },
  { name: "hl", reach: () => at(1, (pair) => asked(pair, "get")) },
  {
    name: "hh",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "get");
        pair.server.sendHead(1, 200, []);
      }),
  },
  {
    name: "hr",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "post");
        pair.server.sendWhole(1, 200, [], "hi");
      }),
  },
  {
    name: "ce",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "get");
        pair.server.sendWhole(1, 200, [], "hi");
      }),
  },
  {
    name: "cp",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "post");
        pair.server.reset(1, 8);
      }),
  },
  {
    name: "cu",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "get");
        pair.client.reset(1, 8);
      }),
  },
  {
    name: "cf",
    reach: () =>
      at(1, (pair) => {
        asked(pair, "post");
        inject(pair, frameOf(0x08, 0, 1, u32(0)));
      }),
  },
  {
    name: "cg",
    reach: () =>
      at(1, (pair) => {
        pair.get();
        inject(pair, frameOf(0x07, 0, 0, [...u32(0), ...u32(0)]));
      }),
  },
  {
    name: "pu",
    reach: () =>
      at(2, (pair) => {
        promised(pair);
        pair.client.reset(2, 8);
      }),
  },
  {
    name: "pe",
    reach: () =>
      at(2, (pair) => {
        promised(pair);
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
