import { isShortAscii, isUtf8, textOf, Utf8Validator } from "../../ws/proto/utf8.ts";
import { assertEquals } from "../support/assert.ts";
import { hex } from "./cores.ts";

const GOOD = ["", "61", "c3a9", "e282ac", "f09f9880", "f48fbfbf", "efbfbd", "ed9fbf", "ee8080"];
const BAD = [
  "80",
  "bf",
  "c0af",
  "c1bf",
  "c3",
  "c328",
  "e080af",
  "e28228",
  "e282",
  "eda080",
  "edbfbf",
  "f08080af",
  "f0288cbc",
  "f09f98",
  "f4908080",
  "f5808080",
  "f8888080",
  "fe",
  "ff",
];

Deno.test("UTF-8 is judged as RFC 3629 says", () => {
  for (const text of GOOD) assertEquals(isUtf8(hex(text), 0, text.length / 2), true, text);
  for (const text of BAD) assertEquals(isUtf8(hex(text), 0, text.length / 2), false, text);
});

Deno.test("UTF-8 is judged as the platform does, on any pair and triple of lead bytes", () => {
  const fatal = new TextDecoder("utf-8", { fatal: true });
  for (let first = 0xc0; first < 0x100; first++) {
    for (let second = 0x70; second < 0x100; second++) {
      for (const tail of [[], [0x80], [0x80, 0x80]]) {
        const bytes = Uint8Array.of(first, second, ...tail);
        let good = true;
        try {
          fatal.decode(bytes);
        } catch {
          good = false;
        }
        assertEquals(isUtf8(bytes, 0, bytes.length), good, String(bytes));
      }
    }
  }
});

Deno.test("the validator says so at the first byte that is wrong", () => {
  const validator = new Utf8Validator();
  assertEquals(validator.push(hex("cebaed"), 0, 3), true);
  assertEquals(validator.complete, false);
  assertEquals(validator.push(hex("a0"), 0, 1), false);
  validator.reset();
  assertEquals([validator.complete, validator.push(hex("61"), 0, 1)], [true, true]);
});

Deno.test("text keeps its byte order mark and a U+FFFD that was sent", () => {
  assertEquals(textOf(hex("efbbbf61"), 0, 4, false), "\ufeffa");
  assertEquals(textOf(hex("efbfbd61"), 0, 4, false), "\ufffda");
  assertEquals(textOf(hex("61ff"), 0, 2, false), undefined);
  assertEquals(textOf(hex("616263"), 1, 3, true), "bc");
});

Deno.test("ASCII is told only where that is quick", () => {
  assertEquals(isShortAscii(hex("617f"), 0, 2), true);
  assertEquals(isShortAscii(hex("6180"), 0, 2), false);
  assertEquals(isShortAscii(new Uint8Array(257), 0, 257), false);
});
