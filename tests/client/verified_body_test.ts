import { ClientBody } from "@avx/client";
import { hashing } from "@avx/runtime/platform";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { formatDigestField } from "@avx/semantics/digest-field";
import { FieldList } from "@avx/semantics/field-lines";
import { type ExpectedDigests, VerifiedBody } from "../../client/verified_body.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { arriving, type Watched } from "./coded.ts";

const BYTES = Uint8Array.from({ length: 100 }, (_, at) => at);

function digestOf(algorithm: "sha-256" | "sha-512", bytes = BYTES): Uint8Array {
  const hash = hashing.start(algorithm);
  hash.update(bytes);
  return hash.digest();
}

function verified(source: Watched, expected: Partial<ExpectedDigests>): ClientBody {
  const body = new VerifiedBody(source, { digests: [], inTrailers: false, ...expected }, hashing);
  return new ClientBody(body, undefined);
}

async function assertMismatch(body: ClientBody): Promise<void> {
  const error = await assertRejects(() => body.bytes(), RemoteProtocolError);
  assertEquals(error.code, "DIGEST_MISMATCH");
}

Deno.test("a body that fits all of its digests is read as it is", async () => {
  const digests = [["sha-256", digestOf("sha-256")], ["sha-512", digestOf("sha-512")]] as const;
  const source = arriving(BYTES, 30);
  assertEquals(await verified(source, { digests }).bytes(), BYTES);
  assertEquals(source.released, 4);
  const body = new VerifiedBody(arriving(BYTES, 100), { digests, inTrailers: false }, hashing);
  while (await body.pull() !== undefined);
  assertEquals(await body.pull(), undefined, "the end can be seen again");
});

Deno.test("a body that does not fit one of its digests fails at its end", async () => {
  const other = digestOf("sha-256", new Uint8Array(100));
  const right = ["sha-512", digestOf("sha-512")] as const;
  await assertMismatch(verified(arriving(BYTES, 30), { digests: [right, ["sha-256", other]] }));
  const short = digestOf("sha-256").subarray(0, 31);
  await assertMismatch(verified(arriving(BYTES, 30), { digests: [["sha-256", short]] }));
  await assertMismatch(verified(arriving(BYTES.subarray(1), 30), { digests: [right] }));
});

Deno.test("a digest may come behind the body", async () => {
  const behind = (digest: Uint8Array): Watched => {
    const trailers = new FieldList(["Content-Digest", formatDigestField("sha-256", digest)]);
    return { ...arriving(BYTES, 30), trailers } as Watched;
  };
  assertEquals(await verified(behind(digestOf("sha-256")), { inTrailers: true }).bytes(), BYTES);
  await assertMismatch(verified(behind(new Uint8Array(32)), { inTrailers: true }));
  assertEquals(await verified(arriving(BYTES, 30), { inTrailers: true }).bytes(), BYTES);
});

Deno.test("a verified body that is given up gives up where it comes from", () => {
  const source = arriving(BYTES, 30);
  const body = new VerifiedBody(source, { digests: [], inTrailers: false }, hashing);
  body.cancel("enough");
  assertEquals([source.cancelled, body.declaredLength], [["enough"], 100]);
});
