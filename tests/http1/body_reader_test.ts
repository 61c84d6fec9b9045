import { CHUNKED, UNTIL_CLOSE } from "../../http1/proto/body_framing.ts";
import { BodyReader } from "../../http1/proto/body_reader.ts";
import { InputQueue } from "@avx/runtime/input-queue";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { bytesOf, drain } from "./cores.ts";

/** Feeds `pieces` to a reader and gives its events; the last piece may be the end. */
function read(framing: number, pieces: readonly string[], limits = DEFAULT_LIMITS): string[] {
  const input = new InputQueue();
  const reader = new BodyReader(limits);
  reader.begin(framing);
  let over = false;
  const lines: string[] = [];
  for (const piece of pieces) {
    input.receive(bytesOf(piece));
    lines.push(...drain({
      next() {
        if (over) return undefined;
        const event = reader.next(input);
        over = event?.type === "end" || event?.type === "failed";
        return event;
      },
    }));
  }
  return [...lines, `left ${input.end - input.at}`].map((line) => line.replace(/ \d+ \D.*/, ""));
}

Deno.test("a body of a known length ends with its last byte", () => {
  assertEquals(read(5, ["he", "llo", "next"]), ["data he", "data llo", "end", "left 4"]);
  assertEquals(read(5, ["hellonext"]), ["data hello", "end", "left 4"]);
  assertEquals(read(0, ["next"]), ["end", "left 4"]);
});

Deno.test("a body of a known length that is cut short is a fault", () => {
  assertEquals(read(5, ["hel", ""]), ["data hel", "failed UNEXPECTED_EOF", "left 0"]);
  assertEquals(read(5, ["hel"]), ["data hel", "left 0"]);
});

Deno.test("a body in chunks ends with its last chunk", () => {
  assertEquals(read(CHUNKED, ["2\r\nhi\r", "\n0\r\n\r\nnext"]), ["data hi", "end", "left 4"]);
  assertEquals(read(CHUNKED, ["0\r\nA: b\r\n\r\n"]), ['end [["A","b"]]', "left 0"]);
  assertEquals(read(CHUNKED, ["2\r\nhi\r\n", ""]), ["data hi", "failed UNEXPECTED_EOF", "left 0"]);
  assertEquals(read(CHUNKED, ["2\r\nhi!"])[1], "failed BAD_CHUNK");
});

Deno.test("a body until the close ends there", () => {
  assertEquals(read(UNTIL_CLOSE, ["he", "llo", ""]), ["data he", "data llo", "end", "left 0"]);
  assertEquals(read(UNTIL_CLOSE, [""]), ["end", "left 0"]);
  assertEquals(read(UNTIL_CLOSE, ["hi"]), ["data hi", "left 0"]);
});

Deno.test("a body until the close may be as large as the limit says, and not larger", () => {
  const limits = { ...DEFAULT_LIMITS, maxBodyBytes: 4 };
  assertEquals(read(UNTIL_CLOSE, ["hi", "ho", ""], limits), [
    "data hi",
    "data ho",
    "end",
    "left 0",
  ]);
  assertEquals(read(UNTIL_CLOSE, ["hi", "hoo"], limits)[2], "failed BODY_TOO_LARGE");
});

Deno.test("bytes that are all body are handed over as they are", () => {
  const input = new InputQueue();
  const reader = new BodyReader(DEFAULT_LIMITS);
  reader.begin(10);
  const bytes = bytesOf("hello");
  input.receive(bytes);
  const event = reader.next(input);
  assertStrictEquals(event?.type === "data" && event.bytes, bytes);
  assertEquals([reader.left, reader.readBytes], [5, 5]);
});

Deno.test("how much is left is known of a length only", () => {
  const reader = new BodyReader(DEFAULT_LIMITS);
  reader.begin(CHUNKED);
  assertEquals(reader.left, undefined);
  reader.begin(UNTIL_CLOSE);
  assertEquals(reader.left, undefined);
});
