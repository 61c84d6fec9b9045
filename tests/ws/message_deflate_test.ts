import { rawDeflate } from "@avx/runtime/platform";
import { SharedCodecs } from "../../ws/proto/message_deflate.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { bytesOf, deflateOf } from "./cores.ts";

const MESSAGE = bytesOf("to be or not to be, that is the question ".repeat(4));

Deno.test("messages come back, with windows that last and without", () => {
  for (const none of [false, true]) {
    const agreement = { serverNoContextTakeover: none, clientNoContextTakeover: none };
    const client = deflateOf("client", agreement);
    const server = deflateOf("server", agreement);
    const sizes = [1, 2, 3].map(() => {
      const packed = client.deflate(MESSAGE).slice();
      assertEquals(server.inflate(packed, 1000), MESSAGE);
      assertEquals(client.inflate(server.deflate(MESSAGE).slice(), 1000), MESSAGE);
      return packed.length;
    });
    assertEquals(sizes[1] < sizes[0], !none);
    client.close();
    server.close();
    server.close();
  }
});

Deno.test("what is inflated stays under the limit, and what is malformed is told", () => {
  for (const none of [false, true]) {
    const server = deflateOf("server", { clientNoContextTakeover: none });
    const client = deflateOf("client", { clientNoContextTakeover: none });
    const bomb = client.deflate(new Uint8Array(100_000)).slice();
    assertEquals(server.inflate(bomb, 99_999), "too large");
    server.close();
    const other = deflateOf("server", { clientNoContextTakeover: none });
    assertEquals(other.inflate(Uint8Array.of(0xff, 0xff), 100), "malformed");
    other.close();
    client.close();
  }
});

Deno.test("a small message is not worth it, and nothing is with a window of 256 bytes", () => {
  const some = deflateOf("server", {}, { thresholdBytes: 100 });
  assertEquals([some.worth(99), some.worth(100)], [false, true]);
  const all = deflateOf("server", {}, { thresholdBytes: 0 });
  assertEquals([all.worth(0), all.worth(1)], [false, true]);
  const none = deflateOf("server", { serverWindowBits: 8 });
  assertEquals(none.worth(1e9), false);
});

Deno.test("a message that was compressed alone does not confuse the window", () => {
  const server = deflateOf("server");
  const client = deflateOf("client");
  const read = (packed: Uint8Array) => assertEquals(client.inflate(packed, 1000), MESSAGE);
  read(server.deflate(MESSAGE).slice());
  read(server.deflateAlone(MESSAGE).slice());
  server.skip();
  read(server.deflate(MESSAGE).slice());
  read(server.deflate(MESSAGE).slice());
  server.close();
  client.close();
});

Deno.test("shared codecs are made once and start over each time", () => {
  const codecs = new SharedCodecs(rawDeflate);
  const options = { level: 1, windowBits: 15, memoryLevel: 8 };
  const first = codecs.deflater(options);
  const size = first.deflate(MESSAGE).length;
  assert(codecs.deflater(options) === first);
  assertEquals(codecs.deflater(options).deflate(MESSAGE).length, size);
  assert(codecs.deflater({ ...options, windowBits: 9 }) !== first);
  assert(codecs.inflater() === codecs.inflater());
  assert(codecs.raw === rawDeflate);
  codecs.close();
});
