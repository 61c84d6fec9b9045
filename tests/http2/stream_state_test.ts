import { assertEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import {
  clientCore,
  dataFrame,
  drain,
  frameOf,
  greeting,
  joined,
  linesOf,
  ORIGIN,
  Pair,
  Peer,
  resetFrame,
  sent,
  serverCore,
  settingsFrame,
  u32,
  windowUpdate,
} from "./cores.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";
import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import * as life from "../../http2/proto/stream_state.ts";

/** The table as RFC 9113 §5.1 has it: a row for each state, a column for each input. */
const EXPECTED = `
                     rH rD rE rR rW rP rM rU sH sD sE sR sW sM sU
idle                 op !! !! !! !! id rr !! op -- -- -- -- rl --
reserved (local)     !! !! !! cp rl rl !! !! hr -- -- cu -- -- --
reserved (remote)    hl !! !! cp !! rr !! !! -- -- -- cu rr -- --
open                 op op hr cp op op !! op op op hl cu op -- op
half-closed (local)  hl hl ce cp hl hl !! hl -- -- -- cu hl -- --
half-closed (remote) sc sc !! cp hr hr !! !! hr hr ce cu -- -- hr
closed (ended)       cc cc !! .. .. .. !! !! -- -- -- -- -- -- --
closed (by the peer) sc sc !! .. .. .. !! !! -- -- -- -- -- -- --
closed (by us)       .. .. !! .. .. .. !! .. -- -- -- -- -- -- --
`;

const CODES: Readonly<Record<string, number>> = {
  id: life.IDLE,
  rl: life.RESERVED_LOCAL,
  rr: life.RESERVED_REMOTE,
  op: life.OPEN,
  hl: life.HALF_CLOSED_LOCAL,
  hr: life.HALF_CLOSED_REMOTE,
  ce: life.CLOSED_ENDED,
  cp: life.CLOSED_BY_PEER,
  cu: life.CLOSED_BY_US,
  "!!": life.CONNECTION_PROTOCOL_ERROR,
  "--": life.NOT_ALLOWED,
  "..": life.IGNORED,
  sc: life.STREAM_STREAM_CLOSED,
  cc: life.CONNECTION_STREAM_CLOSED,
};

Deno.test("the table is the RFC's, for every state and every input", () => {
  const rows = EXPECTED.trimEnd().split("\n").slice(2);
  assertEquals(rows.length, life.STATE_COUNT);
  for (const [state, row] of rows.entries()) {
    const cells = row.slice(21).trim().split(/ +/);
    assertEquals(cells.length, life.INPUT_COUNT);
    for (const [input, cell] of cells.entries()) {
      assertEquals(life.transition(state, input), CODES[cell], `${row.slice(0, 20)} ${input}`);
    }
  }
});

Deno.test("each state has a name of its own and knows its halves", () => {
  const states = Array.from({ length: life.STATE_COUNT }, (_, state) => state);
  assertEquals(new Set(states.map(life.stateName)).size, life.STATE_COUNT);
  assertEquals(states.filter(life.isClosed), [6, 7, 8]);
  assertEquals(states.filter(life.isRemoteOpen), [life.OPEN, life.HALF_CLOSED_LOCAL]);
});

/** How a server's stream 1, or its push on stream 2, gets into each state. */
const SERVER_STATES: Readonly<Record<string, (core: Http2ServerCore, peer: Peer) => number>> = {
  "idle": () => 1,
  "open": (core, peer) => feed(core, peer.post(1), 1),
  "half-closed (local)": (core, peer) => {
    feed(core, peer.post(1), 1);
    core.sendWhole(1, 200, [], "hi");
    return 1;
  },
  "half-closed (remote)": (core, peer) => feed(core, peer.get(1), 1),
  "closed (ended)": (core, peer) => {
    feed(core, peer.get(1), 1);
    core.sendWhole(1, 200, [], "hi");
    return 1;
  },
  "closed (reset by the peer)": (core, peer) => {
    feed(core, peer.get(1), 1);
    return feed(core, resetFrame(1, 8), 1);
  },
  "closed (reset by us)": (core, peer) => {
    feed(core, peer.get(1), 1);
    core.reset(1, 8);
    return 1;
  },
  "reserved (local)": (core, peer) => {
    feed(core, peer.get(1), 1);
    return core.push(1, { ...ORIGIN, method: "GET", path: "/pushed" })!;
  },
};

/** What may come, and what becomes of it in each state: events, and the frames that answer. */
const SERVER_INPUTS: Readonly<Record<string, (id: number, peer: Peer) => Uint8Array>> = {
  headers: (id, peer) =>
    peer.headers(id, [":method", "GET", ":scheme", "http", ":path", "/"], 0x05),
  trailers: (id, peer) => peer.headers(id, ["x", "y"], 0x05),
  data: (id) => dataFrame(id, 3),
  end: (id) => dataFrame(id, 0, 1),
  reset: (id) => resetFrame(id, 8),
  window: (id) => windowUpdate(id, 5),
  priority: (id) => frameOf(0x02, 0, id, [0, 0, 0, 99, 1]),
  push: (id, peer) => frameOf(0x05, 0x04, id, [...u32(2), ...peer.block([":method", "GET"])]),
  continuation: (id) => frameOf(0x09, 0x04, id, []),
};

const PROTOCOL = "failed connection 0 PROTOCOL_ERROR";
const CLOSED = "failed connection 0 STREAM_CLOSED";

function streamClosed(id: number): string {
  return `failed stream ${id} STREAM_CLOSED`;
}

const SERVER_EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "idle": {
    headers: "request 1 GET /",
    trailers: "failed stream 1 PROTOCOL_ERROR",
    data: PROTOCOL,
    end: PROTOCOL,
    reset: PROTOCOL,
    window: PROTOCOL,
    priority: "",
  },
  "open": {
    headers: "failed stream 1 PROTOCOL_ERROR",
    trailers: 'end 1 [["x","y"]]',
    data: "data 1 \0\0\0",
    end: "end 1",
    reset: "reset 1 CANCEL",
    window: "",
    priority: "",
  },
  "half-closed (local)": {
    headers: "failed stream 1 PROTOCOL_ERROR",
    trailers: 'end 1 [["x","y"]]',
    data: "data 1 \0\0\0",
    end: "end 1",
    reset: "reset 1 CANCEL",
    window: "",
    priority: "",
  },
  "half-closed (remote)": {
    headers: streamClosed(1),
    trailers: streamClosed(1),
    data: streamClosed(1),
    end: streamClosed(1),
    reset: "reset 1 CANCEL",
    window: "",
    priority: "",
  },
  "closed (ended)": {
    headers: CLOSED,
    trailers: CLOSED,
    data: CLOSED,
    end: CLOSED,
    reset: "",
    window: "",
    priority: "",
  },
  "closed (reset by the peer)": {
    headers: streamClosed(1),
    trailers: streamClosed(1),
    data: streamClosed(1),
    end: streamClosed(1),
    reset: "",
    window: "",
    priority: "",
  },
  "closed (reset by us)": {
    headers: "",
    trailers: "",
    data: "",
    end: "",
    reset: "",
    window: "",
    priority: "",
  },
  "reserved (local)": {
    headers: PROTOCOL,
    trailers: PROTOCOL,
    data: PROTOCOL,
    end: PROTOCOL,
    reset: "reset 2 CANCEL",
    window: "",
    priority: "",
  },
};

Deno.test("a server in every state takes every frame as the RFC says", () => {
  for (const [state, reach] of Object.entries(SERVER_STATES)) {
    for (const [input, frame] of Object.entries(SERVER_INPUTS)) {
      const core = serverCore();
      const peer = new Peer();
      core.receive(greeting(), 0);
      drain(core);
      const id = reach(core, peer);
      assertEquals(core.streamState(id), state);
      core.receive(frame(id, peer), 0);
      // RFC 9113 §8.4, §6.10: these two are wrong in every state.
      const expected = SERVER_EXPECTED[state][input] ?? PROTOCOL;
      assertEquals(linesOf(drain(core)).join(), expected, `${input} in ${state}`);
    }
  }
});

/** What a server's caller may do, and whether it is allowed in each state. */
const SERVER_ACTS: Readonly<Record<string, (core: Http2ServerCore, id: number) => unknown>> = {
  sendWhole: (core, id) => core.sendWhole(id, 200, [], "hi"),
  sendHead: (core, id) => core.sendHead(id, 200, []),
  sendInformational: (core, id) => core.sendInformational(id, 103, []),
  sendData: (core, id) => core.sendData(id, new Uint8Array(1)),
  sendEnd: (core, id) => core.sendEnd(id),
  push: (core, id) => core.push(id, { ...ORIGIN, method: "GET", path: "/" }),
  reset: (core, id) => core.reset(id, 8),
};

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "idle": [],
  "open": ["sendWhole", "sendHead", "sendInformational", "push", "reset"],
  "half-closed (local)": ["reset"],
  "half-closed (remote)": ["sendWhole", "sendHead", "sendInformational", "push", "reset"],
  "reserved (local)": ["sendWhole", "sendHead", "sendInformational", "reset"],
};

Deno.test("a server's caller may do in every state what the RFC allows, and no more", () => {
  for (const [state, reach] of Object.entries(SERVER_STATES)) {
    for (const [name, act] of Object.entries(SERVER_ACTS)) {
      const core = serverCore();
      core.receive(greeting(), 0);
      drain(core);
      const id = reach(core, new Peer());
      sent(core);
      if (state.startsWith("closed")) {
        act(core, id); // nothing, as it may have been closed a moment ago
        assertEquals(sent(core).length, 0, `${name} in ${state}`);
      } else if (ALLOWED[state].includes(name)) act(core, id);
      else assertThrows(() => act(core, id), LocalProtocolError, undefined, `${name} in ${state}`);
    }
  }
});

/** How a client's stream 1, or a push on stream 2, gets into each state. */
const CLIENT_STATES: Readonly<Record<string, (core: Http2ClientCore, peer: Peer) => number>> = {
  "idle": () => 1,
  "open": (core) => core.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false })!,
  "half-closed (local)": (core) => core.sendRequest({ ...ORIGIN, method: "GET", path: "/" })!,
  "half-closed (remote)": (core, peer) => {
    core.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false });
    return feed(core, peer.headers(1, [":status", "200"]), 1);
  },
  "closed (ended)": (core, peer) => {
    core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
    return feed(core, peer.headers(1, [":status", "200"]), 1);
  },
  "closed (reset by the peer)": (core) => {
    core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
    return feed(core, resetFrame(1, 8), 1);
  },
  "closed (reset by us)": (core) => {
    core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
    core.reset(1, 8);
    return 1;
  },
  "reserved (remote)": (core, peer) => {
    core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
    const block = peer.block([":method", "GET", ":scheme", "https", ":path", "/pushed"]);
    return feed(core, frameOf(0x05, 0x04, 1, [...u32(2), ...block]), 2);
  },
};

const CLIENT_INPUTS: Readonly<Record<string, (id: number, peer: Peer) => Uint8Array>> = {
  response: (id, peer) => peer.headers(id, [":status", "200"], 0x04),
  data: (id) => dataFrame(id, 3),
  reset: (id) => resetFrame(id, 8),
  window: (id) => windowUpdate(id, 5),
  priority: (id) => frameOf(0x02, 0, id, [0, 0, 0, 99, 1]),
  push: (id, peer) =>
    frameOf(0x05, 0x04, id, [
      ...u32(4),
      ...peer.block([":method", "GET", ":scheme", "https", ":path", "/"]),
    ]),
};

const CLIENT_EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "idle": [PROTOCOL, PROTOCOL, PROTOCOL, PROTOCOL, "", PROTOCOL],
  "open": [
    "response 1 200",
    "failed stream 1 PROTOCOL_ERROR",
    "reset 1 CANCEL",
    "",
    "",
    "push 1 4 GET /",
  ],
  "half-closed (local)": [
    "response 1 200",
    "failed stream 1 PROTOCOL_ERROR",
    "reset 1 CANCEL",
    "",
    "",
    "push 1 4 GET /",
  ],
  "half-closed (remote)": [streamClosed(1), streamClosed(1), "reset 1 CANCEL", "", "", PROTOCOL],
  "closed (ended)": [CLOSED, CLOSED, "", "", "", PROTOCOL],
  "closed (reset by the peer)": [streamClosed(1), streamClosed(1), "", "", "", PROTOCOL],
  "closed (reset by us)": ["", "", "", "", "", ""],
  "reserved (remote)": ["response 2 200", PROTOCOL, "reset 2 CANCEL", PROTOCOL, "", PROTOCOL],
};

Deno.test("a client in every state takes every frame as the RFC says", () => {
  for (const [state, reach] of Object.entries(CLIENT_STATES)) {
    for (const [index, [input, frame]] of Object.entries(CLIENT_INPUTS).entries()) {
      const core = clientCore({ push: true });
      const peer = new Peer();
      core.receive(settingsFrame(), 0);
      drain(core);
      const id = reach(core, peer);
      assertEquals(core.streamState(id), state);
      core.receive(frame(id, peer), 0);
      const expected = CLIENT_EXPECTED[state][index];
      assertEquals(linesOf(drain(core)).join(), expected, `${input} in ${state}`);
    }
  }
});

Deno.test("both ends of a pair walk through the states together", () => {
  const pair = new Pair();
  const id = pair.post();
  pair.run();
  assertEquals([pair.client.streamState(id), pair.server.streamState(id)], ["open", "open"]);
  pair.client.sendEnd(id);
  pair.run();
  assertEquals(pair.client.streamState(id), "half-closed (local)");
  assertEquals(pair.server.streamState(id), "half-closed (remote)");
  pair.server.sendWhole(id, 200, [], "hi");
  pair.run();
  assertEquals(pair.client.streamState(id), "closed (ended)");
  assertEquals(pair.server.streamState(id), "closed (ended)");
  assertEquals(pair.server.streamState(id + 2), "idle");
});

function feed(core: Http2ServerCore | Http2ClientCore, bytes: Uint8Array, id: number): number {
  core.receive(joined(bytes), 0);
  drain(core);
  return id;
}
