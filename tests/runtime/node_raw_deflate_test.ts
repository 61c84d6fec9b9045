import { NodeRawDeflate } from "../../runtime/platform/node_raw_deflate.ts";
import { assert, assertEquals } from "../support/assert.ts";

const raw = new NodeRawDeflate();
const OPTIONS = { level: 6, windowBits: 15, memoryLevel: 8 };
const TAIL = new Uint8Array([0x00, 0x00, 0xff, 0xff]);

/** Bytes that do not compress. */
function noise(length: number): Uint8Array {
  let state = 1;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >>> 16;
  });
}

Deno.test("messages of every size come back, over one window", () => {
  const deflater = raw.deflater(OPTIONS);
  const inflater = raw.inflater(15);
  for (const length of [1, 10, 1000, 65_535, 65_536, 65_537, 131_072, 300_000]) {
    for (const message of [noise(length), new Uint8Array(length)]) {
      const packed = deflater.deflate(message);
      assertEquals(packed.slice(-4), TAIL);
      const back = inflater.inflate(packed, length);
      assert(back instanceof Uint8Array);
      assertEquals(back.length, length);
      assert(back.every((byte, at) => byte === message[at]), String(length));
    }
  }
  deflater.close();
  inflater.close();
});

Deno.test("the window lasts, until it is reset", () => {
  const deflater = raw.deflater(OPTIONS);
  const message = noise(200);
  const first = deflater.deflate(message).length;
  const second = deflater.deflate(message).length;
  deflater.reset();
  assert(second < first / 4);
  assertEquals(deflater.deflate(message).length, first);
  deflater.close();
});

Deno.test("more than may come out does not", () => {
  const deflater = raw.deflater(OPTIONS);
  const inflater = raw.inflater(15);
  const bomb = deflater.deflate(new Uint8Array(10_000_000)).slice();
  assertEquals(inflater.inflate(bomb, 9_999_999), "too large");
  inflater.reset();
  const back = inflater.inflate(bomb, 10_000_000);
  assertEquals(back.length, 10_000_000);
  deflater.close();
  inflater.close();
});

Deno.test("malformed input is told, and a reset mends it", () => {
  const deflater = raw.deflater(OPTIONS);
  const inflater = raw.inflater(15);
  assertEquals(inflater.inflate(new Uint8Array([0xff, 0xff, 0xff]), 100), "malformed");
  inflater.reset();
  const packed = deflater.deflate(new Uint8Array([1, 2, 3]));
  assertEquals(inflater.inflate(packed, 100), new Uint8Array([1, 2, 3]));
  deflater.close();
  inflater.close();
  inflater.close();
});

Deno.test("a stream that was ended is followed by another", () => {
  const inflater = raw.inflater(15);
  // RFC 7692 §7.2.3.4: "Hello" in a last block, then an empty one.
  const ended = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00, ...TAIL];
  const back = inflater.inflate(new Uint8Array(ended), 100);
  assertEquals(new TextDecoder().decode(back as Uint8Array), "Hello");
  inflater.close();
});
