import { impurities, isPure } from "../../_tools/purity.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";

async function check(source: string): Promise<string | undefined> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, source);
    return await impurities([path]);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("purity check passes a file that uses the language only", async () => {
  const source = `
    import type { FieldLines } from "@avx/semantics/field-section";
    export function first(lines: FieldLines, signal?: AbortSignal): string | undefined {
      return signal?.aborted ? undefined : lines[0];
    }`;
  assertEquals(await check(source), undefined);
});

Deno.test("purity check fails a file that uses the platform", async () => {
  const source = `
    export const timer: unknown = setTimeout(() => {}, 1);
    export const controller: unknown = new AbortController();
    console.log(performance.now(), Deno.version, new TextEncoder(), new URL("a:b"));
    export type Result = Response;`;
  const found = await check(source) ?? "";
  const names = "setTimeout AbortController console performance Deno TextEncoder URL Response"
    .split(" ");
  for (const name of names) assertStringIncludes(found, `Cannot find name '${name}'`);
});

Deno.test("purity check fails a file for what it imports", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, "export const now: number = Date.now() + performance.now();");
    const found = await check(`export { now } from "file://${path}";`);
    assertStringIncludes(found ?? "", "performance");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("protocol cores are pure, drivers and bridges are not", () => {
  assertEquals(isPure("http1/proto/head_parser.ts"), true);
  assertEquals(isPure("http2/hpack/decoder.ts"), true);
  assertEquals(isPure("runtime/timer_wheel.ts"), true);
  assertEquals(isPure("semantics/date.ts"), true);
  assertEquals(isPure("http1/server_connection.ts"), false);
  assertEquals(isPure("runtime/platform/deno.ts"), false);
  assertEquals(isPure("semantics/web/request.ts"), false);
});
