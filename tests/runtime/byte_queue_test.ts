import fc from "fast-check";
import { ByteQueue } from "@avx/runtime/byte-queue";
import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

const CRLF = encodeUtf8("\r\n");

function queueOf(...pieces: string[]): ByteQueue {
  const queue = new ByteQueue();
  for (const piece of pieces) queue.push(encodeUtf8(piece));
  return queue;
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && decodeUtf8(bytes);
}

Deno.test("queue gives bytes back in order, however they came and are taken", () => {
  const queue = queueOf("abc", "", "d", "efgh");
  assertEquals(queue.length, 8);
  assertEquals([2, 2, 0, 1, 3].map((count) => text(queue.take(count))), [
    "ab",
    "cd",
    "",
    "e",
    "fgh",
  ]);
  assertEquals(queue.length, 0);
});

Deno.test("queue gives views of what is in one piece and copies of what is not", () => {
  const piece = encodeUtf8("abcdef");
  const queue = new ByteQueue();
  queue.push(piece);
  queue.push(encodeUtf8("gh"));
  assertStrictEquals(queue.take(4).buffer, piece.buffer);
  assertEquals(text(queue.take(3)), "efg");
});

Deno.test("queue gives its pieces one by one", () => {
  const queue = queueOf("abc", "de");
  assertEquals(text(queue.takeChunk(2)), "ab");
  assertEquals(text(queue.takeChunk()), "c");
  assertEquals(text(queue.takeChunk()), "de");
  assertEquals(queue.takeChunk(), undefined);
});

Deno.test("queue reads a byte at any index", () => {
  const queue = queueOf("xab", "c", "de");
  queue.skip(1);
  const bytes = [-1, 0, 1, 2, 3, 4, 5].map((index) => queue.at(index));
  assertEquals(bytes, [undefined, 0x61, 0x62, 0x63, 0x64, 0x65, undefined]);
});

Deno.test("queue refuses to give more than it has", () => {
  const queue = queueOf("abc");
  assertThrows(() => queue.take(4), RangeError, "Cannot take 4 bytes: there are 3");
  assertThrows(() => queue.skip(4), RangeError);
  assertThrows(() => queue.take(-1), RangeError);
  assertThrows(() => queue.take(NaN), RangeError);
  assertEquals(queue.length, 3);
});

Deno.test("queue finds a delimiter across pieces", () => {
  const queue = queueOf("one\r", "\ntwo\r\n", "\r", "\nrest");
  assertEquals(queue.find(CRLF), 5);
  assertEquals(queue.find(CRLF), 5, "again, as nothing was taken");
  assertEquals(text(queue.takeThrough(CRLF)), "one\r\n");
  assertEquals(text(queue.takeThrough(CRLF)), "two\r\n");
  assertEquals(text(queue.takeThrough(CRLF)), "\r\n");
  assertEquals(queue.takeThrough(CRLF), undefined);
  queue.push(CRLF);
  assertEquals(text(queue.takeThrough(CRLF)), "rest\r\n");
});

Deno.test("queue finds a delimiter that begins again within itself", () => {
  const queue = queueOf("aa", "b", "aab", "aac");
  assertEquals(queue.find(encodeUtf8("aabaac")), 9);
  assertEquals(queueOf("a", "a", "a", "b").find(encodeUtf8("aab")), 4);
});

Deno.test("queue does not count what was taken as part of a delimiter", () => {
  const queue = queueOf("x\r");
  assertEquals(queue.find(CRLF), -1);
  queue.skip(2);
  queue.push(encodeUtf8("\ny\r\n"));
  assertEquals(queue.find(CRLF), 4);
  queue.clear();
  assertEquals([queue.length, queue.find(CRLF)], [0, -1]);
});

Deno.test("queue starts over for another delimiter", () => {
  const queue = queueOf("a,b;c");
  assertEquals(queue.find(encodeUtf8(";")), 4);
  assertEquals(queue.find(encodeUtf8(",")), 2);
  assertEquals(queue.find(encodeUtf8("b;")), 4);
  assertThrows(() => queue.find(new Uint8Array(0)), RangeError, "empty delimiter");
});

Deno.test("queue keeps its own copy of the delimiter it searched for", () => {
  const queue = queueOf("a,b;c");
  const delimiter = encodeUtf8("!");
  assertEquals(queue.find(delimiter), -1);
  delimiter[0] = 0x2c;
  assertEquals(queue.find(delimiter), 2);
});

Deno.test("queue looks at no byte twice while a delimiter is awaited", () => {
  let looks = 0;
  class Watched extends Uint8Array {
    override indexOf(byte: number, from?: number): number {
      looks += this.length - (from ?? 0);
      return super.indexOf(byte, from);
    }
  }
  const queue = new ByteQueue();
  for (let count = 0; count < 1_000; count++) {
    queue.push(new Watched([0x61, 0x62]));
    assertEquals(queue.find(CRLF), -1);
  }
  assertEquals(looks, 2_000);
});

Deno.test("queue agrees with a plain string over any history", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 6 });
  const delimiter = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
  const step = fc.oneof(
    fc.record({ act: fc.constant("push" as const), piece }),
    fc.record({ act: fc.constant("push" as const), piece }),
    fc.record({ act: fc.constant("find" as const), delimiter }),
    fc.record({ act: fc.constant("findSame" as const) }),
    fc.record({ act: fc.constant("take" as const), count: fc.nat({ max: 9 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new ByteQueue();
      let expected = "";
      let last = "ab";
      for (const step of steps) {
        if (step.act === "push") {
          queue.push(encodeUtf8(step.piece));
          expected += step.piece;
        } else if (step.act === "take") {
          const count = Math.min(step.count, expected.length);
          assertEquals(text(queue.take(count)), expected.slice(0, count));
          expected = expected.slice(count);
        } else {
          if (step.act === "find") last = step.delimiter;
          const at = expected.indexOf(last);
          assertEquals(queue.find(encodeUtf8(last)), at < 0 ? -1 : at + last.length);
        }
        assertEquals(queue.length, expected.length);
        assertEquals(queue.at(expected.length - 1), expected.at(-1)?.charCodeAt(0));
      }
    }),
    { seed: 5, numRuns: 2_000 },
  );
});
