import { AbortError } from "@avx/runtime/errors";
import { LocalProtocolError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { IncomingQueue } from "@avx/semantics/incoming-queue";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";

function queueWithLog(): { body: IncomingQueue; log: string[] } {
  const log: string[] = [];
  const body = new IncomingQueue({
    wanted: () => void log.push("wanted"),
    abandoned: (_, reason) => void log.push(`abandoned ${reason}`),
    released: (chunk) => void log.push(`released ${chunk.length}`),
  }, 10);
  return { body, log };
}

const CHUNK = new Uint8Array([1, 2]);

Deno.test("a chunk that is there is pulled without a promise", () => {
  const { body, log } = queueWithLog();
  body.push(CHUNK);
  assertEquals(body.queuedBytes, 2);
  assertStrictEquals(body.pull(), CHUNK);
  assertEquals(body.queuedBytes, 0);
  assertEquals(log, ["wanted"]);
});

Deno.test("what is taken after the end is told, and nothing more is wanted", () => {
  const log: string[] = [];
  const body = new IncomingQueue({
    wanted: () => void log.push("wanted"),
    taken: (queue) => void log.push(`taken, ${queue.queuedBytes} left`),
    abandoned: () => {},
  }, 4);
  body.push(CHUNK);
  body.push(CHUNK);
  assertStrictEquals(body.pull(), CHUNK);
  body.end(undefined);
  assertStrictEquals(body.pull(), CHUNK);
  assertEquals(body.pull(), undefined);
  assertEquals(log, ["wanted", "taken, 0 left"]);
});

Deno.test("a pull that waits gets the next chunk, then the end with its trailers", async () => {
  const { body, log } = queueWithLog();
  const first = body.pull();
  assertEquals(body.isWaiting, true);
  assertEquals(log, ["wanted"]);
  assertThrows(() => body.pull(), TypeError, "another pull is pending");
  body.push(CHUNK);
  assertStrictEquals(await first, CHUNK);
  assertEquals(body.queuedBytes, 0);
  const second = body.pull();
  const trailers = new FieldList(["a", "b"]);
  body.end(trailers);
  assertEquals(await second, undefined);
  assertEquals(body.pull(), undefined);
  assertStrictEquals(body.trailers, trailers);
  assertEquals(body.state, "ended");
  await body.finished;
});

Deno.test("chunks are pulled in the order they came", () => {
  const { body } = queueWithLog();
  for (let i = 1; i <= 3; i++) body.push(new Uint8Array(i));
  assertEquals(body.queuedBytes, 6);
  assertEquals(body.receivedBytes, 6);
  for (let i = 1; i <= 3; i++) assertEquals((body.pull() as Uint8Array).length, i);
  assertEquals(body.queuedBytes, 0);
});

Deno.test("a chunk that came before the end is still there after it", () => {
  const { body } = queueWithLog();
  body.push(CHUNK);
  body.end(undefined);
  assertStrictEquals(body.pull(), CHUNK);
  assertEquals(body.pull(), undefined);
});

Deno.test("a failure reaches the reader, after what came before it", async () => {
  const { body } = queueWithLog();
  const error = new Error("broken");
  body.push(CHUNK);
  body.fail(error);
  assertStrictEquals(body.pull(), CHUNK);
  assertThrows(() => body.pull(), Error, "broken");
  const waiting = queueWithLog().body;
  const pull = waiting.pull() as Promise<unknown>;
  const rejected = assertRejects(() => pull, Error, "broken");
  waiting.fail(error);
  await rejected;
  waiting.end(undefined);
  assertEquals(waiting.state, "failed");
  await waiting.finished;
});

Deno.test("a cancelled body drops what it holds and tells its connection", () => {
  const { body, log } = queueWithLog();
  body.push(CHUNK);
  body.push(new Uint8Array(3));
  body.cancel("enough");
  assertEquals(log, ["released 2", "released 3", "abandoned enough"]);
  assertEquals(body.queuedBytes, 0);
  assertThrows(() => body.pull(), AbortError, "cancelled");
  log.length = 0;
  body.push(CHUNK);
  assertEquals(body.queuedBytes, 0);
  body.cancel();
  assertEquals(log, ["released 2"]);
});

Deno.test("a cancelled body does not look complete to who waits for it", async () => {
  const { body } = queueWithLog();
  const pulled = body.pull() as Promise<unknown>;
  body.cancel();
  await assertRejects(() => pulled, AbortError);
});

Deno.test("what is released goes back to the connection", () => {
  const { body, log } = queueWithLog();
  body.push(CHUNK);
  body.release(body.pull() as Uint8Array);
  assertEquals(log, ["wanted", "released 2"]);
  new IncomingQueue({ wanted: () => {}, abandoned: () => {} }, undefined).release(CHUNK);
});

Deno.test("a chunk that the connection has at hand is pulled without a promise", () => {
  const waited: boolean[] = [];
  const body: IncomingQueue = new IncomingQueue({
    wanted: () => {
      waited.push(body.isWaiting);
      if (body.receivedBytes === 0) body.push(CHUNK);
    },
    abandoned: () => {},
  }, undefined);
  assertStrictEquals(body.pull(), CHUNK);
  assertEquals(waited, [true]);
  assertEquals(body.isWaiting, false);
});

Deno.test("what a broken body has queued can be dropped", () => {
  const { body } = queueWithLog();
  body.push(CHUNK);
  body.clear();
  body.fail(new RangeError("broken"));
  assertThrows(() => body.pull(), RangeError, "broken");
});

Deno.test("a body that nobody reads is discarded with a reason", async () => {
  const { body } = queueWithLog();
  const pull = body.pull() as Promise<unknown>;
  const rejected = assertRejects(() => pull, LocalProtocolError, "Cannot read body as nobody may");
  body.discard("nobody may");
  await rejected;
  assertEquals(body.state, "discarded");
  assertEquals(body.declaredLength, 10);
});
