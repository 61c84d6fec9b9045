import { FieldList } from "@avx/semantics/field-lines";
import { LazyHeaders } from "@avx/semantics/web";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

const LINES = ["Host", "h", "X-A", "1", "x-a", "2", "Set-Cookie", "a=1", "Set-Cookie", "b=2"];

function headers(): Headers {
  return new LazyHeaders(new FieldList(LINES)) as unknown as Headers;
}

Deno.test("lazy headers look fields up without case", () => {
  const lazy = headers();
  assert(lazy instanceof Headers);
  assertEquals(lazy.get("X-a"), "1, 2");
  assertEquals(lazy.get("nothing"), null);
  assertEquals(lazy.has("HOST"), true);
  assertEquals(lazy.has("nothing"), false);
});

Deno.test("lazy headers iterate as native ones do", () => {
  const native = new Headers();
  for (let i = 0; i < LINES.length; i += 2) native.append(LINES[i], LINES[i + 1]);
  const lazy = headers();
  assertEquals([...lazy], [...native]);
  assertEquals([...lazy.entries()], [...native.entries()]);
  assertEquals([...lazy.keys()], [...native.keys()]);
  assertEquals([...lazy.values()], [...native.values()]);
  assertEquals(lazy.getSetCookie(), ["a=1", "b=2"]);
  const seen: string[] = [];
  const self = {};
  lazy.forEach(function (this: unknown, value, name, parent) {
    assertEquals(this, self);
    assertEquals(parent === lazy, true);
    seen.push(`${name}=${value}`);
  }, self);
  assertEquals(seen.includes("x-a=1, 2"), true);
});

Deno.test("lazy headers can be changed, and copied from", () => {
  const lazy = headers();
  lazy.set("host", "other");
  lazy.append("x-b", "3");
  lazy.delete("x-a");
  assertEquals(lazy.get("host"), "other");
  assertEquals(lazy.has("x-b"), true);
  assertEquals(lazy.has("x-a"), false);
  assertEquals(new Headers(lazy).get("x-b"), "3");
  assertThrows(() => lazy.set("bad name", "1"), TypeError);
});
