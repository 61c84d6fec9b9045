import { type Declaration, missingExample } from "../../_tools/doc_lint.ts";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";

function declaration(kind: string, example?: string): Declaration {
  const tags = example === undefined ? [] : [{ kind: "example", doc: example }];
  return { kind, location: { filename: "file:///a.ts", line: 7 }, jsDoc: { tags } };
}

Deno.test("documentation gate asks an example of functions, classes and constants", () => {
  for (const kind of ["function", "class", "variable"]) {
    const found = missingExample({ name: "a", declarations: [declaration(kind)] });
    assertStringIncludes(found ?? "", `a.ts:7: ${kind} a has no @example`);
  }
});

Deno.test("documentation gate asks no example of types", () => {
  for (const kind of ["interface", "typeAlias"]) {
    assertEquals(missingExample({ name: "A", declarations: [declaration(kind)] }), undefined);
  }
});

Deno.test("documentation gate takes one example for all overloads, and wants a title", () => {
  const titled = declaration("function", "Add one\n```ts\n1;\n```");
  assertEquals(
    missingExample({ name: "a", declarations: [titled, declaration("function")] }),
    undefined,
  );
  const untitled = declaration("function", "\n```ts\n1;\n```");
  assertStringIncludes(missingExample({ name: "a", declarations: [untitled] }) ?? "", "no title");
});
