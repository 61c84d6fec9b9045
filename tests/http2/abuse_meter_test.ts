import { assertEquals } from "../support/assert.ts";
import { AbuseMeter } from "../../http2/proto/abuse_meter.ts";
import { DEFAULT_ABUSE_LIMITS } from "../../http2/proto/abuse_limits.ts";

const LIMITS = { ...DEFAULT_ABUSE_LIMITS, maxPings: 3, intervalMs: 100 };

Deno.test("each kind is counted by itself, up to its limit", () => {
  const meter = new AbuseMeter(LIMITS, 0);
  assertEquals([1, 2, 3, 4].map(() => meter.count("maxPings", 0)), [true, true, true, false]);
  assertEquals(meter.count("maxSettings", 0), true);
  assertEquals(meter.counts.maxPings, 4);
});

Deno.test("an interval begins anew once it is over", () => {
  const meter = new AbuseMeter(LIMITS, 1000);
  for (let count = 0; count < 3; count++) meter.count("maxPings", 1099);
  assertEquals(meter.count("maxPings", 1099), false);
  assertEquals(meter.count("maxPings", 1100), true);
  assertEquals(meter.counts.maxPings, 1);
});

Deno.test("what there is a reason for does not count, and is not saved up without end", () => {
  const meter = new AbuseMeter(LIMITS, 0);
  for (let round = 0; round < 100; round++) meter.dataSent();
  assertEquals(meter.counts.maxPings, -3);
  const allowed = Array.from({ length: 7 }, () => meter.count("maxPings", 0));
  assertEquals(allowed.filter(Boolean).length, 6);
});

Deno.test("a DATA frame is a reason for updates and a PING, a stream for updates and priorities", () => {
  const meter = new AbuseMeter(DEFAULT_ABUSE_LIMITS, 0);
  meter.dataSent();
  meter.streamOpened();
  meter.streamOpened();
  meter.count("maxPings", 0);
  const { maxWindowUpdates, maxPings, maxPriorities } = meter.counts;
  assertEquals([maxWindowUpdates, maxPings, maxPriorities], [-18, 0, -16]);
});

Deno.test("reasons of one interval are none in the next", () => {
  const meter = new AbuseMeter(LIMITS, 0);
  meter.dataSent();
  meter.count("maxSettings", 100);
  assertEquals(meter.counts.maxPings, 0);
});

Deno.test("a reader with a small buffer may give a large window back late, in many updates", () => {
  const meter = new AbuseMeter(DEFAULT_ABUSE_LIMITS, 0);
  const [bodyBytes, frameBytes, updateBytes] = [4 * 1024 * 1024, 16 * 1024, 4 * 1024];
  for (let sent = 0; sent < bodyBytes; sent += frameBytes) meter.dataSent();
  meter.count("maxSettings", 1);
  for (let read = 0; read < bodyBytes; read += updateBytes) {
    const now = 9_000 + read / 1024; // across the end of an interval
    assertEquals(meter.count("maxWindowUpdates", now), true, "of the stream");
    assertEquals(meter.count("maxWindowUpdates", now), true, "of the connection");
  }
});

Deno.test("updates that there was no reason for are limited, however much was sent before", () => {
  const limits = { ...DEFAULT_ABUSE_LIMITS, maxWindowUpdates: 10 };
  const meter = new AbuseMeter(limits, 0);
  for (let round = 0; round < 1000; round++) meter.dataSent();
  let count = 0;
  while (meter.count("maxWindowUpdates", 0)) count++;
  assertEquals(count, 129 * 10);
  assertEquals(meter.count("maxWindowUpdates", 10_000), true, "and are forgotten");
  assertEquals(meter.counts.maxWindowUpdates, 1);
});
