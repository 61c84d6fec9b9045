import { environment } from "@avx/runtime/platform";
import { DenoEnvironment } from "../../runtime/platform/deno_environment.ts";
import { assertEquals, assertInstanceOf } from "../support/assert.ts";

Deno.test("variables are read where they may be", () => {
  assertInstanceOf(environment, DenoEnvironment);
  Deno.env.set("AVX_TEST_VARIABLE", "value");
  try {
    assertEquals(environment.get("AVX_TEST_VARIABLE"), "value");
  } finally {
    Deno.env.delete("AVX_TEST_VARIABLE");
  }
  assertEquals(environment.get("AVX_TEST_VARIABLE"), undefined);
});

Deno.test(
  "variables that may not be read are not there",
  { permissions: { env: false } },
  () => assertEquals(environment.get("PATH"), undefined),
);
