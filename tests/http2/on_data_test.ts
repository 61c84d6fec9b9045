import { assertEquals } from "../support/assert.ts";
import {
  dataFrame,
  drain,
  frameOf,
  greeting,
  joined,
  linesOf,
  Pair,
  Peer,
  repeated,
  sent,
  serve,
  serverCore,
} from "./cores.ts";

Deno.test("DATA on stream 0 is a connection error", () => {
  assertEquals(serve({}, dataFrame(0, 1)).events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("padding is taken off and counts as content for the windows", () => {
  const core = serverCore({ limits: { streamWindowBytes: 65_535, connectionWindowBytes: 65_535 } });
  core.receive(
    joined(greeting(), new Peer().post(1), frameOf(0, 0x08, 1, [3, 0x68, 0x69, 0, 0, 0])),
    0,
  );
  assertEquals(linesOf(drain(core)), ["request 1 POST / body", "data 1 hi"]);
});

Deno.test("padding that fills the frame is one, padding beyond it is a connection error", () => {
  const post = new Peer().post(1);
  assertEquals(serve({}, post, frameOf(0, 0x09, 1, [2, 0, 0])).events.at(-1), "end 1");
  const { events } = serve({}, post, frameOf(0, 0x08, 1, [3, 0, 0]));
  assertEquals(events.at(-1), "failed connection 0 PROTOCOL_ERROR");
  const empty = serve({}, post, frameOf(0, 0x08, 1, []));
  assertEquals(empty.events.at(-1), "failed connection 0 PROTOCOL_ERROR");
});

Deno.test("content may fill the stream's window and no byte more", () => {
  const limits = { streamWindowBytes: 100, connectionWindowBytes: 65_535 };
  const post = new Peer().post(1);
  // The greeting acknowledges SETTINGS, so that the small window holds.
  assertEquals(serve({ limits }, post, dataFrame(1, 100)).events.length, 2);
  const { events, output } = serve({ limits }, post, dataFrame(1, 100), dataFrame(1, 1));
  assertEquals(events.at(-1), "failed stream 1 FLOW_CONTROL_ERROR");
  assertEquals(output.at(-1), "RST_STREAM 1 FLOW_CONTROL_ERROR");
});

Deno.test("content may fill the connection's window and no byte more", () => {
  const limits = {
    streamWindowBytes: 1 << 20,
    connectionWindowBytes: 65_535,
    maxUnreadBytes: 65_535,
  };
  const post = new Peer().post(1);
  const most = [
    dataFrame(1, 16_384),
    dataFrame(1, 16_384),
    dataFrame(1, 16_384),
    dataFrame(1, 16_383),
  ];
  assertEquals(serve({ limits }, post, ...most).events.length, 5);
  const { events } = serve({ limits }, post, ...most, dataFrame(1, 1));
  assertEquals(events.at(-1), "failed connection 0 FLOW_CONTROL_ERROR");
});

Deno.test("content on a closed stream gives its room back to the connection", () => {
  const pair = new Pair({ limits: { connectionWindowBytes: 65_535 } });
  pair.onServer = (event) => {
    if (event.type === "request") pair.server.reset(event.streamId, 8);
  };
  for (let count = 0; count < 20; count++) {
    const id = pair.post();
    pair.client.sendData(id, new Uint8Array(60_000));
    pair.run();
  }
  // Twenty windows' worth has gone through one.
  assertEquals(pair.clientEvents.filter(({ type }) => type === "reset").length, 20);
  assertEquals(pair.client.disposition, "open");
});

Deno.test("a flood of DATA without content: as many as the limit and no more", () => {
  const abuse = { maxEmptyFrames: 5 };
  const post = new Peer().post(1);
  const end = dataFrame(1, 0, 1); // which is not counted
  assertEquals(serve({ abuse }, post, repeated(5, dataFrame(1, 0)), end).events.at(-1), "end 1");
  assertEquals(
    serve({ abuse }, post, repeated(6, dataFrame(1, 0)), end).events.at(-1),
    "failed connection 0 ENHANCE_YOUR_CALM maxEmptyFrames",
  );
  // Padding is no content.
  const padded = frameOf(0x00, 0x08, 1, [1, 0]);
  assertEquals(serve({ abuse }, post, repeated(6, padded)).events.length, 2);
});

Deno.test("content beyond its declared length is a stream error", () => {
  const peer = new Peer();
  const { events, output } = serve({}, peer.post(1, ["content-length", "3"]), dataFrame(1, 4));
  assertEquals(events.at(-1), "failed stream 1 PROTOCOL_ERROR");
  assertEquals(output.at(-1), "RST_STREAM 1 PROTOCOL_ERROR");
});

Deno.test("a body may be as large as the limit and no byte larger", () => {
  const limits = { maxBodyBytes: 10 };
  const post = new Peer().post(1);
  assertEquals(serve({ limits }, post, dataFrame(1, 10, 1)).events.at(-1), "end 1");
  const { events } = serve({ limits }, post, dataFrame(1, 11, 1));
  assertEquals(events.at(-1), "failed stream 1 CANCEL maxBodyBytes");
});

Deno.test("content that nobody wants is dropped up to a limit", () => {
  for (const [size, expected] of [[1000, undefined], [1001, "RST_STREAM 1 NO_ERROR"]] as const) {
    const core = serverCore({ limits: { maxDrainBytes: 1000 } });
    core.receive(joined(greeting(), new Peer().post(1)), 0);
    drain(core);
    core.discardBody(1);
    core.sendWhole(1, 200, [], "hi");
    sent(core);
    core.receive(dataFrame(1, size), 0);
    assertEquals(linesOf(drain(core)), []);
    assertEquals(new Peer().read(sent(core)).at(-1), expected);
    core.receive(dataFrame(1, 0, 1), 0);
    assertEquals(linesOf(drain(core)), []);
    assertEquals(core.openStreams, 0);
  }
});
