import { assertEquals } from "../support/assert.ts";
import {
  ask,
  clientCore,
  dataFrame,
  drain,
  joined,
  linesOf,
  ORIGIN,
  Peer,
  settingsFrame,
} from "./cores.ts";

Deno.test("interim responses come before the final one", () => {
  const peer = new Peer();
  const early = peer.headers(1, [":status", "103", "link", "</a>"], 0x04);
  const { events } = ask({}, early, peer.headers(1, [":status", "200"]));
  assertEquals(events, ["informational 1 103", "response 1 200"]);
});

Deno.test("as many interim responses as the limit come and no more", () => {
  const limits = { maxInformational: 3 };
  for (
    const [count, last] of [
      [3, "informational 1 102"],
      [4, "failed stream 1 ENHANCE_YOUR_CALM maxInformational"],
    ] as const
  ) {
    const peer = new Peer();
    const frames = Array.from({ length: count }, () => peer.headers(1, [":status", "102"], 0x04));
    assertEquals(ask({ limits }, ...frames).events.at(-1), last);
  }
});

Deno.test("an interim response may not end the stream, and 101 does not exist", () => {
  for (
    const [status, flags] of [["103", 0x05], ["101", 0x04], ["99", 0x04], ["20x", 0x04]] as const
  ) {
    const { events } = ask({}, new Peer().headers(1, [":status", status], flags));
    assertEquals(events, ["failed stream 1 PROTOCOL_ERROR"]);
  }
});

Deno.test("content before the head is a stream error", () => {
  assertEquals(ask({}, dataFrame(1, 1)).events, ["failed stream 1 PROTOCOL_ERROR"]);
});

Deno.test("a response that declares content and ends is a stream error", () => {
  const { events } = ask({}, new Peer().headers(1, [":status", "200", "content-length", "3"]));
  assertEquals(events, ["failed stream 1 PROTOCOL_ERROR"]);
});

Deno.test("204, 304 and answers to HEAD have no content, whatever length they declare", () => {
  const fine = new Peer().headers(1, [":status", "304", "content-length", "3"]);
  assertEquals(ask({}, fine).events, ["response 1 304"]);
  const peer = new Peer();
  const { events } = ask({}, peer.headers(1, [":status", "204"], 0x04), dataFrame(1, 1));
  assertEquals(events, ["response 1 204", "failed stream 1 PROTOCOL_ERROR"]);
  const core = clientCore();
  core.sendRequest({ ...ORIGIN, method: "HEAD", path: "/" });
  const head = new Peer().headers(1, [":status", "200", "content-length", "3"]);
  core.receive(joined(settingsFrame(), head), 0);
  assertEquals(linesOf(drain(core)), ["response 1 200"]);
});

Deno.test("a body above the client's limit is given up", () => {
  const limits = { maxBodyBytes: 2 };
  const { events } = ask(
    { limits },
    new Peer().headers(1, [":status", "200", "content-length", "3"], 0x04),
  );
  assertEquals(events, ["failed stream 1 CANCEL maxBodyBytes"]);
});

Deno.test("a head above the client's limit is a stream error", () => {
  const limits = { maxHeaderListBytes: 100 };
  const { events } = ask(
    { limits },
    new Peer().headers(1, [":status", "200", "x", "y".repeat(90)]),
  );
  assertEquals(events, ["failed stream 1 PROTOCOL_ERROR maxHeaderListBytes"]);
});

Deno.test("a response on a stream that was never opened is a connection error", () => {
  const { events } = ask({}, new Peer().headers(3, [":status", "200"]));
  assertEquals(events, ["failed connection 0 PROTOCOL_ERROR"]);
});
