import {
  checkedLimits,
  checkedTimeouts,
  DEFAULT_WEB_SOCKET_LIMITS,
  DEFAULT_WEB_SOCKET_TIMEOUTS,
  type WebSocketLimits,
} from "@avx/ws/limits";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("the defaults are those that are documented", () => {
  assertEquals(DEFAULT_WEB_SOCKET_LIMITS, {
    maxMessageBytes: 16_777_216,
    maxFrameBytes: 16_777_216,
    maxFragments: 131_072,
    maxControlFrames: 1000,
    highWaterBytes: 262_144,
    maxQueuedBytes: 67_108_864,
    slowPeer: "close",
    maxHandshakeBytes: 32_768,
  });
  assertEquals(DEFAULT_WEB_SOCKET_TIMEOUTS, {
    openMs: 30_000,
    pingMs: 30_000,
    pongMs: 30_000,
    idleMs: Infinity,
    closeMs: 5_000,
    writeMs: 60_000,
  });
});

Deno.test("the defaults cannot be changed", () => {
  assertEquals(Object.isFrozen(DEFAULT_WEB_SOCKET_LIMITS), true);
  assertEquals(Object.isFrozen(DEFAULT_WEB_SOCKET_TIMEOUTS), true);
});

Deno.test("limits and waits are positive, and may be infinite", () => {
  const limits = { ...DEFAULT_WEB_SOCKET_LIMITS, maxFragments: Infinity, maxMessageBytes: 1 };
  assertEquals(checkedLimits(limits), limits);
  for (const value of [0, -1, NaN]) {
    for (const name of ["maxMessageBytes", "maxQueuedBytes", "maxHandshakeBytes"]) {
      assertThrows(() => checkedLimits({ ...limits, [name]: value }), RangeError, `limits.${name}`);
    }
    const timeouts = { ...DEFAULT_WEB_SOCKET_TIMEOUTS, pingMs: value };
    assertThrows(() => checkedTimeouts(timeouts), RangeError, "timeouts.pingMs");
  }
  const odd = { ...limits, slowPeer: "wait" } as unknown as WebSocketLimits;
  assertThrows(() => checkedLimits(odd), TypeError, 'it is "wait"');
});
