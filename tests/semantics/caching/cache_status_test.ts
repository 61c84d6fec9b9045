import { assertEquals } from "../../support/assert.ts";
import { formatCacheStatus } from "@avx/semantics/caching";

Deno.test("how a cache handled a request is written as RFC 9211 has it", () => {
  assertEquals(formatCacheStatus("avx", {}), "avx");
  assertEquals(formatCacheStatus("avx", { hit: true, ttl: 376.9 }), "avx; hit; ttl=376");
  assertEquals(formatCacheStatus("avx", { hit: true, ttl: -412.5 }), "avx; hit; ttl=-412");
  assertEquals(
    formatCacheStatus("avx", { forward: "stale", forwardStatus: 304, collapsed: true }),
    "avx; fwd=stale; fwd-status=304; collapsed",
  );
  assertEquals(
    formatCacheStatus("avx", { forward: "vary-miss", stored: true, detail: 'a "b"' }),
    'avx; fwd=vary-miss; stored; detail="a \\"b\\""',
  );
});

Deno.test("a cache's name that is no token is quoted", () => {
  assertEquals(formatCacheStatus("my cache", { hit: true }), '"my cache"; hit');
  assertEquals(formatCacheStatus("7x", {}), '"7x"');
});
