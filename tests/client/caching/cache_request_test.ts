import { FieldList } from "@avx/semantics/field-lines";
import {
  forwardedFields,
  keyOf,
  linesOf,
  modeOf,
  pairsOf,
  sameOriginKey,
} from "../../../client/caching/cache_request.ts";
import { assertEquals, assertThrows } from "../../support/assert.ts";
import { asked } from "../policy/scene.ts";

const URL_TEXT = "https://a.example/";

Deno.test("a request's mode is what it says, and no-store where it has conditions", () => {
  assertEquals(modeOf(asked(URL_TEXT)), "default");
  assertEquals(modeOf(asked(URL_TEXT, { cache: "reload" })), "reload");
  for (
    const name of [
      "if-match",
      "if-none-match",
      "if-modified-since",
      "if-unmodified-since",
      "if-range",
    ]
  ) assertEquals(modeOf(asked(URL_TEXT, { headers: { [name]: "x" } })), "no-store", name);
  assertThrows(() => modeOf(asked(URL_TEXT, { cache: "x" as "reload" })), TypeError);
});

Deno.test("a key is a URL without its fragment", () => {
  assertEquals(keyOf(new URL("https://a.example:443/a?b#c")), "https://a.example/a?b");
  const base = new URL("https://a.example/a/b");
  assertEquals(sameOriginKey("c#d", base), "https://a.example/a/c");
  assertEquals(sameOriginKey("http://a.example/", base), undefined);
  assertEquals(sameOriginKey("https://[", base), undefined);
});

Deno.test("modes add fields for the caches on the way, unless the request has them", () => {
  function forwarded(mode: "no-cache" | "reload" | "default", headers: Record<string, string>) {
    return forwardedFields(asked(URL_TEXT, { headers }).headers, mode).lines;
  }
  assertEquals(forwarded("default", {}), []);
  assertEquals(forwarded("no-cache", {}), ["cache-control", "max-age=0"]);
  assertEquals(forwarded("reload", {}), ["pragma", "no-cache", "cache-control", "no-cache"]);
  const own = { "cache-control": "no-transform", pragma: "x" };
  const lines = ["cache-control", "no-transform", "pragma", "x"];
  assertEquals(forwarded("no-cache", own), lines);
  assertEquals(forwarded("reload", own), lines);
});

Deno.test("field lines are a flat array or pairs", () => {
  const lines = ["a", "1", "b", "2"];
  assertEquals(linesOf(new FieldList(lines)), lines);
  assertEquals([...pairsOf(lines)], [["a", "1"], ["b", "2"]]);
});
