import type { ForwardReason } from "@avx/semantics/caching";
import { isCollapsible } from "../../../client/caching/forwarding.ts";
import { assertEquals } from "../../support/assert.ts";
import { asked, type AskedParts, script } from "../policy/scene.ts";

Deno.test("requests wait for another one where its answer could be theirs", () => {
  function collapsible(reason: ForwardReason, parts: AskedParts = {}): boolean {
    return isCollapsible({
      request: asked("https://a.example/", parts),
      next: script({}).next,
      key: "https://a.example/",
      mode: "default",
      reason,
      stored: [],
      selected: undefined,
      fallbackUntilMs: 0,
      collapsed: false,
      settled: () => {},
    });
  }
  for (const reason of ["uri-miss", "vary-miss", "stale"] as const) {
    assertEquals(collapsible(reason), true);
  }
  for (const reason of ["bypass", "method", "request"] as const) {
    assertEquals(collapsible(reason), false);
  }
  assertEquals(collapsible("uri-miss", { method: "HEAD" }), false);
  assertEquals(collapsible("uri-miss", { headers: { range: "bytes=0-1" } }), false);
});
