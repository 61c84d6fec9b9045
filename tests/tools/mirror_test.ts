import { hasCode, testPaths } from "../../_tools/mirror.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("mirror gate looks for the test beside its member's others or in the same folders", () => {
  assertEquals(testPaths("http2/proto/stream_state.ts"), [
    "tests/http2/stream_state_test.ts",
    "tests/http2/proto/stream_state_test.ts",
  ]);
  assertEquals(testPaths("runtime/lru.ts"), ["tests/runtime/lru_test.ts"]);
});

Deno.test("mirror gate asks no test of a file that only declares types", () => {
  assertEquals(hasCode(`export interface A { b: string }\nexport type C = A;\n`), false);
  assertEquals(hasCode(`export { a } from "./a.ts";\nexport type { B } from "./b.ts";`), false);
});

Deno.test("mirror gate asks a test of a file with code", () => {
  for (
    const source of [
      "export function a(): void {}",
      "export abstract class A {}",
      "const a = 1;",
      "export async function* a() {}",
    ]
  ) assertEquals(hasCode(`/** Doc. */\n${source}\n`), true, source);
});
