import { assertEquals } from "../support/assert.ts";
import { SendQueue } from "../../http2/proto/send_queue.ts";

Deno.test("content comes out as it went in, however it is cut", () => {
  const queue = new SendQueue();
  const expected: number[] = [];
  const actual: number[] = [];
  let value = 0;
  for (let round = 0; round < 500; round++) {
    const part = Uint8Array.from({ length: round % 7 }, () => value++ & 0xff);
    queue.push(part);
    expected.push(...part);
    const count = Math.min(queue.byteCount, (round * 5) % 4);
    const into = new Uint8Array(count + 1);
    queue.take(into, 1, count);
    actual.push(...into.subarray(1));
  }
  const rest = new Uint8Array(queue.byteCount);
  queue.take(rest, 0, rest.length);
  actual.push(...rest);
  assertEquals(actual, expected);
  assertEquals(queue.byteCount, 0);
});

Deno.test("a queue of many parts is used up from its start", () => {
  const queue = new SendQueue();
  for (let index = 0; index < 200; index++) queue.push(new Uint8Array([index]));
  const into = new Uint8Array(1);
  for (let index = 0; index < 200; index++) {
    queue.take(into, 0, 1);
    assertEquals(into[0], index);
  }
});
