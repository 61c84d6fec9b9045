import {
  STATIC_COUNT,
  STATIC_INDEX,
  STATIC_NAMES,
  STATIC_VALUES,
} from "../../../http2/hpack/static_table.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("static table: it has the 61 fields of RFC 7541 appendix A", () => {
  assertEquals([STATIC_NAMES.length, STATIC_VALUES.length], [STATIC_COUNT + 1, STATIC_COUNT + 1]);
  const samples: [index: number, name: string, value: string][] = [
    [1, ":authority", ""],
    [2, ":method", "GET"],
    [7, ":scheme", "https"],
    [8, ":status", "200"],
    [14, ":status", "500"],
    [16, "accept-encoding", "gzip, deflate"],
    [31, "content-type", ""],
    [46, "location", ""],
    [58, "user-agent", ""],
    [61, "www-authenticate", ""],
  ];
  for (const [index, name, value] of samples) {
    assertEquals([index, STATIC_NAMES[index], STATIC_VALUES[index]], [index, name, value]);
  }
});

Deno.test("static table: a name is found at its first index", () => {
  assertEquals(STATIC_INDEX.size, 52);
  for (const [name, index] of STATIC_INDEX) assertEquals(STATIC_NAMES.indexOf(name), index);
});
