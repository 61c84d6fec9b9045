import { DEFAULT_TIMEOUTS, type Http1Timeouts } from "../../http1/proto/limits.ts";
import { ReadClock } from "../../http1/proto/read_clock.ts";
import { assertEquals } from "../support/assert.ts";

function clock(timeouts: Partial<Http1Timeouts> = {}, now = 1000): ReadClock {
  return new ReadClock({
    ...DEFAULT_TIMEOUTS,
    headMs: 10,
    idleMs: 50,
    bodyMs: 20,
    minBodyBytesPerSecond: 1000,
    minBodyRateGraceMs: 30,
    ...timeouts,
  }, now);
}

Deno.test("a new connection has as long for its first head as a head may take", () => {
  const waiting = clock();
  assertEquals(waiting.deadline, 1010);
  waiting.awaitHead(1005);
  assertEquals(waiting.deadline, 1010);
  assertEquals(waiting.expired(1009), undefined);
  assertEquals(waiting.expired(1010), "HEAD_TIMEOUT");
  assertEquals(clock().expired(1010), "IDLE_TIMEOUT");
});

Deno.test("a later head is timed from its first byte, whatever comes in between", () => {
  const waiting = clock();
  waiting.stop();
  assertEquals(waiting.deadline, undefined);
  assertEquals(waiting.expired(99999), undefined);
  waiting.awaitRequest(2000, false);
  assertEquals(waiting.deadline, 2050);
  waiting.awaitHead(2040);
  waiting.awaitHead(2045);
  waiting.awaitRequest(2046, false);
  assertEquals(waiting.deadline, 2050);
  assertEquals(waiting.expired(2050), "HEAD_TIMEOUT");
});

Deno.test("a wait that began at an unknown time begins when the clock is next told", () => {
  const waiting = clock();
  waiting.stop();
  waiting.awaitRequest(1000, true);
  assertEquals(waiting.expired(5000), undefined);
  assertEquals(waiting.deadline, 5050);
  assertEquals(waiting.expired(5050), "IDLE_TIMEOUT");
});

Deno.test("a body has to go on coming", () => {
  const waiting = clock({ minBodyBytesPerSecond: 0 });
  waiting.awaitBody(2000, false);
  assertEquals(waiting.deadline, 2020);
  waiting.progress(2019, 1);
  assertEquals(waiting.deadline, 2039);
  assertEquals(waiting.expired(2039), "BODY_TIMEOUT");
});

Deno.test("a body has to come fast enough, after a while of grace", () => {
  const waiting = clock();
  waiting.awaitBody(2000, false);
  waiting.progress(2015, 1);
  assertEquals(waiting.deadline, 2030);
  waiting.progress(2029, 1);
  assertEquals(waiting.expired(2030), "BODY_TOO_SLOW");
  // A byte a millisecond: 40 bytes are good for 40 ms.
  waiting.progress(2030, 38);
  assertEquals(waiting.deadline, 2040);
  assertEquals(waiting.expired(2039), undefined);
  assertEquals(waiting.expired(2040), "BODY_TOO_SLOW");
});

Deno.test("the time in which nobody reads does not count", () => {
  const waiting = clock();
  waiting.awaitBody(2000, false);
  waiting.pause(2010);
  waiting.pause(2015);
  assertEquals(waiting.deadline, undefined);
  assertEquals(waiting.expired(9000), undefined);
  waiting.resume(9000);
  waiting.resume(9500);
  assertEquals(waiting.deadline, 9010);
});

Deno.test("for ever has no deadline", () => {
  const waiting = clock({ headMs: Infinity, idleMs: Infinity, bodyMs: Infinity });
  assertEquals(waiting.deadline, undefined);
  waiting.awaitHead(1000);
  assertEquals(waiting.deadline, undefined);
  assertEquals(waiting.expired(1e12), undefined);
});
