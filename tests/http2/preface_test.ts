import { assertEquals } from "../support/assert.ts";
import { matchPreface, PREFACE } from "../../http2/frame/preface.ts";

Deno.test("the preface is matched at any length", () => {
  for (let length = 0; length <= PREFACE.length; length++) {
    assertEquals(matchPreface(PREFACE, 0, length), length);
  }
});

Deno.test("what follows the preface does not matter", () => {
  const longer = new Uint8Array(30);
  longer.set(PREFACE, 2);
  assertEquals(matchPreface(longer, 2, 30), 24);
});

Deno.test("a byte that differs is seen at once", () => {
  for (let at = 0; at < PREFACE.length; at++) {
    const other = PREFACE.slice();
    other[at] ^= 0x20;
    assertEquals(matchPreface(other, 0, at + 1), -1);
    assertEquals(matchPreface(other, 0, at), at);
  }
});
