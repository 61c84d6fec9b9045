import { Bytes } from "@avx/runtime/bytes";
import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "../support/assert.ts";

const text = Bytes.fromText("GET /index.html HTTP/1.1");

Deno.test("bytes are cut like arrays", () => {
  const values = Uint8Array.from({ length: 10 }, (_, index) => index);
  const bytes = Bytes.of(values);
  for (const [start, end] of [[0, 10], [2, 5], [-3, -1], [5, 2], [-20, 20], [3, undefined]]) {
    assertEquals([...bytes.slice(start, end)], [...values.slice(start, end)]);
    assertEquals([...bytes.slice(1).slice(start, end)], [...values.slice(1).slice(start, end)]);
  }
  assertEquals(bytes.slice().length, 10);
});

Deno.test("bytes share the memory of their source, and copies do not", () => {
  const source = new Uint8Array([1, 2, 3]);
  const shared = Bytes.of(source).slice(1);
  const copied = Bytes.copyOf(source).slice(1);
  const taken = Bytes.of(source).toUint8Array();
  source[1] = 9;
  assertEquals([shared.at(0), copied.at(0), taken[1]], [9, 2, 2]);
  assertStrictEquals(shared.view().buffer, source.buffer);
  assertNotStrictEquals(taken.buffer, source.buffer);
});

Deno.test("bytes are read by index, from either end", () => {
  const bytes = Bytes.of(new Uint8Array([1, 2, 3, 4])).slice(1, 3);
  assertEquals([0, 1, 2, -1, -2, -3].map((at) => bytes.at(at)), [2, 3, undefined, 3, 2, undefined]);
});

Deno.test("bytes are equal by content", () => {
  assertEquals(text.slice(0, 3).equals(Bytes.fromText("GET")), true);
  assertEquals(text.slice(0, 3).equals(Bytes.fromText("GEX")), false);
  assertEquals(text.slice(0, 3).equals(Bytes.fromText("GETS")), false);
  assertEquals(Bytes.EMPTY.equals(text.slice(4, 4)), true);
});

Deno.test("bytes are compared with text in any case", () => {
  const name = Bytes.fromText("x: Content-Type").slice(3);
  assertEquals(name.equalsIgnoreCase("content-TYPE"), true);
  assertEquals(name.equalsIgnoreCase("content-typo"), false);
  assertEquals(name.equalsIgnoreCase("content"), false);
  assertEquals(Bytes.fromText("A").equalsIgnoreCase("š"), false);
});

Deno.test("bytes know their beginning and their end", () => {
  assertEquals(text.startsWith(Bytes.fromText("GET ")), true);
  assertEquals(text.startsWith(Bytes.fromText("GOT")), false);
  assertEquals(text.endsWith(Bytes.fromText("/1.1")), true);
  assertEquals(text.endsWith(Bytes.fromText("/1.0")), false);
  assertEquals(Bytes.EMPTY.startsWith(text), false);
  assertEquals(Bytes.EMPTY.endsWith(text), false);
});

Deno.test("bytes find a byte or several, within their own bounds only", () => {
  const bytes = Bytes.fromText("[aab aab aac]").slice(1, 12);
  const needle = (text: string) => Bytes.fromText(text);
  assertEquals(bytes.indexOf(0x62), 2);
  assertEquals(bytes.indexOf(0x62, 3), 6);
  assertEquals(bytes.indexOf(0x62, 7), -1);
  assertEquals(bytes.indexOf(0x5d), -1);
  assertEquals(bytes.indexOf(0x5b), -1);
  assertEquals(bytes.indexOf(needle("aac")), 8);
  assertEquals(bytes.indexOf(needle("aab"), 1), 4);
  assertEquals(bytes.indexOf(needle("ab"), -9), 5);
  assertEquals(bytes.indexOf(needle("aac]")), -1);
  assertEquals(bytes.indexOf(needle("")), 0);
  assertEquals(bytes.indexOf(needle(""), 99), 11);
  assertEquals(needle("a").indexOf(needle("aa")), -1);
});

Deno.test("bytes are text in UTF-8 and in Latin-1", () => {
  const bytes = Bytes.fromText("São");
  assertEquals(bytes.text(), "São");
  assertEquals(bytes.toString(), "SÃ£o");
  assertEquals(`${text.slice(4, 15)}`, "/index.html");
});
