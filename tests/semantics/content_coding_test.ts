import { contentCodings, isZlibHeader } from "@avx/semantics/content-coding";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("content codings are listed in the order they were applied", () => {
  const cases: [string | undefined, string[]][] = [
    [undefined, []],
    ["", []],
    ["gzip", ["gzip"]],
    ["GZip ,\tbr", ["gzip", "br"]],
    ["x-gzip, x-compress, unknown", ["gzip", "compress", "unknown"]],
    ["identity, , gzip, Identity", ["gzip"]],
  ];
  for (const [value, expected] of cases) assertEquals(contentCodings(value), expected);
});

Deno.test("zlib's header is known in all that encoders write, and raw streams are not taken for it", () => {
  for (const second of [0x01, 0x5e, 0x9c, 0xda]) assert(isZlibHeader(0x78, second));
  assert(isZlibHeader(0x08, 0x1d));
  for (const [first, second] of [[0x78, 0x9d], [0x88, 0x1c], [0x79, 0x00], [0x4b, 0x4c], [3, 0]]) {
    assertEquals(isZlibHeader(first, second), false);
  }
});
