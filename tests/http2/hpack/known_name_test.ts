import { ADDED, NEVER, PLAIN } from "../../../http2/hpack/field_secrecy.ts";
import { KnownName } from "../../../http2/hpack/known_name.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("known name: it has its place in the static table, value by value", () => {
  const status = new KnownName(":status", false);
  assertEquals(["200", "404", "500", "418"].map((value) => status.staticIndexOf(value)), [
    8,
    13,
    14,
    0,
  ]);
  assertEquals(new KnownName("www-authenticate", false).staticIndexOf(""), 61);
  assertEquals(new KnownName("www-authenticate", false).staticIndexOf("Basic"), 0);
  assertEquals(new KnownName("x-own", false).staticIndexOf(""), 0);
});

Deno.test("known name: how it is sent is up to the name, unless it is a secret", () => {
  assertEquals(new KnownName("server", false).indexing, ADDED);
  assertEquals(new KnownName("etag", false).indexing, PLAIN);
  assertEquals(new KnownName("server", true).indexing, NEVER);
});

Deno.test("known name: the entries it has in the dynamic table are found and forgotten", () => {
  const name = new KnownName("x-own", false);
  assertEquals([name.entryOf(""), name.newest], [-1, -1]);
  name.add("one", 5);
  name.add("two", 7);
  name.add("three", 9);
  assertEquals(["one", "two", "three", "four"].map((value) => name.entryOf(value)), [5, 7, 9, -1]);
  name.remove("one", 5);
  assertEquals(["one", "two"].map((value) => name.entryOf(value)), [-1, 7]);
  name.remove("two", 7);
  assertEquals([name.count, name.entryOf("two"), name.entryOf("three")], [1, -1, 9]);
  name.remove("three", 9);
  assertEquals([name.count, name.newest, name.entryOf("three"), name.entryOf("")], [0, -1, -1, -1]);
  name.add("one", 11);
  assertEquals(name.entryOf("one"), 11);
});

Deno.test("known name: values that are always new are given a place now and then only", () => {
  const name = new KnownName("x-request-id", false);
  const tries = Array.from({ length: 50 }, () => name.isWorthAdding());
  const expected = tries.map((_, at) => at < 16 || at % 16 === 0);
  assertEquals(tries, expected);
  name.newInARow = 0;
  assertEquals(name.isWorthAdding(), true);
});
