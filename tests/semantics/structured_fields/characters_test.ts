import {
  isDigit,
  isKeyPart,
  isKeyStart,
  isPrintable,
  isTokenPart,
  isTokenStart,
  matches,
} from "../../../semantics/structured_fields/characters.ts";
import { assertEquals } from "../../support/assert.ts";

function members(isMember: (code: number) => boolean): string {
  const codes = Array.from({ length: 300 }, (_, code) => code).filter(isMember);
  return String.fromCharCode(...codes);
}

Deno.test("the classes of characters are those of RFC 9651", () => {
  const lower = "abcdefghijklmnopqrstuvwxyz";
  const upper = lower.toUpperCase();
  assertEquals(members(isDigit), "0123456789");
  assertEquals(members(isKeyStart), `*${lower}`);
  assertEquals(members(isKeyPart), `*-.0123456789_${lower}`);
  assertEquals(members(isTokenStart), `*${upper}${lower}`);
  assertEquals(members(isTokenPart), `!#$%&'*+-./0123456789:${upper}^_\`${lower}|~`);
  assertEquals(members(isPrintable).length, 95);
});

Deno.test("a text matches if its first character and all others do", () => {
  assertEquals(matches("a1", isKeyStart, isKeyPart), true);
  for (const text of ["", "1a", "aA", "a "]) {
    assertEquals(matches(text, isKeyStart, isKeyPart), false);
  }
});
