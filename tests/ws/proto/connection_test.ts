import { SharedFrame } from "../../../ws/proto/shared_frame.ts";
import { assertEquals, assertThrows } from "../../support/assert.ts";
import {
  bytesOf,
  coreOf,
  deflateOf,
  drain,
  feed,
  frame,
  hex,
  join,
  sent,
  splittings,
} from "../cores.ts";

const END = new Uint8Array(0);

Deno.test("a conversation is the same in any splitting", () => {
  const bytes = join(
    frame(0x81, "Hello"),
    frame(0x89, "ping"),
    frame(0x02, "ab"),
    frame(0x8a, "pong"),
    frame(0x80, "cd"),
    frame(0x88, join(hex("03e8"), bytesOf("bye"))),
    frame(0x81, "too late"),
  );
  for (const pieces of splittings(bytes)) {
    const core = coreOf();
    assertEquals(feed(core, ...pieces), [
      "text Hello",
      "ping ping",
      "pong pong",
      "binary abcd",
      "closed 1000 bye clean",
    ]);
    assertEquals(core.state, "closed");
    assertEquals(
      sent(core),
      join(frame(0x8a, "ping", "unmasked"), frame(0x88, hex("03e8"), "unmasked")),
    );
  }
});

Deno.test("whoever closes waits for the answer, and shows no message meanwhile", () => {
  const core = coreOf();
  core.close(1001, "bye");
  assertEquals(core.state, "closing");
  assertEquals(sent(core), frame(0x88, join(hex("03e9"), bytesOf("bye")), "unmasked"));
  assertEquals(feed(core, frame(0x81, "late")), []);
  assertEquals(feed(core, frame(0x89, "p")), ["ping p"]);
  assertEquals(sent(core), END);
  core.close(1000);
  assertEquals(feed(core, frame(0x88, hex("0fa0"))), ["closed 4000  clean"]);
  assertEquals([sent(core), core.wantsInput, core.deadline], [END, false, undefined]);
});

Deno.test("a close frame without a code is answered without one", () => {
  const core = coreOf();
  assertEquals(feed(core, frame(0x88, "")), ["closed 1005  clean"]);
  assertEquals(sent(core), frame(0x88, "", "unmasked"));
});

Deno.test("a close frame that is wrong is answered with 1002", () => {
  const core = coreOf();
  assertEquals(feed(core, frame(0x88, hex("03ed"))), [
    "failed BAD_CLOSE 1002",
    "closed 1006  lost",
  ]);
  assertEquals([...sent(core).subarray(2, 4)], [0x03, 0xea]);
});

Deno.test("the end of input without a close frame is a loss", () => {
  for (const half of [END.slice(), frame(0x81, "Hello").slice(0, 8)]) {
    const core = coreOf();
    if (half.length > 0) feed(core, half);
    core.receive(END, 1);
    assertEquals(drain(core), ["closed 1006  lost"]);
    assertEquals(drain(core), []);
    core.receive(frame(0x81, "x"), 2);
    assertEquals(drain(core), []);
  }
});

Deno.test("a peer that never answers the close frame is given up", () => {
  const core = coreOf({ timeouts: { closeMs: 100 } });
  core.close();
  assertEquals(core.deadline, 100);
  core.tick(99);
  assertEquals(drain(core), []);
  core.tick(100);
  assertEquals(drain(core), ["failed CLOSE_TIMEOUT undefined", "closed 1006  lost"]);
  core.tick(101);
  assertEquals(drain(core), []);
});

Deno.test("a silent peer is pinged, and lost when it stays silent", () => {
  const core = coreOf({ timeouts: { pingMs: 100, pongMs: 50 } });
  assertEquals(core.deadline, 100);
  core.tick(100);
  assertEquals(sent(core), frame(0x89, "", "unmasked"));
  core.receive(frame(0x8a, ""), 120);
  assertEquals([drain(core), core.deadline], [["pong "], 220]);
  core.tick(220);
  core.tick(270);
  assertEquals(drain(core), ["failed PONG_TIMEOUT undefined", "closed 1006  lost"]);
});

Deno.test("an idle connection is closed, and pings do not count", () => {
  const core = coreOf({ timeouts: { idleMs: 100, pingMs: Infinity } });
  core.receive(frame(0x89, ""), 50);
  drain(core);
  sent(core);
  core.tick(99);
  assertEquals(core.state, "open");
  core.tick(100);
  assertEquals(core.state, "closing");
  assertEquals([...sent(core).subarray(2, 4)], [0x03, 0xe9]);
});

Deno.test("a connection without timeouts has no deadline", () => {
  assertEquals(coreOf({ timeouts: { pingMs: Infinity } }).deadline, undefined);
});

Deno.test("as many control frames in a row as the limit are taken, and one more is not", () => {
  const limits = { maxControlFrames: 3 };
  const ping = frame(0x89, "");
  const pings = (count: number) => Array.from({ length: count }, () => ping);
  const calm = coreOf({ limits });
  assertEquals(feed(calm, ...pings(3), frame(0x82, ""), ...pings(3)).length, 7);
  assertEquals(calm.state, "open");
  assertEquals(feed(coreOf({ limits }), ...pings(4)).slice(3), [
    "failed TOO_MANY_CONTROL_FRAMES 1008",
    "closed 1006  lost",
  ]);
  const slow = coreOf({ limits });
  for (let second = 0; second < 10; second++) {
    slow.receive(ping.slice(), second * 1000);
    assertEquals(drain(slow), ["ping "]);
  }
});

Deno.test("while much is queued, nothing more is wanted", () => {
  const core = coreOf({ limits: { highWaterBytes: 100 } });
  core.sendBinary(new Uint8Array(98));
  assertEquals([core.queuedBytes, core.wantsInput], [100, true]);
  core.sendText("");
  assertEquals(core.wantsInput, false);
  sent(core);
  assertEquals(core.wantsInput, true);
});

Deno.test("a peer for which too much waits is closed, or left to the sender", () => {
  const limits = { maxQueuedBytes: 100 };
  const strict = coreOf({ limits });
  strict.sendBinary(new Uint8Array(98));
  assertEquals(drain(strict), []);
  strict.sendText("");
  assertEquals(drain(strict), ["failed SLOW_PEER 1008", "closed 1006  lost"]);
  const lenient = coreOf({ limits: { ...limits, slowPeer: "pause" } });
  lenient.sendBinary(new Uint8Array(1000));
  assertEquals([drain(lenient), lenient.state], [[], "open"]);
});

Deno.test("a caller that breaks the rules is told", () => {
  const core = coreOf();
  assertThrows(() => core.ping(new Uint8Array(126)), TypeError, "125");
  assertThrows(() => core.close(1006), TypeError, "1006");
  core.close();
  assertThrows(() => core.sendText("x"), TypeError, 'current state is "closing"');
  assertThrows(() => core.sendBinary(END), TypeError);
  assertThrows(() => core.sendShared(new SharedFrame("x")), TypeError);
  assertThrows(() => core.ping(), TypeError);
  assertThrows(() => core.pong(), TypeError);
});

Deno.test("pings and pongs carry what they are given", () => {
  const core = coreOf();
  core.ping(bytesOf("a"));
  core.pong(bytesOf("b"));
  assertEquals(sent(core), join(frame(0x89, "a", "unmasked"), frame(0x8a, "b", "unmasked")));
});

Deno.test("messages from the threshold on are compressed, and the others are not", () => {
  const deflate = deflateOf("server", {}, { thresholdBytes: 10 });
  const core = coreOf({ deflate });
  core.sendText("x".repeat(9));
  assertEquals(sent(core), frame(0x81, "x".repeat(9), "unmasked"));
  core.sendText("x".repeat(10));
  assertEquals(sent(core)[0], 0xc1);
  core.sendBinary(new Uint8Array(10));
  assertEquals(sent(core)[0], 0xc2);
  core.release();
});

Deno.test("shared messages, own ones and the window agree, compressed or not", () => {
  const text = "to be or not to be ".repeat(3);
  const server = coreOf({ deflate: deflateOf("server", {}, { thresholdBytes: 20 }) });
  const client = coreOf({ role: "client", deflate: deflateOf("client") });
  server.sendText(text);
  server.sendShared(new SharedFrame(text));
  server.sendShared(new SharedFrame("short"));
  server.sendText(text);
  server.sendShared(new SharedFrame(bytesOf(text)));
  server.sendText(text);
  assertEquals(feed(client, sent(server)), [
    `text ${text}`,
    `text ${text}`,
    "text short",
    `text ${text}`,
    `binary ${text}`,
    `text ${text}`,
  ]);
  server.release();
  client.release();
});
