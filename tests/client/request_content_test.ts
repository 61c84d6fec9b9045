import { contentOf, type FormInit } from "../../client/request_content.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

Deno.test("a body is itself, and its type its own", () => {
  const body = new Uint8Array(3);
  assertStrictEquals(contentOf({ body }).body, body);
  for (const none of [{}, { body: null }, { body: undefined }]) {
    assertEquals(contentOf(none), { body: undefined, contentType: undefined });
  }
});

Deno.test("a value goes as JSON, if it is one", () => {
  const values: [unknown, string][] = [[null, "null"], [0, "0"], ["a", '"a"'], [
    { a: [] },
    '{"a":[]}',
  ]];
  for (const [json, body] of values) {
    assertEquals(contentOf({ json }), { body, contentType: "application/json" });
  }
  assertThrows(() => contentOf({ json: () => {} }), TypeError, "no JSON value");
  assertThrows(() => contentOf({ json: 1n }), TypeError);
});

Deno.test("a form is urlencoded in whatever way it is given, or multipart as it is", () => {
  const forms: [FormInit, string][] = [
    [{ a: "1 &", b: 2, c: true }, "a=1+%26&b=2&c=true"],
    [{ a: ["1", 2] }, "a=1&a=2"],
    [[["a", "1"], ["a", "2"]], "a=1&a=2"],
    [new Map([["a", "1"]]), "a=1"],
    [new URLSearchParams("a=1"), "a=1"],
  ];
  for (const [form, expected] of forms) {
    assertEquals(String(contentOf({ form }).body), expected);
  }
  const parts = new FormData();
  assertStrictEquals(contentOf({ form: parts }).body, parts);
});

Deno.test("a request carries one thing only", () => {
  for (const options of [{ body: "", json: 1 }, { body: "", form: {} }, { json: 1, form: {} }]) {
    assertThrows(() => contentOf(options), TypeError, "only one of body, json and form");
  }
});
