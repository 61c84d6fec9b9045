import { compression } from "@avx/runtime/platform";
import type { Codec, CompressionCoding } from "@avx/runtime/ports/compression";
import { ZstdFrames } from "@avx/runtime/zstd-frames";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

const TEXT = "the quick brown fox jumps over the lazy dog. ".repeat(400);
const BYTES = new TextEncoder().encode(TEXT);

for (const coding of compression.codings) {
  Deno.test(`${coding} gives back what went in, in pieces of any size`, async () => {
    for (const step of [1_000, BYTES.length]) {
      const packed = await through(compression.encoder(coding, { level: 3 }), BYTES, step);
      assert(packed.length < BYTES.length / 5);
      const decoder = compression.decoder(coding, { maxOutputBytes: BYTES.length });
      assertEquals(await through(decoder, packed, 7), BYTES);
    }
  });

  Deno.test(`${coding} flush brings out all that went in`, async () => {
    const encoder = compression.encoder(coding, { level: 3 });
    const decoder = compression.decoder(coding, { maxOutputBytes: 100 });
    for (const event of ["data: 1\n\n", "data: 2\n\n"]) {
      const head = await encoder.write(new TextEncoder().encode(event));
      const tail = await encoder.flush();
      const text = [await decoder.write(head), await decoder.write(tail)]
        .map((bytes) => new TextDecoder().decode(bytes)).join("");
      assertEquals(text, event);
    }
    encoder.close();
    decoder.close();
  });

  Deno.test(`${coding} decoder stops a bomb at the bound`, async () => {
    const zeros = new Uint8Array(8 * 1024 * 1024);
    const bomb = await through(compression.encoder(coding, { level: 3 }), zeros, zeros.length);
    const decoder = compression.decoder(coding, { maxOutputBytes: 100_000 });
    await assertRejects(() => decoder.write(bomb), RangeError, "more than 100000 bytes");
    await assertRejects(() => decoder.finish(), RangeError);
  });

  Deno.test(`${coding} decoder refuses an input that ends early, wherever it does`, async () => {
    const short = BYTES.subarray(0, 300);
    const packed = await through(compression.encoder(coding, { level: 3 }), short, 300);
    // Deno's zstd encoder may add an empty frame, before which all has been said.
    const frames = new ZstdFrames();
    const end = coding === "zstd" ? frames.take(packed, 0) : packed.length;
    const whole = [end, packed.length];
    for (let length = 0; length <= packed.length; length++) {
      const decoder = compression.decoder(coding, { maxOutputBytes: BYTES.length });
      const decoded = through(decoder, packed.subarray(0, length), 50);
      if (whole.includes(length)) assertEquals(await decoded, short);
      else await assertRejects(() => decoded, TypeError, "malformed", `${length}`);
      decoder.close();
    }
  });

  Deno.test(`${coding} decoder stops at the ratio, beyond its floor`, async () => {
    const zeros = new Uint8Array(300_000);
    const packed = await through(compression.encoder(coding, { level: 3 }), zeros, zeros.length);
    const bounds = { maxOutputBytes: 1_000_000, maxRatio: 10, ratioFromBytes: 200_000 };
    const decoder = compression.decoder(coding, bounds);
    await assertRejects(() => through(decoder, packed, 64), RangeError, "more than 10 times");
    decoder.close();
    for (const looser of [{ ratioFromBytes: 300_000 }, { maxRatio: 100_000 }]) {
      const enough = compression.decoder(coding, { ...bounds, ...looser });
      assertEquals((await through(enough, packed, 64)).length, 300_000);
    }
  });

  Deno.test(`${coding} decoder refuses garbage`, async () => {
    const decoder = compression.decoder(coding, { maxOutputBytes: 1_000 });
    const garbage = new Uint8Array(64).fill(0xfe);
    await assertRejects(() => through(decoder, garbage, 64), TypeError, "malformed");
  });

  Deno.test(`${coding} codec closes twice and is useless then`, async () => {
    const encoder = compression.encoder(coding, { level: 1 });
    encoder.close();
    encoder.close();
    await assertRejects(() => encoder.write(BYTES), TypeError, "closed");
  });
}

Deno.test("an encoder takes the window it is given", async () => {
  const random = crypto.getRandomValues(new Uint8Array(2_000));
  const twice = new Uint8Array([...random, ...random]);
  for (const [coding, small] of [["deflate-raw", 9], ["br", 10], ["zstd", 10]] as const) {
    const packed = (windowBits?: number) =>
      through(compression.encoder(coding, { level: 5, windowBits }), twice, twice.length);
    // The repetition is out of the small window's reach.
    assert((await packed(small)).length > (await packed()).length + 1_000, coding);
  }
});

Deno.test("decoders take several members or frames for one body", async () => {
  for (const coding of ["gzip", "zstd"] as const) {
    const packed = await through(compression.encoder(coding, { level: 3 }), BYTES, 5_000);
    const twice = new Uint8Array([...packed, ...packed]);
    for (const step of [1, 64, twice.length]) {
      const decoder = compression.decoder(coding, { maxOutputBytes: 2 * BYTES.length });
      assertEquals((await through(decoder, twice, step)).length, 2 * BYTES.length);
    }
    const decoder = compression.decoder(coding, { maxOutputBytes: 2 * BYTES.length - 1 });
    await assertRejects(() => through(decoder, twice, twice.length), RangeError);
    decoder.close();
  }
});

Deno.test("what follows the end of br and deflate is ignored, and zeros after gzip", async () => {
  for (const coding of ["br", "deflate", "deflate-raw", "gzip"] as const) {
    const packed = await through(compression.encoder(coding, { level: 3 }), BYTES, 5_000);
    const more = new Uint8Array([...packed, ...new Uint8Array(100)]);
    for (const step of [1, 64, more.length]) {
      const decoder = compression.decoder(coding, { maxOutputBytes: BYTES.length });
      assertEquals(await through(decoder, more, step), BYTES, `${coding} by ${step}`);
    }
  }
});

Deno.test("a zstd stream is made of no more frames than there may be", async () => {
  const empty = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00];
  const frames = (count: number) => new Uint8Array(Array(count).fill(empty).flat());
  const decoder = compression.decoder("zstd", { maxOutputBytes: 1 });
  assertEquals((await through(decoder, frames(100), 1_000)).length, 0);
  const other = compression.decoder("zstd", { maxOutputBytes: 1 });
  await assertRejects(() => through(other, frames(4_097), 50_000), TypeError, "4096 frames");
  other.close();
});

Deno.test("a decoder holds nothing back, so there is nothing to flush", async () => {
  const decoder = compression.decoder("gzip", { maxOutputBytes: 1 });
  await assertRejects(() => decoder.flush(), TypeError, "Cannot flush");
  decoder.close();
});

Deno.test("an unknown coding is refused by name", () => {
  const unknown = "compress" as CompressionCoding;
  assertThrows(() => compression.encoder(unknown, { level: 1 }), TypeError, '"compress"');
  assertThrows(() => compression.decoder(unknown, { maxOutputBytes: 1 }), TypeError, '"compress"');
});

async function through(codec: Codec, bytes: Uint8Array, step: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += step) {
    parts.push(await codec.write(bytes.subarray(at, at + step)));
  }
  parts.push(await codec.finish());
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  codec.close();
  return whole;
}

// What gzip 1.12, Node 20's zlib and brotli, and zstd 1.5 made of the same text.
const WRITTEN_BY_OTHERS: readonly (readonly [string, CompressionCoding, string])[] = [
  [
    "gzip, with the name of a file",
    "gzip",
    "1f8b08081ccc076b0203742e747874002bc94855282ccd4cce56482aca2fcf5348cbaf50c82acd2d2856c82f4b2d52" +
    "28014ae72456552aa4e4a7eb2824a62766e62924e6a5a0b3007fd8e1b046000000",
  ],
  [
    "zlib",
    "deflate",
    "789c5dc6c90180200c00c156b6009b8a12018f4411bcaaf7efbca626656f7998e98b5fc6e837535bb7033fb55093b2" +
    "c8fb103c7648946c8885ff3e8bf0192c",
  ],
  [
    "zlib without its frame",
    "deflate-raw",
    "5dc6c90180200c00c156b6009b8a12018f4411bcaaf7efbca626656f7998e98b5fc6e837535bb7033fb55093b2c8fb" +
    "103c7648946c8885ff3e",
  ],
  [
    "brotli",
    "br",
    "1b4500509d0976ac0beb58cec39acc8c8d4e83b0cce5cd333cbd7c430b830d38700830d8279c75d880f3d8e2051759" +
    "f75f21eaab12cda8531f64132e00",
  ],
  [
    "zstd, with its size and a checksum",
    "zstd",
    "28b52ffd2446e50100240374686520717569636b2062726f776e20666f78206a756d7073206f766572206c617a7920" +
    "646f672c20616761696e20616e6402005b302c029507337ba8a8",
  ],
  [
    "zstd, from a pipe",
    "zstd",
    "28b52ffd0458f50100640374686520717569636b2062726f776e20666f78206a756d7073206f76657220746865206c" +
    "617a7920646f672c20616761696e20616e64010056a44001337ba8a8",
  ],
];

for (const [name, coding, hex] of WRITTEN_BY_OTHERS) {
  const ignore = !compression.codings.includes(coding);
  Deno.test(`a decoder reads what was written by ${name}`, { ignore }, async () => {
    const packed = Uint8Array.from(hex.match(/../g)!, (byte) => Number.parseInt(byte, 16));
    for (const step of [1, 7, packed.length]) {
      const decoder = compression.decoder(coding, { maxOutputBytes: 100 });
      const text = new TextDecoder().decode(await through(decoder, packed, step));
      assertEquals(text, "the quick brown fox jumps over the lazy dog, again and again and again");
    }
    for (const missing of [1, 2, 4, 5]) {
      const decoder = compression.decoder(coding, { maxOutputBytes: 100 });
      const cut = packed.subarray(0, packed.length - missing);
      await assertRejects(() => through(decoder, cut, 16), TypeError, "malformed");
    }
  });
}
