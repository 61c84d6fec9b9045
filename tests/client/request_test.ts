import { fieldValueOf } from "@avx/semantics/field-lines";
import { parseOptions } from "../../client/options.ts";
import { Destinations } from "../../client/prepared_request.ts";
import { asksForPolicy, prepare, type RequestOptions } from "../../client/request.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

const config = parseOptions();
const destinations = new Destinations(config);
const URL_TEXT = "http://a.example/p";

function prepared(options?: RequestOptions): ReturnType<typeof prepare> {
  return prepare(URL_TEXT, options, destinations);
}

Deno.test("a plain request to the same URL is the same object", () => {
  const first = prepared();
  assertStrictEquals(prepared({}), first);
  assertStrictEquals(prepared({ method: "GET", body: null, signal: null, timeout: 5 }), first);
  assert(prepared({ method: "HEAD" }) !== first);
  assert(prepared({ headers: {} }) !== first);
  assert(prepared({ upgrade: "x" }) !== first);
});

Deno.test("a request carries what its options say, and its type", () => {
  const text = prepared({ method: "POST", body: "abc" });
  assertEquals([text.length, typeOf(text)], [3, "text/plain;charset=UTF-8"]);
  const json = prepared({ method: "POST", json: { a: [1] } });
  assertEquals([json.length, typeOf(json)], [9, "application/json"]);
  const named = prepared({ method: "POST", json: 1, headers: { "Content-Type": "text/x" } });
  assertEquals(typeOf(named), "text/x");
  const form = prepared({ method: "POST", form: { a: "1" } });
  assertEquals([form.length, typeOf(form)], [3, "application/x-www-form-urlencoded;charset=UTF-8"]);
  const parts = prepared({ method: "POST", form: new FormData() });
  assert(parts.length! > 0 && typeOf(parts)!.startsWith("multipart/form-data; boundary="));
  assertThrows(() => prepared({ json: 1 }), TypeError, "GET must not have a body");
});

Deno.test("some options make a request go through the policies", () => {
  assertEquals(asksForPolicy({ decompress: false, retry: false, throwOnStatus: false }), false);
  for (const name of ["decompress", "retry", "throwOnStatus", "deduplicate"]) {
    assertEquals(asksForPolicy({ [name]: true }), true, name);
  }
  assertEquals(asksForPolicy({ redirect: "manual" }), true);
  assertEquals(asksForPolicy({ onDownloadProgress: () => {} }), true);
});

Deno.test("a request may be sent twice as its method says, or its sender", () => {
  const repeated = (options: RequestOptions) => prepared(options).idempotent;
  assertEquals([repeated({}), repeated({ method: "POST" })], [true, false]);
  assertEquals(repeated({ idempotent: false }), false);
  assertEquals(repeated({ method: "POST", idempotent: true }), true);
});

Deno.test("bodies are held back as the request says, or else the client", () => {
  const held = (
    body: RequestOptions["body"],
    expectContinue?: boolean | number,
    by = destinations,
  ) => prepare(URL_TEXT, { method: "POST", body, expectContinue }, by).expectContinue;
  const careful = new Destinations(parseOptions({ expectContinue: 3 }));
  assertEquals([held("abc"), held("abc", true), held("", true), held(null, true)], [
    false,
    true,
    false,
    false,
  ]);
  assertEquals([held("abc", 3), held("abc", 4), held("abc", 0)], [true, false, true]);
  assertEquals(held(new Blob(["a"]).stream(), 1_000_000), true);
  assertEquals([held("abc", undefined, careful), held("ab", undefined, careful)], [true, false]);
  assertEquals(held("abc", false, careful), false);
  assertThrows(() => held("abc", -1), RangeError, "expectContinue");
});

function typeOf({ lines }: ReturnType<typeof prepared>): string | undefined {
  return fieldValueOf(lines, "content-type");
}
