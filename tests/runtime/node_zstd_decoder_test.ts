import * as zlib from "node:zlib";
import { NodeCodec, type ZlibStream } from "../../runtime/platform/node_codec.ts";
import { type CodecUse, NodeZstdDecoder } from "../../runtime/platform/node_zstd_decoder.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

const EMPTY = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00];
const AAA = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x03, 0x19, 0x00, 0x00, 65, 65, 65];
const SKIPPED = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2];

function decoder(uses: CodecUse[] = []): NodeZstdDecoder {
  return new NodeZstdDecoder((used) => {
    uses.push(used);
    const stream = zlib.createZstdDecompress() as ZlibStream;
    return new NodeCodec(stream, { flush: undefined, maxOutputBytes: 6, used });
  });
}

Deno.test("frames are decoded one after the other, within the same bounds", async () => {
  const uses: CodecUse[] = [];
  const codec = decoder(uses);
  const out = await codec.write(new Uint8Array([...EMPTY, ...AAA, ...SKIPPED, ...AAA]));
  assertEquals(new TextDecoder().decode(out), "AAAAAA");
  assertEquals(uses.at(-1), { inputBytes: 31, outputBytes: 3 });
  await assertRejects(() => codec.write(new Uint8Array(AAA)), RangeError, "more than 6 bytes");
  await assertRejects(() => codec.finish(), RangeError);
});

Deno.test("frames end between two of them and nowhere else", async () => {
  const codec = decoder();
  await codec.write(new Uint8Array(AAA));
  assertEquals(await codec.finish(), new Uint8Array(0));
  codec.close();
  const cut = decoder();
  await cut.write(new Uint8Array([...AAA, 0x28]));
  await assertRejects(() => cut.finish(), TypeError, "end of file");
  await assertRejects(() => decoder().finish(), TypeError, "end of file");
});

Deno.test("what is no frame is malformed, behind a frame as well", async () => {
  const codec = decoder();
  const garbage = new Uint8Array([...AAA, 1, 2, 3, 4]);
  await assertRejects(() => codec.write(garbage), TypeError, "no Zstandard frame");
  await assertRejects(() => codec.write(new Uint8Array(AAA)), TypeError, "no Zstandard frame");
});

Deno.test("a closed decoder of frames is of no use, and never flushes", async () => {
  const codec = decoder();
  await assertRejects(() => codec.flush(), TypeError, "Cannot flush");
  await codec.write(new Uint8Array(AAA.slice(0, 5)));
  codec.close();
  codec.close();
  await assertRejects(() => codec.write(new Uint8Array(1)), TypeError, "closed");
});
