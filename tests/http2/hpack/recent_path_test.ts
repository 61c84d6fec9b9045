import { RecentPath } from "../../../http2/hpack/recent_path.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("recent path: it is found again byte for byte, wherever it stands", () => {
  const recent = new RecentPath();
  const bytes = new Uint8Array([9, 4, 2, 47, 97, 9]);
  assertEquals(recent.isAt(bytes, 1, 6), false);
  recent.keep(bytes, 1, 5, "/a");
  assertEquals([recent.value, recent.length], ["/a", 4]);
  assertEquals(recent.isAt(bytes, 1, 6), true);
  assertEquals(recent.isAt(bytes, 1, 5), true);
  assertEquals(recent.isAt(bytes, 1, 4), false, "cut");
  assertEquals(recent.isAt(bytes, 2, 6), false);
  assertEquals(recent.isAt(new Uint8Array([4, 2, 47, 98]), 0, 4), false);
});

Deno.test("recent path: a long one is not kept, and the one before is gone", () => {
  const recent = new RecentPath();
  const bytes = new Uint8Array(200);
  recent.keep(bytes, 0, 128, "a");
  assertEquals(recent.isAt(bytes, 0, 200), true);
  recent.keep(bytes, 0, 129, "b");
  assertEquals(recent.isAt(bytes, 0, 200), false);
});
