import { assertEquals } from "../support/assert.ts";
import {
  dataFrame,
  drain,
  GET_LINES,
  greeting,
  joined,
  linesOf,
  Pair,
  Peer,
  sent,
  serve,
  serverCore,
} from "./cores.ts";
import { PREFACE } from "../../http2/frame/preface.ts";
import { settingsFrame } from "./cores.ts";

Deno.test("a client's stream has an odd id that rises", () => {
  const peer = new Peer();
  assertEquals(serve({}, peer.get(2)).events, ["failed connection 0 PROTOCOL_ERROR"]);
  const again = new Peer();
  const { events } = serve({}, again.get(5), again.get(3));
  assertEquals(events, ["request 5 GET /", "failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("as many streams as the limit are open and no more", () => {
  const limits = { maxConcurrentStreams: 2 };
  const peer = new Peer();
  const { events, output } = serve({ limits }, peer.get(1), peer.get(3), peer.get(5));
  assertEquals(events.slice(0, 2), ["request 1 GET /", "request 3 GET /"]);
  assertEquals(events[2], "failed stream 5 REFUSED_STREAM maxConcurrentStreams");
  assertEquals(output, ["RST_STREAM 5 REFUSED_STREAM"]);
});

Deno.test("streams above a limit that the client cannot know yet are no abuse", () => {
  const settings = { limits: { maxConcurrentStreams: 1 }, abuse: { maxProvokedResets: 3 } };
  const core = serverCore(settings);
  const peer = new Peer();
  const gets = Array.from({ length: 20 }, (_, index) => peer.get(2 * index + 1));
  core.receive(joined(PREFACE, settingsFrame(), ...gets), 0);
  const events = linesOf(drain(core));
  assertEquals(events.length, 20);
  assertEquals(core.disposition, "open");
});

Deno.test("a malformed request is a stream error, and the next one is served", () => {
  const peer = new Peer();
  const bad = peer.headers(1, [":method", "GET", ":path", "/"]);
  const { events, output } = serve({}, bad, peer.get(3));
  assertEquals(events, ["failed stream 1 PROTOCOL_ERROR", "request 3 GET /"]);
  assertEquals(output, ["RST_STREAM 1 PROTOCOL_ERROR"]);
});

Deno.test("a list of fields may be as large as the limit; above it the answer is 431", () => {
  const bytes = GET_LINES.reduce((sum, text) => sum + text.length, 0) + 4 * 32;
  const limits = { maxHeaderListBytes: bytes + 32 + 4 };
  const fits = new Peer().headers(1, [...GET_LINES, "x", "abc"]);
  assertEquals(serve({ limits }, fits).events, ["request 1 GET /"]);
  const peer = new Peer();
  const { events, output } = serve(
    { limits },
    peer.headers(1, [...GET_LINES, "x", "abcd"]),
    peer.get(3),
  );
  assertEquals(events, ["failed stream 1 NO_ERROR maxHeaderListBytes", "request 3 GET /"]);
  assertEquals(output, ["HEADERS 1 :status 431 end"]);
});

Deno.test("a body that is declared too large is answered with 413, and not wanted", () => {
  const limits = { maxBodyBytes: 10 };
  const fits = new Peer().post(1, ["content-length", "10"]);
  assertEquals(serve({ limits }, fits).events, ["request 1 POST / body"]);
  const large = new Peer().post(1, ["content-length", "11"]);
  const { events, output } = serve({ limits }, large, dataFrame(1, 11, 1));
  assertEquals(events, ["failed stream 1 NO_ERROR maxBodyBytes"]);
  assertEquals(output, ["HEADERS 1 :status 413 end", "RST_STREAM 1 NO_ERROR"]);
});

Deno.test("a field that no field may be is a stream error", () => {
  // A literal with an upper-case name, which no encoder of ours would send.
  const peer = new Peer();
  const block = [...peer.block(GET_LINES), 0x00, 0x01, 0x58, 0x01, 0x79];
  const bytes = new Uint8Array([0, 0, block.length, 1, 5, 0, 0, 0, 1, ...block]);
  assertEquals(serve({}, bytes).events, ["failed stream 1 PROTOCOL_ERROR"]);
});

Deno.test("resets that faulty requests provoke are counted", () => {
  const abuse = { maxProvokedResets: 4 };
  const bad = (peer: Peer, count: number) =>
    joined(
      ...Array.from({ length: count }, (_, at) => peer.headers(2 * at + 1, [":method", "GET"])),
    );
  assertEquals(
    serve({ abuse }, bad(new Peer(), 4)).events.at(-1),
    "failed stream 7 PROTOCOL_ERROR",
  );
  assertEquals(
    serve({ abuse }, bad(new Peer(), 5)).events.at(-1),
    "failed connection 0 ENHANCE_YOUR_CALM maxProvokedResets",
  );
});

Deno.test("a request behind the last one of GOAWAY is ignored", () => {
  const pair = new Pair();
  pair.server.shutdown();
  pair.run();
  pair.run();
  const core = serverCore();
  const peer = new Peer();
  core.receive(joined(greeting(), peer.get(1)), 0);
  drain(core);
  core.shutdown();
  core.tick(5000);
  sent(core);
  core.receive(joined(peer.get(3)), 5000);
  assertEquals(linesOf(drain(core)), []);
  assertEquals(sent(core).length, 0);
});
