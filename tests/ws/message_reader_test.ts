import { assertEquals } from "../support/assert.ts";
import { coreOf, deflateOf, feed, frame, hex, join } from "./cores.ts";

Deno.test("fragments make one message, with control frames between them", () => {
  const events = feed(
    coreOf(),
    join(frame(0x01, "Hel"), frame(0x89, "!"), frame(0x00, "lo"), frame(0x80, "")),
  );
  assertEquals(events, ["ping !", "text Hello"]);
});

Deno.test("a continuation of nothing, and a beginning within a message, are refused", () => {
  const failed = ["failed BAD_CONTINUATION 1002", "closed 1006  lost"];
  assertEquals(feed(coreOf(), frame(0x80, "a")), failed);
  assertEquals(feed(coreOf(), frame(0x00, "a")), failed);
  assertEquals(feed(coreOf(), join(frame(0x01, "a"), frame(0x81, "b"))), failed);
  assertEquals(feed(coreOf(), join(frame(0x01, "a"), frame(0x02, "b"))), failed);
});

Deno.test("text that is no UTF-8 is refused at the first wrong byte", () => {
  const failed = ["failed BAD_UTF8 1007", "closed 1006  lost"];
  assertEquals(feed(coreOf(), frame(0x81, hex("61ff"))), failed);
  assertEquals(feed(coreOf(), frame(0x01, hex("ceba"))), []);
  const whole = frame(0x81, join(hex("cebaeda080"), new Uint8Array(100)));
  // The head, the key, and five bytes of the payload: 95 are still to come.
  assertEquals(feed(coreOf(), whole.slice(0, 6 + 5)), failed);
  assertEquals(feed(coreOf(), frame(0x01, hex("61ff"))), failed);
});

Deno.test("a character may lie across fragments, but not across messages", () => {
  const split = join(frame(0x01, hex("ce")), frame(0x80, hex("ba")));
  assertEquals(feed(coreOf(), split), ["text κ"]);
  const failed = ["failed BAD_UTF8 1007", "closed 1006  lost"];
  assertEquals(feed(coreOf(), join(frame(0x01, hex("ce")), frame(0x80, ""))), failed);
  assertEquals(feed(coreOf(), frame(0x81, hex("ce"))), failed);
});

Deno.test("bytes may be anything", () => {
  assertEquals(feed(coreOf(), frame(0x82, hex("ff00"))), ["binary \xff\0"]);
  assertEquals(feed(coreOf(), join(frame(0x02, hex("ff")), frame(0x80, hex("00")))), [
    "binary \xff\0",
  ]);
});

Deno.test("a message as large as the limit is read, and one byte more is not", () => {
  const limits = { maxMessageBytes: 10 };
  const failed = ["failed MESSAGE_TOO_LARGE 1009", "closed 1006  lost"];
  const ten = "x".repeat(10);
  assertEquals(feed(coreOf({ limits }), frame(0x81, ten)), ["text " + ten]);
  assertEquals(feed(coreOf({ limits }), frame(0x81, ten + "x")), failed);
  const five = "x".repeat(5);
  assertEquals(feed(coreOf({ limits }), join(frame(0x01, five), frame(0x80, five))), [
    "text " + ten,
  ]);
  // The head of the second frame is enough.
  const second = frame(0x80, five + "x").slice(0, 6);
  assertEquals(feed(coreOf({ limits }), join(frame(0x01, five), second)), failed);
});

Deno.test("a frame as large as the limit is read, and one byte more is not", () => {
  const limits = { maxFrameBytes: 5 };
  assertEquals(feed(coreOf({ limits }), frame(0x81, "xxxxx")), ["text xxxxx"]);
  assertEquals(feed(coreOf({ limits }), frame(0x81, "xxxxxx")), [
    "failed FRAME_TOO_LARGE 1009",
    "closed 1006  lost",
  ]);
});

Deno.test("as many fragments as the limit are read, and one more is not", () => {
  const limits = { maxFragments: 3 };
  const three = join(frame(0x01, "a"), frame(0x00, ""), frame(0x80, "b"));
  assertEquals(feed(coreOf({ limits }), three, three), ["text ab", "text ab"]);
  const four = join(frame(0x01, "a"), frame(0x00, ""), frame(0x00, ""), frame(0x80, "b"));
  assertEquals(feed(coreOf({ limits }), four), [
    "failed TOO_MANY_FRAGMENTS 1008",
    "closed 1006  lost",
  ]);
});

Deno.test("compressed messages are inflated, fragmented or not, and their text is checked", () => {
  const client = deflateOf("client");
  const deflate = deflateOf("server");
  const core = coreOf({ deflate });
  const text = client.deflate(new TextEncoder().encode("Hello")).slice();
  assertEquals(feed(core, frame(0xc1, text)), ["text Hello"]);
  const bytes = client.deflate(hex("ff01")).slice();
  const split = join(frame(0x42, bytes.slice(0, 2)), frame(0x80, bytes.slice(2)));
  assertEquals(feed(core, split), ["binary \xff\x01"]);
  assertEquals(feed(core, frame(0x81, "plain")), ["text plain"]);
  const bad = client.deflate(hex("ff")).slice();
  assertEquals(feed(core, frame(0xc1, bad))[0], "failed BAD_UTF8 1007");
  client.close();
  deflate.close();
});

Deno.test("what does not inflate, or inflates to too much, is refused", () => {
  for (
    const [payload, code] of [
      [hex("ffff"), "BAD_COMPRESSION 1007"],
      [deflateOf("client").deflate(new Uint8Array(5000)).slice(), "MESSAGE_TOO_LARGE 1009"],
    ] as const
  ) {
    const deflate = deflateOf("server");
    const core = coreOf({ deflate, limits: { maxMessageBytes: 4999 } });
    assertEquals(feed(core, frame(0xc2, payload)), [`failed ${code}`, "closed 1006  lost"]);
    core.release();
  }
});
