/**
 * The policy that checks contents against their digests (RFC 9530).
 *
 * @module
 */

import { hashing } from "@avx/runtime/platform";
import {
  type DigestAlgorithm,
  formatDigestField,
  parseDigestField,
} from "@avx/semantics/digest-field";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { splitList } from "@avx/semantics/field-value";
import { hasNullBody } from "@avx/semantics/status";
import { ClientBody } from "../client_body.ts";
import { deriveResponse } from "../derived_response.ts";
import type { InterceptedRequest, Interceptor } from "../interceptor.ts";
import { outgoingBody } from "../outgoing_body.ts";
import type { ClientResponse } from "../response.ts";
import { type ExpectedDigests, VerifiedBody } from "../verified_body.ts";

/**
 * What is done about digests.
 *
 * @example A content that does not fit its digest
 * ```ts
 * import { Client, type DigestOptions } from "@avx/client";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const digest = `sha-256=:${btoa("\0".repeat(32))}:`;
 * const server = Deno.serve({ port: 0, onListen() {} }, () => {
 *   return new Response("hello", { headers: { "content-digest": digest } });
 * });
 * const digests: DigestOptions = { send: "sha-256" };
 * const client = new Client({ digests });
 *
 * const asked = client.post(`http://127.0.0.1:${server.addr.port}/`, { body: "ask" }).text();
 * const error = await assertRejects(() => asked) as Error & { code: string };
 * assertEquals(error.code, "DIGEST_MISMATCH");
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export interface DigestOptions {
  /**
   * Whether the server is asked for them (`want-content-digest`).
   *
   * @default {true}
   */
  readonly want?: boolean;
  /**
   * Whether a response with content and without a digest rejects with code `DIGEST_MISSING`.
   *
   * @default {false}
   */
  readonly required?: boolean;
  /**
   * By which algorithm the content of requests is digested (`content-digest`), where all of it is
   * there: not that of streams, files and multipart forms.
   *
   * @default {none}
   */
  readonly send?: DigestAlgorithm;
}

/**
 * The options that an option stands for.
 *
 * @throws {TypeError} If the algorithm is not known.
 */
export function digestOptionsOf(option: boolean | DigestOptions): DigestOptions | undefined {
  if (typeof option === "boolean") return option ? {} : undefined;
  const { send } = option;
  if (send === undefined || send === "sha-256" || send === "sha-512") return option;
  throw new TypeError(
    `Cannot use options.digests.send as it must be "sha-256" or "sha-512": it is "${send}"`,
  );
}

/**
 * Compares what arrives with `content-digest` and, where it is a whole representation,
 * `repr-digest`. Who reads the body gets an error with code `DIGEST_MISMATCH` at its end.
 */
export function digests(options: DigestOptions): Interceptor {
  const { want = true, required = false, send } = options;
  return (request, next) => {
    const { headers, method } = request;
    if (want && !headers.has("want-content-digest")) {
      headers.set("want-content-digest", "sha-256=10, sha-512=5");
    }
    if (send !== undefined) addDigest(request, send);
    return next(request).then((response) => verified(response, method, required));
  };
}

function addDigest({ headers, body }: InterceptedRequest, algorithm: DigestAlgorithm): void {
  // A form is written anew each time it is sent.
  if (body === undefined || body instanceof FormData || headers.has("content-digest")) return;
  const { bytes } = outgoingBody(body);
  if (bytes === undefined) return;
  const hash = hashing.start(algorithm);
  hash.update(bytes);
  headers.set("content-digest", formatDigestField(algorithm, hash.digest()));
}

function verified(response: ClientResponse, method: string, required: boolean): ClientResponse {
  const { status, body, upgrade } = response;
  if (method === "HEAD" || hasNullBody(status) || upgrade !== undefined) return response;
  const expected = expectedOf(response, method);
  if (expected.digests.length === 0 && !expected.inTrailers) {
    if (!required) return response;
    const error = new RemoteProtocolError("Cannot accept response as it has no digest", {
      code: "DIGEST_MISSING",
    });
    body.cancel(error);
    throw error;
  }
  const source = new VerifiedBody(body.source(), { ...expected, required }, hashing);
  return deriveResponse(response, { body: new ClientBody(source, undefined) });
}

function expectedOf({ headers, status }: ClientResponse, method: string): ExpectedDigests {
  const fields = [headers.get("content-digest")];
  // RFC 9530 §3: of the whole representation, which the content is only where it answers a GET so.
  if (method === "GET" && status === 200) fields.push(headers.get("repr-digest"));
  const all = fields.flatMap((value) => [...(value && parseDigestField(value)) || []]);
  const announced = splitList((headers.get("trailer") ?? "").toLowerCase());
  return { digests: all, inTrailers: announced.includes("content-digest") };
}
