import plugin from "../../_tools/lint/layering.ts";
import { LAYERS } from "../../_tools/lint/layers.ts";
import { assert, assertEquals } from "../support/assert.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source).map((found) => found.id);
}

Deno.test("layering allows what the table allows", () => {
  assertEquals(lint("http1/x.ts", `import { a } from "@avx/semantics/method";`), []);
  assertEquals(lint("semantics/x.ts", `import type { A } from "@avx/runtime/errors";`), []);
  assertEquals(lint("server/x.ts", `export { a } from "@avx/http1";`), []);
  assertEquals(lint("mod.ts", `export * from "@avx/server";`), []);
  assertEquals(lint("http1/proto/x.ts", `import { a } from "../y.ts";`), []);
});

Deno.test("layering refuses an arrow that points up or sideways", () => {
  for (
    const [path, source] of [
      ["runtime/x.ts", `import { a } from "@avx/semantics";`],
      ["semantics/x.ts", `import type { A } from "@avx/http1/events";`],
      ["http1/x.ts", `export * from "@avx/http2";`],
      ["http1/x.ts", `export { a } from "@avx/client";`],
      ["client/x.ts", `await import("@avx/server");`],
      ["server/x.ts", `import { a } from "@avx/http";`],
    ]
  ) assertEquals(lint(path, source), ["avx/layering"], `${path}: ${source}`);
});

Deno.test("layering refuses relative imports across members and foreign packages", () => {
  assertEquals(lint("http1/x.ts", `import { a } from "../semantics/method.ts";`), ["avx/layering"]);
  assertEquals(lint("http1/proto/x.ts", `import { a } from "../x.ts";`), []);
  assertEquals(lint("http1/x.ts", `import { a } from "@avx/http1";`), ["avx/layering"]);
  assertEquals(lint("http1/x.ts", `import { a } from "npm:hono@4";`), ["avx/layering"]);
  assertEquals(lint("http1/x.ts", `import { a } from "@std/assert";`), ["avx/layering"]);
});

Deno.test("platform names stay in runtime/platform", () => {
  assertEquals(lint("server/x.ts", `Deno.listen({ port: 0 });`), ["avx/platform"]);
  assertEquals(lint("server/x.ts", `const d = globalThis.Deno;`), ["avx/platform"]);
  assertEquals(lint("server/x.ts", `export type A = Deno.Conn;`), ["avx/platform"]);
  assertEquals(lint("runtime/x.ts", `import tls from "node:tls";`), ["avx/platform"]);
  assertEquals(lint("runtime/x.ts", `import { network } from "#platform";`), ["avx/platform"]);
  assertEquals(lint("runtime/x.ts", `export const a = { Deno: 1 };`), []);
  assertEquals(
    lint("runtime/platform/x.ts", `import tls from "node:tls"; Deno.connect(tls);`),
    [],
  );
});

Deno.test("syntax and globals that Node 20 lacks are refused in published code", () => {
  assertEquals(lint("http1/x.ts", `{ using a = b(); }`), ["avx/no-using"]);
  assertEquals(lint("http1/x.ts", `async () => { await using a = b(); }`), ["avx/no-using"]);
  assertEquals(lint("http1/x.ts", `Promise.withResolvers();`), ["avx/node-20"]);
  assertEquals(lint("http1/x.ts", `new URLPattern({});`), ["avx/node-20"]);
});

Deno.test("files that are not published are left alone", () => {
  const source = `import tls from "node:tls"; { using a = Deno.open(tls); } Promise.try(f);`;
  for (const folder of ["tests/http1", "bench", "examples", "_tools"]) {
    assertEquals(lint(`${folder}/x.ts`, source), []);
  }
});

Deno.test("the layer table has no cycle", () => {
  const seen = new Set<string>();
  const visit = (member: string, path: readonly string[]): void => {
    assert(!path.includes(member), `cycle: ${[...path, member].join(" → ")}`);
    if (seen.has(member)) return;
    for (const target of LAYERS[member]) visit(target, [...path, member]);
    seen.add(member);
  };
  for (const member of Object.keys(LAYERS)) visit(member, []);
});
