import * as zlib from "node:zlib";
import { NodeCodec, type ZlibStream } from "../../runtime/platform/node_codec.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

Deno.test("a codec gives whole what came out in parts", async () => {
  const codec = new NodeCodec(zlib.createGunzip({ chunkSize: 64 }) as ZlibStream, {
    flush: undefined,
    maxOutputBytes: 10_000,
  });
  const bytes = new Uint8Array(5_000).fill(7);
  const out = await codec.write(zlib.gzipSync(bytes));
  assertEquals(out.length + (await codec.finish()).length, 5_000);
});

Deno.test("a codec gives nothing where nothing came out", async () => {
  const options = { flush: zlib.constants.Z_SYNC_FLUSH, maxOutputBytes: Infinity };
  const codec = new NodeCodec(zlib.createDeflateRaw() as ZlibStream, options);
  assertEquals(await codec.write(new Uint8Array(10)), new Uint8Array(0));
  assertEquals((await codec.flush()).length > 0, true);
  codec.close();
});

Deno.test("a codec that is closed under a call rejects it", async () => {
  const options = { flush: undefined, maxOutputBytes: Infinity };
  const codec = new NodeCodec(zlib.createGzip() as ZlibStream, options);
  const writing = codec.write(new Uint8Array(10));
  codec.close();
  await assertRejects(() => writing, TypeError, "closed");
});

Deno.test("a codec gives plain arrays, whose slices are copies", async () => {
  const stream = zlib.createGunzip() as ZlibStream;
  const codec = new NodeCodec(stream, { flush: undefined, maxOutputBytes: 10 });
  const out = await codec.write(zlib.gzipSync(new Uint8Array([1, 2, 3])));
  const copy = out.slice();
  assertEquals(copy.buffer.byteLength, 3);
  assertEquals(structuredClone(copy.buffer, { transfer: [copy.buffer] }).byteLength, 3);
  assertEquals(await codec.finish(), new Uint8Array(0));
  assertEquals(out, new Uint8Array([1, 2, 3]));
});
