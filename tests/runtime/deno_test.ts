import * as platform from "@avx/runtime/platform";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("the platform of Deno has everything that the ports ask for", () => {
  assertEquals(Object.keys(platform).sort(), [
    "clock",
    "compression",
    "environment",
    "files",
    "hashing",
    "network",
    "random",
    "rawDeflate",
  ]);
  assertEquals(platform.compression.codings, ["gzip", "deflate", "deflate-raw", "br", "zstd"]);
  assert(platform.clock.now() > 0);
});
