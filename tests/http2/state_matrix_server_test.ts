import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import { assertEquals } from "../support/assert.ts";
import { type CoreSettings, drain, frameOf, joined, ORIGIN, Pair, sent, u32 } from "./cores.ts";
import {
  type Column,
  COMMON_ROWS,
  literals,
  MARK_BYTES,
  marked,
  NEWEST,
  type Row,
  type Situation,
  tableOf,
  WINDOW_BYTES,
} from "./state_matrix.ts";

/**
 * What a server makes of every frame in every state of its stream.
 *
 * Columns, each a state and how it was reached:
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
 * Cells: `.` nothing to tell, `=` something to tell and the state stays, a state that it goes to
 * (`id rl op hl hr`, `ce cp cu`), or an error of the stream (`s`) or the connection (`c`):
 * `P` PROTOCOL_ERROR, `C` STREAM_CLOSED, `S` FRAME_SIZE_ERROR, `F` FLOW_CONTROL_ERROR,
 * `K` COMPRESSION_ERROR, `R` REFUSED_STREAM.
 */
const EXPECTED = `
                                       id sk ev rl op oh hl hr hq ce cp cu cf cr cg pe fo
8.3.1   HEADERS, a request             op cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
8.3.1   HEADERS, END_STREAM            hr cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
6.2     HEADERS, padded, with priority hr cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
6.10    HEADERS and CONTINUATION       hr cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
6.2     HEADERS, more to come          .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
8.1     HEADERS, trailers              sP cP cP cP hr hr ce sC sC cC sC .  .  .  .  cC cP
8.1     HEADERS, trailers, open end    sP cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
8.2.1   HEADERS, malformed             sP cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
5.3.1   HEADERS, depends on itself     sP cP cP cP sP sP sP sC sC cC sC .  .  .  .  cC cP
4.3     HEADERS, no such index         cK cK cK cK cK cK cK cK cK cK cK cK cK cK cK cK cK
6.2     HEADERS, too much padding      cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.2     HEADERS, half a priority       cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
8.4     PUSH_PROMISE                   cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.1     DATA                           cP sC cP cP =  =  =  sC sC cC sC .  .  .  .  cC sC
6.1     DATA, END_STREAM               cP sC cP cP hr hr ce sC sC cC sC .  .  .  .  cC sC
6.1     DATA, empty                    cP sC cP cP .  .  .  sC sC cC sC .  .  .  .  cC sC
6.1     DATA, empty, END_STREAM        cP sC cP cP hr hr ce sC sC cC sC .  .  .  .  cC sC
6.1     DATA, padded                   cP sC cP cP =  =  =  sC sC cC sC .  .  .  .  cC sC
6.1     DATA, all of it padding        cP sC cP cP .  .  .  sC sC cC sC .  .  .  .  cC sC
6.1     DATA, too much padding         cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.1     DATA, padded, empty            cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.9     DATA beyond the window         cP sC cP cP sF sF sF sC sC cC sC .  .  .  .  cC sC
6.3     PRIORITY                       .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
5.3.2   PRIORITY on itself             cP cP cP sP sP sP sP sP sP cP cP cP cP cP cP cP cP
6.3     PRIORITY of 4 bytes            cS cS cS sS sS sS sS sS sS cS cS cS cS cS cS cS cS
6.4     RST_STREAM                     cP .  cP cp cp cp cp cp cp .  .  .  .  .  .  .  .
6.4     RST_STREAM, unknown code       cP .  cP cp cp cp cp cp cp .  .  .  .  .  .  .  .
6.4     RST_STREAM of 3 bytes          cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
6.5     SETTINGS                       cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.7     PING                           cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.8     GOAWAY                         cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
6.9     WINDOW_UPDATE                  cP .  cP .  .  .  .  .  .  .  .  .  .  .  .  .  .
6.9     WINDOW_UPDATE of 0             cP .  cP sP sP sP sP sP sP .  .  .  .  .  .  .  .
6.9.1   WINDOW_UPDATE too large        cP .  cP sF sF sF sF sF ce .  .  .  .  .  .  .  .
6.9     WINDOW_UPDATE, 3 bytes         cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
6.10    CONTINUATION                   cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
9218 7  PRIORITY_UPDATE                cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP cP
9218 7  PRIORITY_UPDATE of the stream  .  .  cP .  .  .  .  .  .  .  .  .  .  .  .  .  .
5.5     an unknown type                .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .
4.2     a frame too large              cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS cS
`;

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
const REQUEST = literals(":method", "GET", ":scheme", "http", ":authority", "h", ":path", "/");

/** Frames that the client core would not send. */
function inject(pair: Pair, ...frames: readonly Uint8Array[]): void {
  pair.server.receive(joined(...frames), 0);
  drain(pair.server);
  sent(pair.server);
}

const COLUMNS: readonly Column<Http2ServerCore>[] = [
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

const ROWS: readonly Row[] = [
  { section: "8.3.1", name: "HEADERS, a request", bytes: (id) => marked(0x04, id, REQUEST) },
  { section: "8.3.1", name: "HEADERS, END_STREAM", bytes: (id) => marked(0x05, id, REQUEST) },
  {
    section: "6.2",
    name: "HEADERS, padded, with priority",
    bytes: (id) => frameOf(0x01, 0x2d, id, [1, ...u32(99), 7, ...REQUEST, 0]),
  },
  {
    section: "6.10",
    name: "HEADERS and CONTINUATION",
    bytes: (id) =>
      joined(
        frameOf(0x01, 0x01, id, REQUEST.slice(0, 5)),
        frameOf(0x09, 0x04, id, [...REQUEST.slice(5), ...MARK_BYTES]),
      ),
  },
  { section: "6.2", name: "HEADERS, more to come", bytes: (id) => frameOf(0x01, 0, id, REQUEST) },
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
    section: "8.2.1",
    name: "HEADERS, malformed",
    bytes: (id) => marked(5, id, literals("A", "1")),
  },
  {
    section: "5.3.1",
    name: "HEADERS, depends on itself",
    bytes: (id) => frameOf(0x01, 0x25, id, [...u32(id), 7, ...REQUEST, ...MARK_BYTES]),
  },
  { section: "4.3", name: "HEADERS, no such index", bytes: (id) => frameOf(0x01, 5, id, [0x80]) },
  {
    section: "6.2",
    name: "HEADERS, too much padding",
    bytes: (id) => frameOf(1, 0x0d, id, [9, 0]),
  },
  { section: "6.2", name: "HEADERS, half a priority", bytes: (id) => frameOf(1, 0x25, id, [0, 0]) },
  {
    section: "8.4",
    name: "PUSH_PROMISE",
    bytes: (id) => frameOf(0x05, 0x04, id, [...u32(2), ...REQUEST]),
  },
  ...COMMON_ROWS,
];

/** The next request is answered, and its table is the client's. */
function alive(core: Http2ServerCore, hasMark: boolean): void {
  const id = 9001;
  const field = hasMark ? [NEWEST] : literals("x-mark", "1");
  core.receive(frameOf(0x01, 0x05, id, [...REQUEST, ...field]), 0);
  const [event] = drain(core);
  if (event === undefined) return assertEquals(core.streamState(id), "closed (reset by us)");
  if (event.type === "failed") return assertEquals(event.limit, "maxConcurrentStreams");
  assertEquals([event.type, "head" in event && event.head.fields.get("x-mark")], ["request", "1"]);
}

Deno.test("a server in every state takes every frame as the RFC says", () => {
  assertEquals(`\n${tableOf(ROWS, COLUMNS, alive)}\n`, EXPECTED);
});
