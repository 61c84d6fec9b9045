import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import { PREFACE } from "../../http2/frame/preface.ts";
import { assertEquals } from "../support/assert.ts";
import {
  bytesOf,
  clientCore,
  drain,
  frameOf,
  Pair,
  Peer,
  sent,
  serverCore,
  settingsFrame,
  u32,
} from "./cores.ts";
import { type Column, type EitherCore, literals, type Row, tableOf } from "./state_matrix.ts";

/**
 * What either end makes of frames that concern the connection, in every state of it.
 *
 * ```
 * ns  SETTINGS have not come                 up  at rest
 * st  with a stream open                     fs  within a field section
 * sa  shutdown was announced (a server)      sf  which stream was the last is said
 * gr  the peer's GOAWAY has come             ov  over, after a fault
 * ```
 *
 * Cells as in `state_matrix_server_test.ts`.
 */
const SERVER = `
                                       ns up st fs sa sf gr ov
6.1     DATA                           cP cP cP cP cP cP cP .
6.2     HEADERS                        cP cP cP cP cP cP cP .
6.3     PRIORITY                       cP cP cP cP cP cP cP .
6.4     RST_STREAM                     cP cP cP cP cP cP cP .
6.5     SETTINGS                       =  =  =  cP =  =  =  .
6.5     SETTINGS of 5 bytes            cS cS cS cP cS cS cS .
6.5     SETTINGS, acknowledged         cP .  .  cP .  .  .  .
6.5     SETTINGS, ACK with a payload   cS cS cS cP cS cS cS .
6.5.2   HEADER_TABLE_SIZE 0            =  =  =  cP =  =  =  .
6.5.2   ENABLE_PUSH 0                  =  =  =  cP =  =  =  .
6.5.2   ENABLE_PUSH 1                  =  =  =  cP =  =  =  .
6.5.2   ENABLE_PUSH 2                  cP cP cP cP cP cP cP .
6.5.2   MAX_CONCURRENT_STREAMS 0       =  =  =  cP =  =  =  .
6.5.2   INITIAL_WINDOW_SIZE 0          =  =  =  cP =  =  =  .
6.5.2   INITIAL_WINDOW_SIZE 2^31       cF cF cF cP cF cF cF .
6.5.2   MAX_FRAME_SIZE 16383           cP cP cP cP cP cP cP .
6.5.2   MAX_FRAME_SIZE 2^24            cP cP cP cP cP cP cP .
6.5.2   MAX_HEADER_LIST_SIZE 0         =  =  =  cP =  =  =  .
6.5.2   an unknown setting             =  =  =  cP =  =  =  .
6.6     PUSH_PROMISE                   cP cP cP cP cP cP cP .
6.7     PING                           cP .  .  cP .  .  .  .
6.7     PING, ACK of nothing           cP .  .  cP .  .  .  .
6.7     PING of 7 bytes                cP cS cS cP cS cS cS .
6.8     GOAWAY                         cP =  =  cP =  =  cP .
6.8     GOAWAY of 7 bytes              cP cS cS cP cS cS cS .
6.9     WINDOW_UPDATE                  cP .  .  cP .  .  .  .
6.9     WINDOW_UPDATE of 0             cP cP cP cP cP cP cP .
6.9.1   WINDOW_UPDATE too large        cP cF cF cP cF cF cF .
6.9     WINDOW_UPDATE of 3 bytes       cP cS cS cP cS cS cS .
6.10    CONTINUATION                   cP cP cP cP cP cP cP .
9218 7  PRIORITY_UPDATE                cP .  .  cP .  .  .  .
9218 7  PRIORITY_UPDATE, stream 0      cP cP cP cP cP cP cP .
9218 7  PRIORITY_UPDATE, short         cP cS cS cP cS cS cS .
5.5     an unknown type                cP .  .  cP .  .  .  .
5.5     an unknown type, empty         cP .  .  cP .  .  .  .
`;

const CLIENT = `
                                       ns up st fs sf gr ov
6.1     DATA                           cP cP cP cP cP cP .
6.2     HEADERS                        cP cP cP cP cP cP .
6.3     PRIORITY                       cP cP cP cP cP cP .
6.4     RST_STREAM                     cP cP cP cP cP cP .
6.5     SETTINGS                       =  =  =  cP =  =  .
6.5     SETTINGS of 5 bytes            cS cS cS cP cS cS .
6.5     SETTINGS, acknowledged         cP .  .  cP .  .  .
6.5     SETTINGS, ACK with a payload   cS cS cS cP cS cS .
6.5.2   HEADER_TABLE_SIZE 0            =  =  =  cP =  =  .
6.5.2   ENABLE_PUSH 0                  =  =  =  cP =  =  .
6.5.2   ENABLE_PUSH 1                  cP cP cP cP cP cP .
6.5.2   ENABLE_PUSH 2                  cP cP cP cP cP cP .
6.5.2   MAX_CONCURRENT_STREAMS 0       =  =  =  cP =  =  .
6.5.2   INITIAL_WINDOW_SIZE 0          =  =  =  cP =  =  .
6.5.2   INITIAL_WINDOW_SIZE 2^31       cF cF cF cP cF cF .
6.5.2   MAX_FRAME_SIZE 16383           cP cP cP cP cP cP .
6.5.2   MAX_FRAME_SIZE 2^24            cP cP cP cP cP cP .
6.5.2   MAX_HEADER_LIST_SIZE 0         =  =  =  cP =  =  .
6.5.2   an unknown setting             =  =  =  cP =  =  .
6.6     PUSH_PROMISE                   cP cP cP cP cP cP .
6.7     PING                           cP .  .  cP .  .  .
6.7     PING, ACK of nothing           cP .  .  cP .  .  .
6.7     PING of 7 bytes                cP cS cS cP cS cS .
6.8     GOAWAY                         cP =  =  cP =  =  .
6.8     GOAWAY of 7 bytes              cP cS cS cP cS cS .
6.9     WINDOW_UPDATE                  cP .  .  cP .  .  .
6.9     WINDOW_UPDATE of 0             cP cP cP cP cP cP .
6.9.1   WINDOW_UPDATE too large        cP cF cF cP cF cF .
6.9     WINDOW_UPDATE of 3 bytes       cP cS cS cP cS cS .
6.10    CONTINUATION                   cP cP cP cP cP cP .
9218 7  PRIORITY_UPDATE                cP cP cP cP cP cP .
9218 7  PRIORITY_UPDATE, stream 0      cP cP cP cP cP cP .
9218 7  PRIORITY_UPDATE, short         cP cP cP cP cP cP .
5.5     an unknown type                cP .  .  cP .  .  .
5.5     an unknown type, empty         cP .  .  cP .  .  .
`;

const SERVER_COLUMNS: readonly Column<Http2ServerCore>[] = [
  {
    name: "ns",
    reach: () => {
      const core = serverCore();
      core.receive(PREFACE, 0);
      return { core, id: 1 };
    },
  },
  { name: "up", reach: () => server(() => {}) },
  { name: "st", reach: () => server((pair) => void pair.post()) },
  { name: "fs", reach: () => server((pair) => inject(pair.server, frameOf(0x01, 0, 1, [0x82]))) },
  {
    name: "sa",
    reach: () =>
      server((pair) => {
        pair.post();
        pair.step();
        pair.server.shutdown();
        sent(pair.server);
      }),
  },
  {
    name: "sf",
    reach: () =>
      server((pair) => {
        pair.post();
        pair.run();
        pair.server.shutdown();
      }),
  },
  {
    name: "gr",
    reach: () =>
      server((pair) => {
        pair.post();
        pair.client.shutdown();
      }),
  },
  { name: "ov", reach: () => server((pair) => inject(pair.server, frameOf(0x00, 0, 0))) },
];

const CLIENT_COLUMNS: readonly Column<Http2ClientCore>[] = [
  { name: "ns", reach: () => ({ core: clientCore(), id: 1 }) },
  { name: "up", reach: () => client(() => {}) },
  { name: "st", reach: () => client((pair) => void pair.post()) },
  {
    name: "fs",
    reach: () =>
      client((pair) => {
        pair.post();
        inject(pair.client, frameOf(0x01, 0, 1, [0x88]));
      }),
  },
  {
    name: "sf",
    reach: () =>
      client((pair) => {
        pair.post();
        pair.client.shutdown();
      }),
  },
  {
    name: "gr",
    reach: () =>
      client((pair) => {
        pair.post();
        pair.run();
        pair.server.shutdown();
      }),
  },
  { name: "ov", reach: () => client((pair) => inject(pair.client, frameOf(0x00, 0, 0))) },
];

function server(prepare: (pair: Pair) => void): { core: Http2ServerCore; id: number } {
  return { core: prepared(prepare).server, id: 1 };
}

function client(prepare: (pair: Pair) => void): { core: Http2ClientCore; id: number } {
  return { core: prepared(prepare).client, id: 1 };
}

function prepared(prepare: (pair: Pair) => void): Pair {
  const pair = new Pair();
  prepare(pair);
  pair.run();
  return pair;
}

function inject(core: EitherCore, frame: Uint8Array): void {
  core.receive(frame, 0);
  drain(core);
  sent(core);
}

/** A frame on stream 0. */
function row(
  section: string,
  name: string,
  type: number,
  flags: number,
  payload: readonly number[] | Uint8Array,
): Row {
  return { section, name, bytes: () => frameOf(type, flags, 0, payload) };
}

/** SETTINGS with one setting. */
function setting(name: string, id: number, value: number): Row {
  return { section: "6.5.2", name, bytes: () => settingsFrame(id, value) };
}

const ROWS: readonly Row[] = [
  row("6.1", "DATA", 0x00, 1, [1, 2, 3]),
  row("6.2", "HEADERS", 0x01, 5, literals(":status", "200")),
  row("6.3", "PRIORITY", 0x02, 0, [...u32(1), 1]),
  row("6.4", "RST_STREAM", 0x03, 0, u32(8)),
  row("6.5", "SETTINGS", 0x04, 0, []),
  row("6.5", "SETTINGS of 5 bytes", 0x04, 0, [0, 3, 0, 0, 0]),
  row("6.5", "SETTINGS, acknowledged", 0x04, 1, []),
  row("6.5", "SETTINGS, ACK with a payload", 0x04, 1, [0, 3, 0, 0, 0, 9]),
  setting("HEADER_TABLE_SIZE 0", 1, 0),
  setting("ENABLE_PUSH 0", 2, 0),
  setting("ENABLE_PUSH 1", 2, 1),
  setting("ENABLE_PUSH 2", 2, 2),
  setting("MAX_CONCURRENT_STREAMS 0", 3, 0),
  setting("INITIAL_WINDOW_SIZE 0", 4, 0),
  setting("INITIAL_WINDOW_SIZE 2^31", 4, 0x8000_0000),
  setting("MAX_FRAME_SIZE 16383", 5, 16_383),
  setting("MAX_FRAME_SIZE 2^24", 5, 1 << 24),
  setting("MAX_HEADER_LIST_SIZE 0", 6, 0),
  setting("an unknown setting", 0x99, 1),
  row("6.6", "PUSH_PROMISE", 0x05, 4, [...u32(2), 0x82]),
  row("6.7", "PING", 0x06, 0, [...u32(1), ...u32(2)]),
  row("6.7", "PING, ACK of nothing", 0x06, 1, [...u32(1), ...u32(2)]),
  row("6.7", "PING of 7 bytes", 0x06, 0, [0, 0, 0, 0, 0, 0, 0]),
  row("6.8", "GOAWAY", 0x07, 0, [...u32(1), ...u32(0)]),
  row("6.8", "GOAWAY of 7 bytes", 0x07, 0, [0, 0, 0, 0, 0, 0, 0]),
  row("6.9", "WINDOW_UPDATE", 0x08, 0, u32(5)),
  row("6.9", "WINDOW_UPDATE of 0", 0x08, 0, u32(0)),
  row("6.9.1", "WINDOW_UPDATE too large", 0x08, 0, u32(0x7fff_ffff)),
  row("6.9", "WINDOW_UPDATE of 3 bytes", 0x08, 0, [0, 0, 5]),
  row("6.10", "CONTINUATION", 0x09, 4, literals("a", "b")),
  row("9218 7", "PRIORITY_UPDATE", 0x10, 0, [...u32(1), ...bytesOf("u=1")]),
  row("9218 7", "PRIORITY_UPDATE, stream 0", 0x10, 0, u32(0)),
  row("9218 7", "PRIORITY_UPDATE, short", 0x10, 0, [0, 0, 1]),
  row("5.5", "an unknown type", 0x42, 0xff, [1, 2, 3]),
  row("5.5", "an unknown type, empty", 0xff, 0, []),
];

/** A PING is answered, as long as the connection is one. */
function alive(core: EitherCore): void {
  if (core.disposition === "close" && !core.wantsInput) return;
  core.receive(frameOf(0x06, 0, 0, [...u32(3), ...u32(4)]), 0);
  const [event] = drain(core);
  if (event?.type === "failed") {
    return assertEquals(event.reason, "The first frame must be SETTINGS");
  }
  assertEquals(new Peer().read(sent(core)), ["PING 0 ack"]);
}

Deno.test("a server's connection in every state takes every frame as the RFC says", () => {
  assertEquals(`\n${tableOf(ROWS, SERVER_COLUMNS, alive)}\n`, SERVER);
});

Deno.test("a client's connection in every state takes every frame as the RFC says", () => {
  assertEquals(`\n${tableOf(ROWS, CLIENT_COLUMNS, alive)}\n`, CLIENT);
});
