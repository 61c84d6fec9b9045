import { DEFAULT_SERVE_TIMEOUTS } from "@avx/server";
import { assert } from "../support/assert.ts";

Deno.test("timeouts are bounded by default, but for the handler's own time", () => {
  for (const [name, value] of Object.entries(DEFAULT_SERVE_TIMEOUTS)) {
    if (name === "handler") continue;
    assert(value > 0 && value < Infinity, name);
  }
  assert(Object.isFrozen(DEFAULT_SERVE_TIMEOUTS));
});
