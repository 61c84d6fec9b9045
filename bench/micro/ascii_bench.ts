/**
 * Text and numbers in byte arrays: the helpers of `ascii.ts` against what the platform offers.
 *
 * @module
 */

import {
  encodeUtf8,
  equalsIgnoreCase,
  isToken,
  latin1,
  parseDecimal,
  parseHex,
  writeAscii,
  writeDecimal,
} from "@avx/runtime/ascii";
import { writeUtf8 } from "@avx/runtime/utf8";

const TIMES = 1_000; // per iteration, so that the clock of the benchmark does not count
const decoder = new TextDecoder();
const encoder = new TextEncoder();
const into = new Uint8Array(1_024);
const name = encodeUtf8("Content-Length");
const number = encodeUtf8("1048576");
const target = encodeUtf8("/products/list?page=2&sort=price&currency=BRL&region=sao-paulo");
let sink = 0;

/** Measures `ours` against `theirs`, called as often. */
function compare(what: string, ours: () => number, theirs: () => number): void {
  const repeat = (action: () => number) => () => {
    for (let index = 0; index < TIMES; index++) sink += action();
  };
  Deno.bench(`${what}: platform × ${TIMES}`, { group: what, baseline: true }, repeat(theirs));
  Deno.bench(`${what}: ascii × ${TIMES}`, { group: what }, repeat(ours));
}

compare(
  "62 bytes to text",
  () => latin1(target, 0, target.length).length,
  () => decoder.decode(target).length,
);
compare(
  "4 bytes to text",
  () => latin1(target, 1, 5).length,
  () => decoder.decode(target.subarray(1, 5)).length,
);
compare(
  "field name in any case",
  () => equalsIgnoreCase(name, 0, name.length, "content-length") ? 1 : 0,
  () => decoder.decode(name).toLowerCase() === "content-length" ? 1 : 0,
);
compare(
  "decimal to number",
  () => parseDecimal(number, 0, number.length),
  () => parseInt(decoder.decode(number), 10),
);
compare(
  "hexadecimal to number",
  () => parseHex(number, 0, 4),
  () => parseInt(decoder.decode(number.subarray(0, 4)), 16),
);
compare(
  "number to decimal",
  () => writeDecimal(into, 0, 1_048_576),
  () => encoder.encodeInto(String(1_048_576), into).written,
);
compare(
  "24 characters to bytes",
  () => writeAscii(into, 0, "content-type: text/plain"),
  () => encoder.encodeInto("content-type: text/plain", into).written,
);
compare(
  "13 characters to UTF-8",
  () => writeUtf8(into, 0, "Hello, World!"),
  () => encoder.encodeInto("Hello, World!", into).written,
);
compare(
  "token",
  () => isToken("x-request-id") ? 1 : 0,
  () => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test("x-request-id") ? 1 : 0,
);

addEventListener("unload", () => {
  if (sink === 0) throw new Error("Nothing was measured");
});
