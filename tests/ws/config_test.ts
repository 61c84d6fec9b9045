import { webSocketConfig } from "@avx/ws";
import { DEFAULT_WEB_SOCKET_LIMITS, DEFAULT_WEB_SOCKET_TIMEOUTS } from "@avx/ws/limits";
import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

Deno.test("without options there is no compression, and the defaults hold", () => {
  const config = webSocketConfig({});
  assertEquals([config.deflate, config.binaryType], [undefined, "blob"]);
  assertEquals(config.limits, DEFAULT_WEB_SOCKET_LIMITS);
  assertEquals(config.timeouts, DEFAULT_WEB_SOCKET_TIMEOUTS);
  assertStrictEquals(config.timers, webSocketConfig({}).timers);
});

Deno.test("options take the place of the defaults, one by one", () => {
  const config = webSocketConfig({
    compress: { level: 3 },
    limits: { maxFragments: 5 },
    timeouts: { idleMs: 1 },
    binaryType: "arraybuffer",
  });
  assertEquals([config.deflate?.level, config.binaryType], [3, "arraybuffer"]);
  assertEquals(config.limits, { ...DEFAULT_WEB_SOCKET_LIMITS, maxFragments: 5 });
  assertEquals(config.timeouts, { ...DEFAULT_WEB_SOCKET_TIMEOUTS, idleMs: 1 });
  assertEquals(webSocketConfig({ compress: true }).deflate?.level, 1);
  assertThrows(() => webSocketConfig({ compress: { level: 99 } }), RangeError);
});
