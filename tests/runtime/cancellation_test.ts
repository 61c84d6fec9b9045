import type { Cancellation } from "@avx/runtime/cancellation";
import { assertEquals } from "../support/assert.ts";

Deno.test("every AbortSignal is a cancellation", () => {
  const controller = new AbortController();
  const cancellation: Cancellation = controller.signal;
  let calls = 0;
  const listener = () => calls++;
  cancellation.addEventListener("abort", listener);
  cancellation.removeEventListener("abort", listener);
  cancellation.addEventListener("abort", listener);
  assertEquals([cancellation.aborted, calls], [false, 0]);
  controller.abort("why");
  assertEquals([cancellation.aborted, cancellation.reason, calls], [true, "why", 1]);
});
