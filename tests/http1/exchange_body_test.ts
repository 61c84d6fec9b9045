import { LocalProtocolError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { ExchangeBody } from "../../http1/exchange_body.ts";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";

function bodyWithLog(): { body: ExchangeBody; log: string[] } {
  const log: string[] = [];
  const body = new ExchangeBody({
    wanted: () => void log.push("wanted"),
    abandoned: () => void log.push("abandoned"),
  }, 10);
  return { body, log };
}

const CHUNK = new Uint8Array([1, 2]);

Deno.test("a chunk that is there is pulled without a promise", () => {
  const { body, log } = bodyWithLog();
  assertEquals(body.touched, false);
  body.push(CHUNK);
  assertEquals(body.full, true);
  assertStrictEquals(body.pull(), CHUNK);
  assertEquals(body.full, false);
  assertEquals(body.touched, true);
  assertEquals(log, []);
});

Deno.test("a pull that waits gets the next chunk, then the end with its trailers", async () => {
  const { body, log } = bodyWithLog();
  const first = body.pull();
  assertEquals(body.wanted, true);
  assertEquals(log, ["wanted"]);
  assertThrows(() => body.pull(), TypeError, "another pull is pending");
  body.push(CHUNK);
  assertStrictEquals(await first, CHUNK);
  assertEquals(body.full, false);
  const second = body.pull();
  const trailers = new FieldList(["a", "b"]);
  body.end(trailers);
  assertEquals(await second, undefined);
  assertEquals(body.pull(), undefined);
  assertStrictEquals(body.trailers, trailers);
  assertEquals(body.state, "ended");
  await body.finished;
});

Deno.test("a chunk that came before the end is still there after it", () => {
  const { body } = bodyWithLog();
  body.push(CHUNK);
  body.end(undefined);
  assertStrictEquals(body.pull(), CHUNK);
  assertEquals(body.pull(), undefined);
});

Deno.test("a failure reaches the reader, after what came before it", async () => {
  const { body } = bodyWithLog();
  const error = new Error("broken");
  body.push(CHUNK);
  body.fail(error);
  assertStrictEquals(body.pull(), CHUNK);
  assertThrows(() => body.pull(), Error, "broken");
  const waiting = bodyWithLog().body;
  const pull = waiting.pull() as Promise<unknown>;
  const rejected = assertRejects(() => pull, Error, "broken");
  waiting.fail(error);
  await rejected;
  waiting.end(undefined);
  assertEquals(waiting.state, "failed");
  await waiting.finished;
});

Deno.test("a cancelled body drops what it holds and tells its connection", () => {
  const { body, log } = bodyWithLog();
  body.push(CHUNK);
  body.cancel();
  assertEquals(log, ["abandoned"]);
  assertEquals(body.full, false);
  assertThrows(() => body.pull(), LocalProtocolError, "it was cancelled");
  body.push(CHUNK);
  assertEquals(body.full, false);
  body.cancel();
  assertEquals(log, ["abandoned"]);
});

Deno.test("a body that nobody reads is discarded with a reason", async () => {
  const { body } = bodyWithLog();
  const pull = body.pull() as Promise<unknown>;
  const rejected = assertRejects(() => pull, LocalProtocolError, "Cannot read body as nobody may");
  body.discard("nobody may");
  await rejected;
  assertEquals(body.state, "discarded");
  assertEquals(body.declaredLength, 10);
});
