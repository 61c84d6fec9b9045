import { formatDigestField, parseDigestField } from "@avx/semantics/digest-field";
import { assertEquals } from "../support/assert.ts";

// RFC 9530, appendix D: the digest of `{"hello": "world"}` and a line feed.
const RFC = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";

Deno.test("a digest field has the RFC's example", () => {
  const digest = parseDigestField(RFC)!.get("sha-256")!;
  assertEquals(digest.length, 32);
  assertEquals(formatDigestField("sha-256", digest), RFC);
});

Deno.test("a digest field may have several members, and unknown ones do no harm", () => {
  const both = parseDigestField(`${RFC} ,\tsha-512=:AAEC:;q=1, unixsum=:AA==:`)!;
  assertEquals([...both.keys()], ["sha-256", "sha-512"]);
  assertEquals(both.get("sha-512"), new Uint8Array([0, 1, 2]));
  assertEquals(parseDigestField("md5=:AA==:"), new Map());
});

Deno.test("a malformed digest field is void", () => {
  for (const value of ["", "sha-256", "sha-256=AAEC", "sha-256=:A:", "SHA-256=:AAEC:", `${RFC},`]) {
    assertEquals(parseDigestField(value), undefined, value);
  }
});
