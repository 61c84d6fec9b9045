import { mask, MaskKeys, rotateKey } from "../../ws/proto/mask.ts";
import { assertEquals, assertNotEquals } from "../support/assert.ts";
import { countingRandom } from "./cores.ts";

const KEY = 0xf3_a2_71_04 | 0;
const KEY_BYTES = [0x04, 0x71, 0xa2, 0xf3];

Deno.test("masking gives the same as byte by byte, at every offset and length", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 7, 8, 9, 63, 191, 192, 193, 200, 1000]) {
    for (let offset = 0; offset < 9; offset++) {
      const whole = new Uint8Array(length + 20).map((_, index) => index * 31);
      const bytes = whole.subarray(1);
      const expected = bytes.slice();
      for (let index = 0; index < length; index++) {
        expected[offset + index] ^= KEY_BYTES[index & 3];
      }
      mask(bytes, offset, offset + length, KEY);
      assertEquals(bytes, expected);
    }
  }
});

Deno.test("masking in two parts with a rotated key is masking at once", () => {
  for (let cut = 0; cut < 12; cut++) {
    const bytes = new Uint8Array(500).map((_, index) => index);
    const whole = bytes.slice();
    mask(whole, 0, whole.length, KEY);
    mask(bytes, 0, cut, KEY);
    mask(bytes, cut, bytes.length, rotateKey(KEY, cut));
    assertEquals(bytes, whole);
  }
});

Deno.test("masking tells short ASCII from other bytes", () => {
  const masked = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    mask(bytes, 0, bytes.length, KEY);
    return mask(bytes, 0, bytes.length, KEY) < 0x80;
  };
  assertEquals([masked("hello"), masked("héllo"), masked(""), masked("abcdefé")], [
    true,
    false,
    true,
    false,
  ]);
});

Deno.test("mask keys come from the source and are never handed out twice", () => {
  let calls = 0;
  const source = countingRandom();
  const keys = new MaskKeys({ fill: (bytes) => (calls++, source.fill(bytes)) });
  assertEquals(keys.next(), 0x0403_0201);
  assertEquals(keys.next(), 0x0807_0605);
  for (let index = 2; index < 256; index++) keys.next();
  assertEquals(calls, 1);
  assertNotEquals(keys.next(), undefined);
  assertEquals(calls, 2);
});
