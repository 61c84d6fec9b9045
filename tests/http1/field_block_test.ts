import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import { FieldBlock, FieldBlocks } from "../../http1/proto/field_block.ts";
import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";

const DATE = encodeUtf8("date: now\r\n");

function block(...lines: string[]): FieldBlock {
  return new FieldBlock(200, "OK", "START\r\n", lines);
}

function encoded(found: FieldBlock): string {
  const into = new Uint8Array(1000);
  return decodeUtf8(into.subarray(0, found.encode(into, 0)));
}

Deno.test("lines are encoded as they were given, without those the core writes itself", () => {
  assertEquals(
    encoded(block("A", "b", "X-Long-Name", "\u00e9")),
    "START\r\nA: b\r\nX-Long-Name: \ufffd\r\n",
  );
  assertEquals(
    encoded(
      block("Content-Length", "5", "transfer-encoding", "Chunked", "CONNECTION", "x", "a", ""),
    ),
    "START\r\na: \r\n",
  );
});

Deno.test("a block knows what its lines say of framing", () => {
  const found = block("content-length", "5", "Date", "x", "Upgrade", "y", "TE", "trailers");
  assertEquals([found.declaredLength, found.dated, found.upgrade, found.te], [5, true, true, true]);
  assertEquals([found.close, found.hosts, found.expect], [false, 0, false]);
  const other = block("Host", "a", "host", "b", "Connection", "keep-alive, Close", "expect", "x");
  assertEquals([other.close, other.hosts, other.expect], [true, 2, true]);
  assertEquals(block("connection", "closed").close, false);
});

Deno.test("names have to be tokens, values field values, and both come in pairs", () => {
  for (
    const lines of [
      ...[["a b", "c"], ["", "c"], ["a:", "c"], ["a\r\nb", "c"], ["a", "b\r\nc: d"], ["a", "b\0"]],
      ...[["a", " b"], ["a", "b "], ["a", "\u0100"], ["a"]],
    ]
  ) assertThrows(() => block(...lines), TypeError);
});

Deno.test("an invalid value is not repeated in the message", () => {
  const error = assertThrows(() => block("authorization", "secret\n"), TypeError);
  assertEquals(error.message.includes("secret"), false);
});

Deno.test("a framing field that cannot be made true is refused", () => {
  for (
    const lines of [
      ...[["content-length", "x"], ["content-length", "-1"], [
        "content-length",
        "9007199254740992",
      ]],
      ...[["transfer-encoding", "gzip"], ["content-length", "1", "content-length", "2"]],
      ["content-length", "5, 5"],
    ]
  ) assertThrows(() => block(...lines), LocalProtocolError);
  assertEquals(block("content-length", "7", "content-length", "7").declaredLength, 7);
});

Deno.test("a prepared block holds the date, which can be changed", () => {
  const found = block("a", "b");
  found.prepare(DATE);
  assertEquals(decodeUtf8(found.bytes), "START\r\na: b\r\ndate: now\r\ncontent-length: ");
  found.redate(encodeUtf8("date: soo\r\n"));
  assertEquals(decodeUtf8(found.bytes), "START\r\na: b\r\ndate: soo\r\ncontent-length: ");
  found.redate(encodeUtf8("date: later\r\n"));
  assertEquals(decodeUtf8(found.bytes), "START\r\na: b\r\ndate: later\r\ncontent-length: ");
});

Deno.test("the caller's date stays", () => {
  const found = block("date", "then", "connection", "close");
  found.prepare(DATE);
  found.redate(encodeUtf8("date: soon\r\n"));
  assertEquals(decodeUtf8(found.bytes), "START\r\ndate: then\r\ncontent-length: ");
});

Deno.test("a large block is not kept encoded", () => {
  const found = block("a", "b".repeat(5000));
  found.prepare(DATE);
  assertEquals(found.bytes.length, 0);
});

Deno.test("the same lines find the same block, in another array too", () => {
  const blocks = new FieldBlocks(() => "START\r\n");
  const found = blocks.find(200, "OK", ["a", "b"]);
  assertStrictEquals(blocks.find(200, "OK", ["a", "b"]), found);
  assertNotStrictEquals(blocks.find(201, "OK", ["a", "b"]), found);
  assertNotStrictEquals(blocks.find(200, "Ok", ["a", "b"]), found);
  assertNotStrictEquals(blocks.find(200, "OK", ["a", "c"]), found);
  assertNotStrictEquals(blocks.find(200, "OK", ["a", "b", "c", "d"]), found);
  assertStrictEquals(blocks.find(200, "OK", ["a", "b"]), found);
});

Deno.test("an array that was changed is not taken for what it was", () => {
  const blocks = new FieldBlocks(() => "START\r\n");
  const lines = ["a", "b"];
  blocks.find(200, "OK", lines);
  lines[1] = "c";
  assertEquals(encoded(blocks.find(200, "OK", lines)), "START\r\na: c\r\n");
  lines[1] = "d\r\n";
  assertThrows(() => blocks.find(200, "OK", lines), TypeError);
});

Deno.test("only so many blocks are kept, and no large ones", () => {
  const blocks = new FieldBlocks(() => "START\r\n");
  const first = blocks.find(200, "OK", ["a", "0"]);
  for (let index = 1; index < 8; index++) blocks.find(200, "OK", ["a", String(index)]);
  assertStrictEquals(blocks.find(200, "OK", ["a", "0"]), first);
  blocks.find(200, "OK", ["a", "8"]);
  blocks.find(200, "OK", ["a", "9"]);
  assertNotStrictEquals(blocks.find(200, "OK", ["a", "0"]), first);
  const large = ["a", "b".repeat(5000)];
  assertNotStrictEquals(blocks.find(200, "OK", large), blocks.find(200, "OK", large));
});
