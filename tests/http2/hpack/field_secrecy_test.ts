import {
  ADDED,
  indexingOf,
  isGuessable,
  NEVER,
  PLAIN,
} from "../../../http2/hpack/field_secrecy.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("field secrecy: credentials never get into a table, passing values do not", () => {
  for (const name of ["authorization", "proxy-authorization", "set-cookie"]) {
    assertEquals(indexingOf(name), NEVER);
  }
  for (const name of [":path", "content-length", "etag"]) assertEquals(indexingOf(name), PLAIN);
  for (const name of ["content-type", "cookie", "x-own"]) assertEquals(indexingOf(name), ADDED);
});

Deno.test("field secrecy: only a short cookie can be guessed", () => {
  assertEquals(isGuessable("cookie", "a".repeat(19)), true);
  assertEquals(isGuessable("cookie", "a".repeat(20)), false);
  assertEquals(isGuessable("server", "a"), false);
});
