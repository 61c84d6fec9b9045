import { assertEquals } from "../support/assert.ts";
import {
  type ByteRange,
  formatContentRange,
  MAX_RANGES,
  parseContentRange,
  parseRange,
} from "@avx/semantics/byte-range";

Deno.test("ranges of bytes are cut to what there is (RFC 9110 §14.1.2)", () => {
  const cases: readonly [string, readonly (readonly [number, number])[]][] = [
    ["bytes=0-0", [[0, 0]]],
    ["bytes=0-499", [[0, 499]]],
    ["bytes=9500-", [[9500, 9999]]],
    ["bytes=-500", [[9500, 9999]]],
    ["bytes=-20000", [[0, 9999]]],
    ["bytes=9999-20000", [[9999, 9999]]],
    ["Bytes=0-0,-1", [[0, 0], [9999, 9999]]],
    ["bytes= 500-600 ,, 601-999", [[500, 600], [601, 999]]],
    ["bytes=10000-", []],
    ["bytes=-0", []],
    ["bytes=10000-, 1-2", [[1, 2]]],
  ];
  for (const [value, expected] of cases) {
    const ranges: ByteRange[] = expected.map(([first, last]) => ({ first, last }));
    assertEquals(parseRange(value, 10_000), ranges, value);
  }
  assertEquals(parseRange("bytes=0-", 0), []);
  assertEquals(parseRange("bytes=-5", 0), []);
});

Deno.test("a Range field that is malformed or of another unit is ignored", () => {
  for (
    const value of [
      ...["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2-3", "bytes=,"],
      ...["items=0-1", "bytes 0-1", "bytes=0-1, x", "bytes=0 - 1"],
    ]
  ) assertEquals(parseRange(value, 10), undefined, value);
});

Deno.test("so many ranges are looked at and no more", () => {
  const ranges = (count: number) => `bytes=${"0-0,".repeat(count)}`;
  assertEquals(parseRange(ranges(MAX_RANGES), 10)?.length, MAX_RANGES);
  assertEquals(parseRange(ranges(MAX_RANGES + 1), 10), undefined);
});

Deno.test("a Content-Range field reads back as it was written", () => {
  for (const value of ["bytes 0-4/10", "bytes 42-1233/*", "bytes */1234"]) {
    assertEquals(formatContentRange(parseContentRange(value)!), value);
  }
  for (
    const value of ["", "bytes 0-4", "bytes 5-4/10", "bytes 0-10/10", "bytes */*", "items 0-1/2"]
  ) assertEquals(parseContentRange(value), undefined, value);
});
