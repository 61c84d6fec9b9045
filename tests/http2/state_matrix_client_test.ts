import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import { assertEquals } from "../support/assert.ts";
import { COLUMNS, REQUEST, RESPONSE } from "./client_states.ts";
import { drain, frameOf, joined, ORIGIN, u32 } from "./cores.ts";
import {
  COMMON_ROWS,
  literals,
  MARK_BYTES,
  marked,
  NEWEST,
  type Row,
  tableOf,
} from "./state_matrix.ts";

/**
 * What a client that takes pushes makes of every frame in every state of its stream.
 *
 * Columns are explained in `client_states.ts`, cells in `state_matrix.ts`.
 */
const EXPECTED = `
                                       id ev rr ph op oh hl hh hr ce cp cu cf cg pu pe fo
8.3.2   HEADERS, a response            cP cP hl sP =  sP =  sP sC cC sC .  .  sC .  cC cP
8.3.2   HEADERS, END_STREAM            cP cP ce sP hr sP ce sP sC cC sC .  .  sC .  cC cP
6.2     HEADERS, padded, with priority cP cP ce sP hr sP ce sP sC cC sC .  .  sC .  cC cP
6.10    HEADERS and CONTINUATION       cP cP ce sP hr sP ce sP sC cC sC .  .  sC .  cC cP
6.2     HEADERS, more to come          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
8.1     HEADERS, interim               cP cP hl sP =  sP =  sP sC cC sC .  .  sC .  cC cP
8.1     HEADERS, interim, END_STREAM   cP cP sP sP sP sP sP sP sC cC sC .  .  sC .  cC cP
8.6     HEADERS, 101                   cP cP sP sP sP sP sP sP sC cC sC .  .  sC .  cC cP
8.1     HEADERS, trailers              cP cP sP ce sP hr sP ce sC cC sC .  .  sC .  cC cP
8.1     HEADERS, trailers, open end    cP cP sP sP sP sP sP sP sC cC sC .  .  sC .  cC cP
8.1.1   HEADERS, missing content       cP cP sP sP sP sP sP sP sC cC sC .  .  sC .  cC cP
8.2.1   HEADERS, malformed             cP cP sP sP sP sP sP sP sC cC sC .  .  sC .  cC cP
4.3     HEADERS, no such index         cK cK cK cK cK cK cK cK cK cK cK cK cK cK cK cK cK
6.2     HEADERS, too much padding      cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.2     HEADERS, half a priority       cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
6.6     PUSH_PROMISE                   cP cP cP cP =  =  =  =  cP cP cP .  .  cP cP cP cP
8.4     PUSH_PROMISE, not safe         cP cP cP cP sP sP sP sP cP cP cP .  .  cP cP cP cP
6.6     PUSH_PROMISE of an odd stream  cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.6     PUSH_PROMISE of stream 0       cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.6     PUSH_PROMISE, too short        cS cP cP cP cS cS cS cS cS cS cS cS cS cS cP cP cS
6.1     DATA                           cP cP cP =  sP =  sP =  sC cC sC .  .  sC .  cC sC
6.1     DATA, END_STREAM               cP cP cP ce sP hr sP ce sC cC sC .  .  sC .  cC sC
6.1     DATA, empty                    cP cP cP .  sP .  sP .  sC cC sC .  .  sC .  cC sC
6.1     DATA, empty, END_STREAM        cP cP cP ce sP hr sP ce sC cC sC .  .  sC .  cC sC
6.1     DATA, padded                   cP cP cP =  sP =  sP =  sC cC sC .  .  sC .  cC sC
6.1     DATA, all of it padding        cP cP cP .  sP .  sP .  sC cC sC .  .  sC .  cC sC
6.1     DATA, too much padding         cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.1     DATA, padded, empty            cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.9     DATA beyond the window         cP cP cP sF sF sF sF sF sC cC sC .  .  sC .  cC sC
6.3     PRIORITY                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
5.3.2   PRIORITY on itself             cP cP sP sP sP sP sP sP sP cP cP cP cP cP cP cP cP
6.3     PRIORITY of 4 bytes            cS cS sS sS sS sS sS sS sS cS cS cS cS cS cS cS cS
6.4     RST_STREAM                     cP cP cp cp cp cp cp cp cp .  .  .  .  .  .  .  .
6.4     RST_STREAM, unknown code       cP cP cp cp cp cp cp cp cp .  .  .  .  .  .  .  .
6.4     RST_STREAM of 3 bytes          cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
6.5     SETTINGS                       cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.7     PING                           cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.8     GOAWAY                         cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.9     WINDOW_UPDATE                  cP cP cP .  .  .  .  .  .  .  .  .  .  .  .  .  .
6.9     WINDOW_UPDATE of 0             cP cP cP sP sP sP sP sP sP .  .  .  .  .  .  .  .
6.9.1   WINDOW_UPDATE too large        cP cP cP .  sF sF sF sF sF .  .  .  .  .  .  .  .
6.9     WINDOW_UPDATE, 3 bytes         cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
6.10    CONTINUATION                   cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
9218 7  PRIORITY_UPDATE                cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
9218 7  PRIORITY_UPDATE of the stream  cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
5.5     an unknown type                .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
4.2     a frame too large              cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
`;

const UNSAFE = literals(":method", "PUT", ":scheme", "https", ":authority", "h", ":path", "/");
/** A promise of a stream that is free in all columns. */
function promise(id: number, promisedId: number, fields: readonly number[]): Uint8Array {
  return frameOf(0x05, 0x04, id, [...u32(promisedId), ...fields, ...MARK_BYTES]);
}

const ROWS: readonly Row[] = [
  { section: "8.3.2", name: "HEADERS, a response", bytes: (id) => marked(0x04, id, RESPONSE) },
  { section: "8.3.2", name: "HEADERS, END_STREAM", bytes: (id) => marked(0x05, id, RESPONSE) },
  {
    section: "6.2",
    name: "HEADERS, padded, with priority",
    bytes: (id) => frameOf(0x01, 0x2d, id, [1, ...u32(99), 7, ...RESPONSE, 0]),
  },
  {
    section: "6.10",
    name: "HEADERS and CONTINUATION",
    bytes: (id) =>
      joined(
        frameOf(0x01, 0x01, id, RESPONSE.slice(0, 5)),
        frameOf(0x09, 0x04, id, [...RESPONSE.slice(5), ...MARK_BYTES]),
      ),
  },
  { section: "6.2", name: "HEADERS, more to come", bytes: (id) => frameOf(0x01, 0, id, RESPONSE) },
  {
    section: "8.1",
    name: "HEADERS, interim",
    bytes: (id) => marked(0x04, id, literals(":status", "103")),
  },
  {
    section: "8.1",
    name: "HEADERS, interim, END_STREAM",
    bytes: (id) => marked(0x05, id, literals(":status", "103")),
  },
  {
    section: "8.6",
    name: "HEADERS, 101",
    bytes: (id) => marked(0x04, id, literals(":status", "101")),
  },
  {
    section: "8.1",
    name: "HEADERS, trailers",
    bytes: (id) => marked(0x05, id, literals("x-sum", "1")),
  },
  {
    section: "8.1",
    name: "HEADERS, trailers, open end",
    bytes: (id) => marked(0x04, id, literals("x-sum", "1")),
  },
  {
    section: "8.1.1",
    name: "HEADERS, missing content",
    bytes: (id) => marked(0x05, id, [...RESPONSE, ...literals("content-length", "5")]),
  },
  {
    section: "8.2.1",
    name: "HEADERS, malformed",
    bytes: (id) => marked(5, id, literals("A", "1")),
  },
  { section: "4.3", name: "HEADERS, no such index", bytes: (id) => frameOf(0x01, 5, id, [0x80]) },
  {
    section: "6.2",
    name: "HEADERS, too much padding",
    bytes: (id) => frameOf(1, 0x0d, id, [9, 0]),
  },
  { section: "6.2", name: "HEADERS, half a priority", bytes: (id) => frameOf(1, 0x25, id, [0, 0]) },
  { section: "6.6", name: "PUSH_PROMISE", bytes: (id) => promise(id, 8, REQUEST) },
  {
    section: "8.4",
    name: "PUSH_PROMISE, not safe",
    bytes: (id) => promise(id, 8, UNSAFE),
  },
  { section: "6.6", name: "PUSH_PROMISE of an odd stream", bytes: (id) => promise(id, 9, REQUEST) },
  { section: "6.6", name: "PUSH_PROMISE of stream 0", bytes: (id) => promise(id, 0, REQUEST) },
  { section: "6.6", name: "PUSH_PROMISE, too short", bytes: (id) => frameOf(0x05, 4, id, [0, 0]) },
  ...COMMON_ROWS,
];

/** The next request is answered, and its table is the server's. */
function alive(core: Http2ClientCore, hasMark: boolean): void {
  if (!core.canOpen) return; // the server goes
  const id = core.sendRequest({ ...ORIGIN, method: "GET", path: "/" })!;
  const field = hasMark ? [NEWEST] : literals("x-mark", "1");
  core.receive(frameOf(0x01, 0x05, id, [...RESPONSE, ...field]), 0);
  const [event] = drain(core);
  assertEquals([event.type, "head" in event && event.head.fields.get("x-mark")], ["response", "1"]);
}

Deno.test("a client in every state takes every frame as the RFC says", () => {
  assertEquals(`\n${tableOf(ROWS, COLUMNS, alive)}\n`, EXPECTED);
});
