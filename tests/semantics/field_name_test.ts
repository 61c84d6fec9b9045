import {
  canonicalFieldName,
  FIELD_NAMES,
  isFieldName,
  sameFieldName,
} from "@avx/semantics/field-name";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("FIELD_NAMES are distinct lower-case tokens in order", () => {
  assertEquals([...new Set(FIELD_NAMES)].sort(), [...FIELD_NAMES]);
  for (const name of FIELD_NAMES) {
    assert(isFieldName(name), name);
    assertEquals(name, name.toLowerCase());
  }
});

Deno.test("canonicalFieldName takes every spelling of a known name", () => {
  for (const name of FIELD_NAMES) {
    assertEquals(canonicalFieldName(name), name);
    assertEquals(canonicalFieldName(name.toUpperCase()), name);
  }
  assertEquals(canonicalFieldName("Content-Type"), "content-type");
  assertEquals(canonicalFieldName("ETag"), "etag");
  assertEquals(canonicalFieldName("Sec-WebSocket-Key"), "sec-websocket-key");
});

Deno.test("canonicalFieldName lowers an unknown name", () => {
  assertEquals(canonicalFieldName("X-Some-Thing"), "x-some-thing");
  assertEquals(canonicalFieldName("constructor"), "constructor");
});

Deno.test("isFieldName refuses separators, controls and what is not ASCII", () => {
  for (const name of ["", " a", "a ", "a:b", "a\n", "\u00fc", "a/b", "(a)", '"a"']) {
    assertEquals(isFieldName(name), false, JSON.stringify(name));
  }
});

Deno.test("sameFieldName compares without regard to case", () => {
  assertEquals(sameFieldName("HOST", "host"), true);
  assertEquals(sameFieldName("host", "host"), true);
  assertEquals(sameFieldName("hos", "host"), false);
  assertEquals(sameFieldName("hosT ", "host"), false);
  assertEquals(sameFieldName("most", "host"), false);
});
