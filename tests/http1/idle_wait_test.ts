import type { ResponseHead } from "../../http1/proto/response_head.ts";
import { IdleWait } from "../../http1/idle_wait.ts";
import { assertEquals } from "../support/assert.ts";

function headWith(keepAlive: string | undefined): ResponseHead {
  return { fields: { get: () => keepAlive } } as unknown as ResponseHead;
}

/** When a connection is looked at, and until when it waits, from 100 on. */
function waitAfter(limitMs: number, keepAlive: string | undefined): [look: number, until: number] {
  const wait = new IdleWait(limitMs);
  wait.answered(headWith(keepAlive));
  const look = wait.begin(100);
  assertEquals(wait.until, wait.until);
  return [look, wait.until];
}

Deno.test("idle wait is our own limit where the peer says nothing", () => {
  const wait = new IdleWait(60_000);
  assertEquals(wait.begin(100), 60_100);
  assertEquals(waitAfter(60_000, undefined), [1_100, 60_100]);
  assertEquals(waitAfter(500, undefined), [600, 600]);
});

Deno.test("idle wait ends a second before the peer's does", () => {
  assertEquals(waitAfter(60_000, "timeout=5"), [1_100, 4_100]);
  assertEquals(waitAfter(60_000, "max=100, Timeout=5"), [1_100, 4_100]);
  assertEquals(waitAfter(60_000, "timeout=1"), [1_100, 100]);
  assertEquals(waitAfter(60_000, "timeout=600"), [1_100, 60_100]);
  assertEquals(waitAfter(60_000, "notimeout=5"), [1_100, 60_100]);
});

Deno.test("idle wait forgets what the peer said before the next request", () => {
  const wait = new IdleWait(60_000);
  wait.answered(headWith("timeout=5"));
  wait.end();
  assertEquals(wait.begin(100), 60_100);
});
