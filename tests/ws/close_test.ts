import { checkClose, parseClose } from "../../ws/proto/close.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, hex, join } from "./cores.ts";

const parse = (bytes: Uint8Array) => parseClose(bytes, 0, bytes.length);

Deno.test("a close frame says code and reason, or neither", () => {
  assertEquals(parse(hex("")), { type: "status", code: 1005, reason: "" });
  assertEquals(parse(hex("03e8")), { type: "status", code: 1000, reason: "" });
  const long = join(hex("0bb8"), bytesOf("é".repeat(60)));
  assertEquals(parse(long), { type: "status", code: 3000, reason: "é".repeat(60) });
});

Deno.test("half a code, a code that is not for the wire, and a reason in no UTF-8 are refused", () => {
  const codes = [hex("03"), hex("03ed"), hex("ffff"), hex("03e8ff")].map((bytes) => {
    const status = parse(bytes);
    return status.type === "failed" && status.code;
  });
  assertEquals(codes, ["BAD_CLOSE", "BAD_CLOSE", "BAD_CLOSE", "BAD_UTF8"]);
});

Deno.test("a caller cannot close with what no frame may carry", () => {
  checkClose(undefined, "");
  checkClose(1000, "x".repeat(123));
  assertThrows(() => checkClose(undefined, "why"), TypeError, "no code");
  assertThrows(() => checkClose(1005, ""), TypeError, "1005");
  assertThrows(() => checkClose(3000.5, ""), TypeError, "3000.5");
  assertThrows(() => checkClose(1000, "é".repeat(62)), TypeError, "124");
});
