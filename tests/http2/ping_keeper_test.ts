import { assertEquals } from "../support/assert.ts";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { OutputQueue } from "@avx/runtime/output-queue";
import { FOR_CALLER, FOR_LIFE, PingKeeper } from "../../http2/proto/ping_keeper.ts";

Deno.test("an answer belongs to the PING with its bytes, and older ones are given up", () => {
  const out = new OutputQueue(new BufferPool());
  const pings = new PingKeeper();
  const first = pings.send(out, FOR_LIFE, 10);
  const second = pings.send(out, FOR_CALLER, 20);
  const third = pings.send(out, FOR_CALLER, 30);
  assertEquals(pings.since, 10);
  assertEquals(pings.answer(FOR_LIFE, second), undefined);
  assertEquals(pings.answer(FOR_CALLER, second), { purpose: FOR_CALLER, id: second, sentAt: 20 });
  assertEquals(pings.answer(FOR_LIFE, first), undefined);
  assertEquals(pings.since, 30);
  pings.answer(FOR_CALLER, third);
  assertEquals(pings.since, undefined);
});

Deno.test("only so many are on their way", () => {
  const out = new OutputQueue(new BufferPool());
  const pings = new PingKeeper();
  while (pings.canSend) pings.send(out, FOR_CALLER, 0);
  assertEquals(out.queuedBytes, 16 * 17);
});
