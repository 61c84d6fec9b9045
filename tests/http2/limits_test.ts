import { assert, assertEquals } from "../support/assert.ts";
import {
  DEFAULT_CLIENT_TIMEOUTS,
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
} from "../../http2/proto/limits.ts";

Deno.test("every limit and every wait is a positive number", () => {
  const { abuse: _, ...limits } = DEFAULT_LIMITS;
  for (const value of [...Object.values(limits), ...Object.values(DEFAULT_TIMEOUTS)]) {
    assert(value > 0);
  }
  assert(Object.isFrozen(DEFAULT_LIMITS) && Object.isFrozen(DEFAULT_TIMEOUTS));
});

Deno.test("windows start below where they end, and hold a frame", () => {
  const limits = DEFAULT_LIMITS;
  assert(limits.streamWindowBytes <= limits.maxStreamWindowBytes);
  assert(limits.connectionWindowBytes <= limits.maxConnectionWindowBytes);
  assert(limits.streamWindowBytes >= 65_535);
  assertEquals(limits.maxFrameBytes, 16_384);
});

Deno.test("a client leaves how long responses take to whoever uses it", () => {
  assertEquals([DEFAULT_CLIENT_TIMEOUTS.bodyMs, DEFAULT_CLIENT_TIMEOUTS.idleMs], [
    Infinity,
    Infinity,
  ]);
});
