import { compression } from "@avx/runtime/platform";
import type { Codec, CompressionCoding } from "@avx/runtime/ports/compression";
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

  // Deno's br and zstd streams end without a word where their input does.
  const tells = coding !== "br" && coding !== "zstd";
  Deno.test(`${coding} decoder refuses an input that ends early`, { ignore: !tells }, async () => {
    const packed = await through(compression.encoder(coding, { level: 3 }), BYTES, 4_000);
    const decoder = compression.decoder(coding, { maxOutputBytes: BYTES.length });
    await decoder.write(packed.subarray(0, packed.length - 12));
    await assertRejects(() => decoder.finish(), TypeError, "malformed");
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
