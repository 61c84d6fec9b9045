import { assertEquals, assertStrictEquals } from "../../support/assert.ts";
import { DEFAULT_CACHE_RULES } from "@avx/semantics/caching";
import { mayBeOffered, selectVariant, variantOf } from "../../../semantics/caching/variants.ts";
import { dateAfter, fields, headOf } from "./heads.ts";

Deno.test("a response without Vary answers every request of its URL", () => {
  const lines = ["cache-control", "public"];
  const made = variantOf(lines, fields({ accept: "a/b" }), DEFAULT_CACHE_RULES);
  assertEquals(made, { variant: "", selecting: [] });
  const head = headOf({});
  assertStrictEquals(selectVariant([head], fields({ accept: "a/b" })), head);
});

Deno.test("the selecting fields of a request must be those of the stored one (RFC 9111 §4.1)", () => {
  const cases: readonly [string, Record<string, string>, Record<string, string>, boolean][] = [
    ["foo", { foo: "1" }, { foo: "1" }, true],
    ["foo", { foo: "1" }, { foo: "2" }, false],
    ["Foo", { FOO: "1" }, { foo: "1" }, true],
    ["foo", { foo: "1" }, {}, false],
    ["foo", {}, { foo: "1" }, false],
    ["foo", {}, { foo: "" }, false],
    ["foo", {}, {}, true],
    ["foo, bar", { foo: "1", bar: "2" }, { bar: "2", foo: "1" }, true],
    ["foo, bar", { foo: "1", bar: "2" }, { foo: "1", bar: "3" }, false],
    ["foo", { foo: "1,2" }, { foo: "1 ,  2" }, true],
    ["foo", { foo: "a" }, { foo: "A" }, false],
    ["foo", { foo: "1, 2" }, { foo: "2, 1" }, false],
    ["accept-encoding", { "accept-encoding": "gzip, BR" }, { "accept-encoding": "br,gzip" }, true],
    ["accept-language", { "accept-language": "de, en" }, { "accept-language": "en, de" }, false],
    ["accept-language", { "accept-language": "DE ; q=1" }, { "accept-language": "de;q=1" }, true],
  ];
  for (const [vary, stored, asked, selected] of cases) {
    const head = headOf({ vary }, { request: stored });
    const found = selectVariant([head], fields(asked));
    assertEquals(found === head, selected, JSON.stringify([vary, stored, asked]));
  }
});

Deno.test("lines of one field are one value to Vary", () => {
  const head = headOf({ vary: "foo" }, { request: [["foo", "1"], ["foo", "2"]] });
  assertEquals(selectVariant([head], fields({ foo: "1, 2" })), head);
});

Deno.test("variants are the same if and only if their requests are, in whatever order Vary names fields", () => {
  const request = fields({ a: "1", b: "2" });
  const one = variantOf(["vary", "a, b"], request, DEFAULT_CACHE_RULES);
  assertEquals(variantOf(["vary", "B", "Vary", "A, b"], request, DEFAULT_CACHE_RULES), one);
  assertEquals(
    variantOf(["vary", "a, b"], fields({ a: "1", b: "3" }), DEFAULT_CACHE_RULES).variant ===
      one.variant,
    false,
  );
});

Deno.test("of several that fit, the one that was made last is used (RFC 9111 §4)", () => {
  const older = headOf({ date: dateAfter(-10), vary: "foo" });
  const newer = headOf({ date: dateAfter(-5), vary: "bar" });
  const other = headOf({ date: dateAfter(0), vary: "baz" }, { request: { baz: "1" } });
  assertStrictEquals(selectVariant([newer, older, other], fields()), newer);
  assertStrictEquals(selectVariant([older, newer, other], fields()), newer);
  assertEquals(selectVariant([other], fields()), undefined);
});

Deno.test("a private cache gives nobody what was asked for with other credentials", () => {
  const cases: readonly [string, string | undefined, string | undefined, boolean][] = [
    ["max-age=60", "Bearer a", "Bearer a", true],
    ["max-age=60", "Bearer a", "Bearer b", false],
    ["max-age=60", "Bearer a", undefined, false],
    ["max-age=60", undefined, "Bearer a", false],
    ["public, max-age=60", "Bearer a", "Bearer b", true],
    ["public, max-age=60", undefined, "Bearer b", true],
  ];
  function credentials(authorization: string | undefined): Record<string, string> {
    return authorization === undefined ? {} : { authorization };
  }
  for (const [control, stored, asked, selected] of cases) {
    const head = headOf({ "cache-control": control }, { request: credentials(stored) });
    const found = selectVariant([head], fields(credentials(asked)));
    assertEquals(found === head, selected, JSON.stringify([control, stored, asked]));
  }
  const shared = { ...DEFAULT_CACHE_RULES, shared: true };
  assertEquals(variantOf([], fields({ authorization: "Bearer a" }), shared).selecting, []);
});

Deno.test("what was given to other credentials is offered to nobody else", () => {
  const cases: readonly [string | undefined, string | undefined, boolean][] = [
    ["Bearer a", "Bearer a", true],
    ["Bearer a", "Bearer b", false],
    ["Bearer a", undefined, false],
    [undefined, "Bearer b", false],
    [undefined, undefined, true],
  ];
  for (const name of ["authorization", "cookie"]) {
    const of = (value: string | undefined) => value === undefined ? {} : { [name]: value };
    for (const [stored, asked, isOffered] of cases) {
      const head = headOf({ vary: `accept, ${name}` }, { request: { accept: "a", ...of(stored) } });
      assertEquals(mayBeOffered(head, fields({ accept: "b", ...of(asked) })), isOffered);
    }
  }
});
