import { compression } from "@avx/runtime/platform";
import { SniffedDeflate } from "../../client/sniffed_deflate.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { coded, joined } from "./coded.ts";

const TEXT = "both kinds of deflate, ".repeat(20);

function sniffed(): SniffedDeflate {
  return new SniffedDeflate(compression, { maxOutputBytes: 1_000 });
}

for (const coding of ["deflate", "deflate-raw"] as const) {
  Deno.test(`${coding} is told by its first two bytes, in any pieces`, async () => {
    const bytes = await coded(TEXT, coding);
    for (const step of [1, 2, 3, bytes.length]) {
      const codec = sniffed();
      const parts: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        parts.push(await codec.write(bytes.subarray(at, at + step)));
      }
      parts.push(await codec.finish());
      assertEquals(new TextDecoder().decode(joined(parts)), TEXT);
    }
  });
}

Deno.test("a single byte is no deflate of any kind", async () => {
  const codec = sniffed();
  assertEquals(await codec.write(new Uint8Array([0x78])), new Uint8Array(0));
  await assertRejects(() => codec.finish(), TypeError, "malformed");
  codec.close();
});

Deno.test("a decoder of both kinds never flushes, and closes before it knows which", async () => {
  const codec = sniffed();
  codec.close();
  await assertRejects(() => codec.flush(), TypeError, "Cannot flush");
  codec.close();
});
