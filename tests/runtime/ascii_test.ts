import fc from "fast-check";
import {
  decodeUtf8,
  encodeUtf8,
  equalsIgnoreCase,
  FIELD_VALUE,
  isFieldValue,
  isToken,
  latin1,
  LOWER,
  parseDecimal,
  parseHex,
  TARGET_CHAR,
  TOKEN,
  writeAscii,
  writeDecimal,
} from "@avx/runtime/ascii";
import { assertEquals } from "../support/assert.ts";

const all = Uint8Array.from({ length: 256 }, (_, code) => code);

function members(table: Uint8Array): string {
  return latin1(
    all.filter((code) => table[code] === 1),
    0,
    all.filter((c) => table[c] === 1).length,
  );
}

function decimal(text: string): number {
  const bytes = encodeUtf8(`<${text}>`);
  return parseDecimal(bytes, 1, bytes.length - 1);
}

function hex(text: string): number {
  const bytes = encodeUtf8(`<${text}>`);
  return parseHex(bytes, 1, bytes.length - 1);
}

function written(write: (into: Uint8Array, at: number) => number): string {
  const into = new Uint8Array(1024);
  const end = write(into, 3);
  assertEquals(into.subarray(0, 3), new Uint8Array(3), "nothing before the offset is touched");
  assertEquals(into.subarray(end).every((byte) => byte === 0), true, "nor behind the end");
  return decodeUtf8(into.subarray(3, end));
}

Deno.test("TOKEN has the characters of RFC 9110 section 5.6.2", () => {
  assertEquals(
    members(TOKEN),
    "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~",
  );
});

Deno.test("FIELD_VALUE has HTAB, SP, VCHAR and obs-text", () => {
  for (const code of all) {
    const allowed = code === 9 || (code >= 32 && code <= 126) || code >= 128;
    assertEquals(FIELD_VALUE[code], allowed ? 1 : 0, `byte ${code}`);
  }
});

Deno.test("TARGET_CHAR has the visible characters without the number sign", () => {
  for (const code of all) {
    const allowed = code >= 33 && code <= 126 && code !== 35;
    assertEquals(TARGET_CHAR[code], allowed ? 1 : 0, `byte ${code}`);
  }
});

Deno.test("LOWER changes the upper-case letters of ASCII only", () => {
  for (const code of all) {
    const upper = code >= 65 && code <= 90;
    assertEquals(LOWER[code], upper ? code + 32 : code);
  }
});

Deno.test("latin1 keeps every byte, in short and in long text", () => {
  const text = String.fromCharCode(...all);
  assertEquals(latin1(all, 0, 256), text);
  assertEquals(latin1(all, 128, 136), text.slice(128, 136));
  assertEquals(latin1(all, 128, 137), text.slice(128, 137));
  assertEquals(latin1(all, 7, 7), "");
  const long = new Uint8Array(10_000).fill(0xe9);
  assertEquals(latin1(long, 1, 9_999), "é".repeat(9_998));
});

Deno.test("latin1 reads a view at its own offset", () => {
  assertEquals(latin1(all.subarray(65, 91), 0, 26), "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
});

Deno.test("equalsIgnoreCase compares letters in any case and the others exactly", () => {
  const bytes = encodeUtf8("xConTent-Lengthx");
  assertEquals(equalsIgnoreCase(bytes, 1, 15, "content-length"), true);
  assertEquals(equalsIgnoreCase(bytes, 1, 14, "content-length"), false);
  assertEquals(equalsIgnoreCase(bytes, 1, 15, "content_length"), false);
  assertEquals(equalsIgnoreCase(encodeUtf8("@"), 0, 1, "`"), false);
});

Deno.test("parseDecimal reads digits up to 2^53 - 1", () => {
  assertEquals(decimal("0"), 0);
  assertEquals(decimal("007"), 7);
  assertEquals(decimal("9007199254740991"), Number.MAX_SAFE_INTEGER);
});

Deno.test("parseDecimal refuses what is empty, not digits, or above 2^53 - 1", () => {
  for (const text of ["", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "1:", "1/", "٣"]) {
    assertEquals(decimal(text), -1, text);
  }
  assertEquals(decimal("9007199254740992"), -1);
  assertEquals(decimal("18446744073709551617"), -1);
  assertEquals(decimal("9".repeat(400)), -1);
});

Deno.test("parseHex reads both cases up to 2^53 - 1", () => {
  assertEquals(hex("0"), 0);
  assertEquals(hex("00fF"), 255);
  assertEquals(hex("1FFFFFFFFFFFFF"), Number.MAX_SAFE_INTEGER);
});

Deno.test("parseHex refuses what is empty, not digits, or above 2^53 - 1", () => {
  for (const text of ["", "-1", "g", "0x1", "1 ", "20000000000000", "f".repeat(300)]) {
    assertEquals(hex(text), -1, text);
  }
});

Deno.test("writeDecimal writes every length of number", () => {
  for (let digits = 1; digits <= 15; digits++) {
    const low = 10 ** (digits - 1);
    for (const value of [low - 1, low, low * 9 + 7]) {
      assertEquals(written((into, at) => writeDecimal(into, at, value)), String(value));
    }
  }
  const most = Number.MAX_SAFE_INTEGER;
  assertEquals(written((into, at) => writeDecimal(into, at, most)), "9007199254740991");
});

Deno.test("writeDecimal is what parseDecimal reads", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const into = new Uint8Array(16);
      assertEquals(parseDecimal(into, 0, writeDecimal(into, 0, value)), value);
    }),
    { seed: 1 },
  );
});

Deno.test("writeAscii writes a byte per character", () => {
  assertEquals(written((into, at) => writeAscii(into, at, "GET /")), "GET /");
  const into = new Uint8Array(1);
  assertEquals(writeAscii(into, 0, "é"), 1);
  assertEquals(into[0], 0xe9);
});

Deno.test("isToken wants at least one character and only those of a token", () => {
  assertEquals(isToken("GET"), true);
  for (const text of ["", "a b", "a:", "é", "ł", "a\r\n"]) assertEquals(isToken(text), false, text);
});

Deno.test("isFieldValue refuses controls, white space around, and what is no byte", () => {
  for (const text of ["", "a", "a b\tc", "é", '"quoted"']) {
    assertEquals(isFieldValue(text), true, text);
  }
  for (const text of [" a", "a ", "\ta", "a\t", " ", "a\rb", "a\nb", "a\0b", "\x7f", "ł"]) {
    assertEquals(isFieldValue(text), false, text);
  }
});

Deno.test("latin1 needs no Buffer", async () => {
  const holder = globalThis as { Buffer?: unknown };
  const { Buffer } = holder;
  const again = "../../runtime/ascii.ts?without=buffer"; // the module anew
  try {
    delete holder.Buffer;
    const { latin1 } = await import(again);
    assertEquals(latin1(all, 0, 256), String.fromCharCode(...all));
    assertEquals(latin1(new Uint8Array(10_000).fill(0xe9), 1, 9_999), "é".repeat(9_998));
  } finally {
    holder.Buffer = Buffer;
  }
});
