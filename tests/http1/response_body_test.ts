import { ResponseBody } from "../../http1/response_body.ts";
import { FieldList } from "@avx/semantics/field-lines";
import { AbortError } from "@avx/runtime/errors";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

function bodyOf(declaredLength?: number): { body: ResponseBody; calls: unknown[] } {
  const calls: unknown[] = [];
  const body = new ResponseBody(declaredLength, {
    wanted: () => void calls.push("wanted"),
    cancelled: (_, reason) => void calls.push(["cancelled", reason]),
  });
  return { body, calls };
}

const one = new Uint8Array([1]);
const two = new Uint8Array([2, 2]);

Deno.test("response body gives what is queued without a promise", () => {
  const { body, calls } = bodyOf(3);
  body.push(one);
  body.push(two);
  assertEquals([body.queuedBytes, body.receivedBytes, body.declaredLength], [3, 3, 3]);
  assertEquals(body.pull(), one);
  assertEquals(body.pull(), two);
  assertEquals([body.queuedBytes, body.receivedBytes], [0, 3]);
  assertEquals(calls, ["wanted", "wanted"]);
});

Deno.test("response body hands the next chunk to who waits for it", async () => {
  const { body, calls } = bodyOf();
  const pulled = body.pull();
  assertEquals(body.isWaiting, true);
  assertEquals(calls, ["wanted"]);
  body.push(one);
  assertEquals(body.isWaiting, false);
  assertEquals(await pulled, one);
});

Deno.test("response body ends with its trailers", async () => {
  const { body } = bodyOf();
  const pulled = body.pull();
  const trailers = new FieldList([]);
  body.end(trailers);
  assertEquals(await pulled, undefined);
  assertEquals(body.pull(), undefined);
  assertEquals(body.trailers, trailers);
  body.fail(new Error("too late"));
  assertEquals(body.pull(), undefined);
});

Deno.test("response body that breaks off gives what it has, then the error", async () => {
  const { body } = bodyOf();
  body.push(one);
  body.fail(new RangeError("broken"));
  assertEquals(body.pull(), one);
  assertThrows(() => body.pull(), RangeError, "broken");
  body.end(undefined);
  assertThrows(() => body.pull(), RangeError, "broken");
  const waiting = bodyOf().body;
  const pulled = waiting.pull() as Promise<unknown>;
  waiting.fail(new RangeError("broken"));
  await assertRejects(() => pulled, RangeError);
});

Deno.test("response body that is cancelled does not look complete", async () => {
  const { body, calls } = bodyOf();
  body.push(one);
  body.cancel("why");
  body.cancel("again");
  assertEquals(calls, [["cancelled", "why"]]);
  assertThrows(() => body.pull(), AbortError);
  const waiting = bodyOf().body;
  const pulled = waiting.pull() as Promise<unknown>;
  waiting.cancel();
  await assertRejects(() => pulled, AbortError);
});
