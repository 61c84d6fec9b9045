import { assertEquals } from "../support/assert.ts";
import {
  ask,
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
  repeated,
  sent,
  serve,
  serverCore,
  SETTINGS_ACK,
  settingsFrame,
  windowUpdate,
} from "./cores.ts";
import { DEFAULT_LIMITS } from "../../http2/proto/limits.ts";
import { PREFACE } from "../../http2/frame/preface.ts";

Deno.test("SETTINGS are acknowledged", () => {
  assertEquals(serve({}, settingsFrame(0x1, 0)).output, ["SETTINGS 0 ack"]);
  assertEquals(serve({}, settingsFrame(0x99, 1)).output, ["SETTINGS 0 ack"]);
});

Deno.test("SETTINGS of the wrong form are connection errors", () => {
  const cases: readonly [Uint8Array, string][] = [
    [frameOf(0x04, 0, 1, []), "PROTOCOL_ERROR"],
    [frameOf(0x04, 0, 0, [0, 1, 0, 0, 0]), "FRAME_SIZE_ERROR"],
    [frameOf(0x04, 1, 0, [0, 1, 0, 0, 0, 0]), "FRAME_SIZE_ERROR"],
    [settingsFrame(0x2, 2), "PROTOCOL_ERROR"],
    [settingsFrame(0x4, 0x8000_0000), "FLOW_CONTROL_ERROR"],
    [settingsFrame(0x5, 16_383), "PROTOCOL_ERROR"],
    [settingsFrame(0x5, 0x100_0000), "PROTOCOL_ERROR"],
  ];
  for (const [frame, code] of cases) {
    assertEquals(serve({}, frame).events, [`failed connection 0 ${code}`]);
  }
  assertEquals(ask({}, settingsFrame(0x2, 1)).events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("a flood of SETTINGS: as many as the limit and no more", () => {
  const abuse = { maxSettings: 10 }; // the greeting is one
  assertEquals(serve({ abuse }, repeated(9, settingsFrame())).events, []);
  const calm = ["failed connection 0 ENHANCE_YOUR_CALM maxSettings"];
  assertEquals(serve({ abuse }, repeated(10, settingsFrame())).events, calm);
  // Acknowledgements of nothing count as well.
  assertEquals(serve({ abuse }, repeated(9, SETTINGS_ACK)).events, []);
  assertEquals(serve({ abuse }, repeated(10, SETTINGS_ACK)).events, calm);
});

Deno.test("a smaller initial window reaches into streams that are open, and may be below zero", () => {
  const core = serverCore();
  const peer = new Peer();
  core.receive(joined(greeting(0x4, 10), peer.get(1)), 0);
  drain(core);
  core.sendWhole(1, 200, [], "x".repeat(30));
  assertEquals(peer.read(sent(core)).at(-1), "DATA 1 10");
  core.receive(joined(settingsFrame(0x4, 4), windowUpdate(1, 6)), 0);
  drain(core);
  assertEquals(peer.read(sent(core)), ["SETTINGS 0 ack"]);
  core.receive(windowUpdate(1, 3), 0);
  drain(core);
  assertEquals(peer.read(sent(core)), ["DATA 1 3"]);
  core.receive(settingsFrame(0x4, 100), 0);
  drain(core);
  assertEquals(peer.read(sent(core)), ["SETTINGS 0 ack", "DATA 1 17 end"]);
});

Deno.test("an initial window that makes a stream's window too large is a connection error", () => {
  const { events } = serve(
    {},
    settingsFrame(0x4, 1),
    new Peer().post(1),
    windowUpdate(1, 0x7fff_ffff - 1),
    settingsFrame(0x4, 2),
  );
  assertEquals(events.at(-1), "failed connection 0 FLOW_CONTROL_ERROR");
});

Deno.test("the client is told what the server allows", () => {
  const pair = new Pair({ limits: { maxConcurrentStreams: 7 } });
  assertEquals(pair.client.maxConcurrentStreams, 7);
  assertEquals(pair.client.connectProtocol, true);
  assertEquals(pair.client.settled, true);
});

Deno.test("a smaller table for the decoder holds from the acknowledgement on", () => {
  const pair = new Pair({ limits: { maxDecoderTableBytes: 0 } }, {});
  pair.get("/one", ["x-a", "1"]);
  pair.get("/one", ["x-a", "1"]);
  pair.run();
  assertEquals(linesOf(pair.serverEvents), ["request 1 GET /one", "request 3 GET /one"]);
});

/** Windows that stay as they are. */
const SMALL = {
  streamWindowBytes: 1000,
  maxStreamWindowBytes: 1000,
  maxConnectionWindowBytes: DEFAULT_LIMITS.connectionWindowBytes,
};

Deno.test("a window below the default holds for streams from before it was acknowledged", () => {
  // A client that lets 1,000 bytes come on each stream has asked before the server knew.
  const core = clientCore({ limits: SMALL });
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  const peer = new Peer();
  peer.read(sent(core).subarray(PREFACE.length));
  core.receive(joined(settingsFrame(), peer.headers(1, [":status", "200"], 0x04)), 0);
  core.receive(dataFrame(1, 1000), 0); // all that the server may send
  drain(core);
  core.consume(1, 1000);
  assertEquals(peer.read(sent(core)), ["SETTINGS 0 ack"]);
  core.receive(SETTINGS_ACK, 0);
  drain(core);
  assertEquals(peer.read(sent(core)), ["WINDOW_UPDATE 1 1000"]);
});

Deno.test("what was sent on the default window is no fault, and is made up for before more may come", () => {
  const core = clientCore({ limits: SMALL });
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  const peer = new Peer();
  peer.read(sent(core).subarray(PREFACE.length));
  core.receive(joined(settingsFrame(), peer.headers(1, [":status", "200"], 0x04)), 0);
  core.receive(joined(dataFrame(1, 16_000), SETTINGS_ACK), 0);
  assertEquals(linesOf(drain(core)).length, 2);
  assertEquals(peer.read(sent(core)), ["SETTINGS 0 ack"]);
  core.consume(1, 16_000);
  assertEquals(peer.read(sent(core)), ["WINDOW_UPDATE 1 16000"]);
  core.receive(dataFrame(1, 1001), 0);
  assertEquals(linesOf(drain(core)), ["failed stream 1 FLOW_CONTROL_ERROR"]);
});

Deno.test("of several sizes for a table in one SETTINGS the smallest is announced, too", () => {
  const core = serverCore();
  core.receive(joined(greeting(), new Peer().get(1), settingsFrame(0x1, 0, 0x1, 4096)), 0);
  drain(core);
  sent(core);
  core.sendWhole(1, 200, [], undefined);
  // A size update to 0, one to 4096, and :status 200 (RFC 7541 §4.2, §6.3).
  assertEquals([...sent(core).subarray(9, 14)], [0x20, 0x3f, 0xe1, 0x1f, 0x88]);
});
