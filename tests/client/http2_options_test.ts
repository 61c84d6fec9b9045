import { Client } from "@avx/client";
import { DEFAULT_ABUSE_LIMITS, DEFAULT_LIMITS } from "@avx/http2/limits";
import { parseHttp2Options } from "../../client/http2_options.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("parseHttp2Options has defaults for everything, and takes no pushes", () => {
  assertEquals(parseHttp2Options({}), {
    http2Limits: DEFAULT_LIMITS,
    http2Timeouts: { settingsMs: 10_000, headMs: 30_000, minSendBytesPerSecond: 240 },
    onPush: undefined,
  });
});

Deno.test("parseHttp2Options keeps the defaults of what is not asked for, of abuse as well", () => {
  const onPush = () => {};
  const { http2Limits, onPush: taker } = parseHttp2Options({
    http2Limits: { maxPushes: 3, maxUnreadBytes: undefined, abuse: { maxPings: 7 } },
    onPush,
  });
  assertEquals(http2Limits, {
    ...DEFAULT_LIMITS,
    maxPushes: 3,
    abuse: { ...DEFAULT_ABUSE_LIMITS, maxPings: 7 },
  });
  assert(Object.isFrozen(http2Limits) && Object.isFrozen(http2Limits.abuse));
  assertEquals(taker, onPush);
});

Deno.test("a client refuses limits of HTTP/2 that are none", () => {
  const wrong: Record<string, unknown>[] = [
    { maxPushes: -1 },
    { maxPushes: NaN },
    { maxPushes: "1" },
    { maxFrameBytes: 16_383 },
    { maxFrameBytes: 1 << 24 },
    { streamWindowBytes: 2 ** 31 },
    { abuse: { maxPings: -1 } },
  ];
  for (const http2Limits of wrong) assertThrows(() => new Client({ http2Limits }), RangeError);
  for (const http2Limits of [{ maxPush: 1 }, { abuse: { maxPing: 1 } }] as object[]) {
    assertThrows(() => new Client({ http2Limits }), TypeError);
  }
  assertThrows(() => new Client({ http2Timeouts: { headMs: -1 } }), RangeError);
  assertThrows(() => new Client({ http2Timeouts: { idleMs: 1 } as object }), TypeError);
  assertThrows(() => new Client({ onPush: {} as () => void }), TypeError);
});
