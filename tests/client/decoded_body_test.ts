import { ClientBody } from "@avx/client";
import { AbortError, NetworkError } from "@avx/runtime/errors";
import { compression } from "@avx/runtime/platform";
import type { CompressionCoding } from "@avx/runtime/ports/compression";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { DecodedBody } from "../../client/decoded_body.ts";
import fc from "fast-check";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { arriving, coded, type Watched } from "./coded.ts";

const TEXT = Array.from({ length: 3_000 }, (_, line) => `line ${line * 7919 % 1000}`).join("\n");
const bounds = { maxOutputBytes: 1_000_000 };

function decoded(
  source: Watched,
  codings: readonly CompressionCoding[],
  limits = bounds,
): ClientBody {
  return new ClientBody(
    new DecodedBody(source, codings, { compression, bounds: limits }),
    undefined,
  );
}

async function assertFails(code: string, body: ClientBody): Promise<void> {
  const error = await assertRejects(() => body.bytes(), RemoteProtocolError);
  assertEquals(error.code, code);
}

for (
  const codings of [["gzip"], ["br"], ["zstd"], ["deflate"], ["gzip", "br", "deflate"]] as const
) {
  Deno.test(`a body is decoded from ${codings.join(", ")} in any pieces`, async () => {
    const bytes = await coded(TEXT, ...codings);
    for (const step of [100, 20_001, bytes.length]) {
      const source = arriving(bytes, step);
      assertEquals(await decoded(source, codings).text(), TEXT);
      assertEquals(source.released, Math.ceil(bytes.length / step));
      assertEquals(source.cancelled, []);
    }
  });

  Deno.test(`a body that ends before ${codings.join(", ")} does is malformed`, async () => {
    const bytes = await coded(TEXT, ...codings);
    const source = arriving(bytes.subarray(0, bytes.length - 20), 1_000);
    await assertFails("MALFORMED_CONTENT", decoded(source, codings));
    assertEquals(source.cancelled.length, 1);
  });
}

Deno.test("a body of nothing is nothing, whatever it is said to be", async () => {
  assertEquals(await decoded(arriving(new Uint8Array(0), 1), ["gzip"]).text(), "");
});

Deno.test("a body that is no gzip is malformed", async () => {
  const source = arriving(new TextEncoder().encode("plain text"), 100);
  await assertFails("MALFORMED_CONTENT", decoded(source, ["gzip"]));
});

Deno.test("a body runs into its bounds and not past them", async () => {
  const bytes = await coded(new Uint8Array(500_000), "gzip");
  const fits = decoded(arriving(bytes, 100), ["gzip"], { maxOutputBytes: 500_000 });
  assertEquals((await fits.bytes()).length, 500_000);
  const beyond = { maxOutputBytes: 499_999 };
  await assertFails("DECOMPRESSION_LIMIT", decoded(arriving(bytes, 100), ["gzip"], beyond));
  const ratio = { ...bounds, maxRatio: 20, ratioFromBytes: 100_000 };
  await assertFails("DECOMPRESSION_LIMIT", decoded(arriving(bytes, 100), ["gzip"], ratio));
});

Deno.test("a bomb of several layers bursts in the first that it is too large for", async () => {
  const bytes = await coded(new Uint8Array(2_000_000), "gzip", "gzip");
  assert(bytes.length < 200);
  await assertFails("DECOMPRESSION_LIMIT", decoded(arriving(bytes, 50), ["gzip", "gzip"]));
});

Deno.test("a body fails as its connection does", async () => {
  const bytes = await coded(TEXT, "br");
  const lost = new NetworkError("Cannot read: connection reset");
  const body = decoded(arriving(bytes.subarray(0, 500), 100, lost), ["br"]);
  assertEquals(await assertRejects(() => body.text()), lost);
});

Deno.test("a body that is given up gives up where it comes from, once", async () => {
  const bytes = await coded(TEXT, "gzip");
  const source = arriving(bytes, 100);
  const body = new DecodedBody(source, ["gzip"], { compression, bounds });
  assert((await body.pull())!.length > 0);
  const pending = body.pull();
  body.cancel("enough");
  body.cancel("again");
  assertEquals(await pending.catch((reason) => reason), "enough");
  assertEquals(source.cancelled, ["enough"]);
});

Deno.test("a body that was given up without a reason says so to its reader", async () => {
  const body = new DecodedBody(arriving(await coded(TEXT, "gzip"), 100), ["gzip"], {
    compression,
    bounds,
  });
  body.cancel();
  await assertRejects(() => body.pull(), AbortError);
});

Deno.test("a decoded body keeps the trailers of the coded one", async () => {
  const trailers = new FieldList(["t", "1"]);
  const source = { ...arriving(await coded("abc", "gzip"), 100), trailers };
  const body = decoded(source as Watched, ["gzip"]);
  assertEquals([await body.text(), body.trailers], ["abc", trailers]);
  assertEquals(body.declaredLength, undefined);
});

Deno.test("a body that was damaged on its way is what it was, or fails as malformed or too large", async () => {
  const bounds = { maxOutputBytes: 100_000 };
  const codings = fc.constantFrom("gzip", "deflate", "br", "zstd");
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(codings, damage, fc.nat(), fc.nat(), async (coding, changes, cut, size) => {
      const bytes = await coded(TEXT.slice(0, size % 5_000), coding);
      for (const [at, change] of changes) bytes[at % bytes.length] ^= change;
      const step = 1 + size % 97;
      const source = arriving(bytes.subarray(0, bytes.length - cut % 10), step);
      try {
        await decoded(source, [coding], bounds).bytes();
        assertEquals(source.cancelled, []);
      } catch (error) {
        assert(error instanceof RemoteProtocolError, String(error));
        assert(["MALFORMED_CONTENT", "DECOMPRESSION_LIMIT"].includes(error.code), error.code);
        assertEquals(source.cancelled.length, 1);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("the ratio of a bomb of several layers is that of all of them together", async () => {
  const bytes = await coded(new Uint8Array(2_000_000), "gzip", "gzip");
  const limits = { maxOutputBytes: 4_000_000, maxRatio: 2_000, ratioFromBytes: 100_000 };
  const source = arriving(bytes, 50);
  await assertFails("DECOMPRESSION_LIMIT", decoded(source, ["gzip", "gzip"], limits));
  assertEquals(source.cancelled.length, 1);
  const lax = { ...limits, maxRatio: 2_000_000 / bytes.length + 1 };
  const fits = decoded(arriving(bytes, bytes.length), ["gzip", "gzip"], lax);
  assertEquals((await fits.bytes()).length, 2_000_000);
});
