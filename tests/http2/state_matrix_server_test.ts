import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import { assertEquals } from "../support/assert.ts";
import { drain, frameOf, joined, u32 } from "./cores.ts";
import { COLUMNS, REQUEST } from "./server_states.ts";
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
 * What a server makes of every frame in every state of its stream.
 *
 * Columns are explained in `server_states.ts`, cells in `state_matrix.ts`.
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
