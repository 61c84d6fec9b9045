/**
 * The policy that takes content codings off.
 *
 * @module
 */

import { compression } from "@avx/runtime/platform";
import type { Compression, CompressionCoding } from "@avx/runtime/ports/compression";
import { contentCodings } from "@avx/semantics/content-coding";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import type { FieldSection } from "@avx/semantics/field-section";
import { hasNullBody } from "@avx/semantics/status";
import { ClientBody } from "../client_body.ts";
import { type BodyDecoding, DecodedBody } from "../decoded_body.ts";
import { deriveResponse } from "../derived_response.ts";
import type { Interceptor } from "../interceptor.ts";
import type { ClientResponse } from "../response.ts";

/**
 * How contents are decompressed: as they are read, and within limits, for a few bytes can stand for
 * gigabytes. An input that ends early rejects with code `MALFORMED_CONTENT`, and so does one that
 * goes on behind its end, except for what every reader ignores: anything behind br and deflate, and
 * zeros behind gzip.
 *
 * @example No more than a megabyte
 * ```ts
 * import { Client, type DecompressionOptions } from "@avx/client";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const zeros = new Blob([new Uint8Array(2_000_000)]).stream();
 * const bomb = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).bytes();
 * const server = Deno.serve({ port: 0, onListen() {} }, () => {
 *   return new Response(bomb, { headers: { "content-encoding": "gzip" } });
 * });
 * const decompression: DecompressionOptions = { maxBytes: 1_000_000 };
 * const client = new Client({ decompression });
 *
 * const asked = client.get(`http://127.0.0.1:${server.addr.port}/`).bytes();
 * const error = await assertRejects(() => asked) as Error & { code: string };
 * assertEquals(error.code, "DECOMPRESSION_LIMIT");
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export interface DecompressionOptions {
  /**
   * What is asked for, where the request has no `accept-encoding` of its own, and what is taken
   * off. Others are left on.
   *
   * @default {all that the platform has}
   */
  readonly codings?: readonly ContentCoding[];
  /**
   * Codings applied one over another; more reject with code `TOO_MANY_CODINGS`. curl 5, urllib3 5.
   *
   * @default {5}
   */
  readonly maxLayers?: number;
  /**
   * Bytes that come out of one body, in all; more reject with code `DECOMPRESSION_LIMIT`. Go,
   * undici and httpx have no limit, Apache's `DeflateInflateLimitRequestBody` is set by hand.
   *
   * @default {1073741824}
   */
  readonly maxBytes?: number;
  /**
   * How many times more bytes may come out than went in; more reject with code
   * `DECOMPRESSION_LIMIT`. Apache's `DeflateInflateRatioLimit` 200.
   *
   * @default {200}
   */
  readonly maxRatio?: number;
  /**
   * Bytes that may come out of one body whatever the ratio.
   *
   * @default {8388608}
   */
  readonly ratioFromBytes?: number;
}

/** The codings that a response can have. */
export type ContentCoding = Exclude<CompressionCoding, "deflate-raw">;

/** {@linkcode DecompressionOptions}, complete. */
export interface DecompressionRules extends BodyDecoding {
  /** Whether it concerns all requests, none, or only those of `fetch` and those that ask for it. */
  readonly concerns: "all" | "none" | "some";
  /** What is taken off. */
  readonly codings: ReadonlySet<string>;
  /** `accept-encoding`. */
  readonly accepted: string;
  /** Codings one over another. */
  readonly maxLayers: number;
}

const CODINGS: readonly ContentCoding[] = ["gzip", "deflate", "br", "zstd"];

/**
 * Completes and checks options.
 *
 * @param platform The decoders.
 * @throws {RangeError} If a limit is not positive.
 * @throws {TypeError} If there is no such coding here.
 */
export function decompressionRules(
  options: boolean | DecompressionOptions | undefined,
  platform: Compression = compression,
): DecompressionRules {
  const given = typeof options === "object" ? options : {};
  const codings = given.codings ?? CODINGS.filter((coding) => platform.codings.includes(coding));
  for (const coding of codings) {
    if (platform.codings.includes(coding) && CODINGS.includes(coding)) continue;
    throw new TypeError(
      `Cannot use options.decompression.codings as the platform has no such coding: "${coding}"`,
    );
  }
  return Object.freeze({
    concerns: options === undefined ? "some" : options === false ? "none" : "all",
    codings: new Set<string>(codings),
    accepted: codings.length === 0 ? "identity" : codings.join(", "),
    maxLayers: limit("maxLayers", given.maxLayers ?? 5),
    compression: platform,
    bounds: Object.freeze({
      maxOutputBytes: limit("maxBytes", given.maxBytes ?? 1024 * 1024 * 1024),
      maxRatio: limit("maxRatio", given.maxRatio ?? 200),
      ratioFromBytes: limit("ratioFromBytes", given.ratioFromBytes ?? 8 * 1024 * 1024),
    }),
  });
}

/** Asks for codings and takes them off, as the request's option `decompress` or the rules say. */
export function decompression(rules: DecompressionRules): Interceptor {
  return (request, next) => {
    if (!(request.decompress ?? rules.concerns === "all")) return next(request);
    const { headers, method } = request;
    if (!headers.has("accept-encoding")) {
      // A part of something compressed is of use to nobody (Fetch standard, "HTTP-network-or-cache
      // fetch").
      headers.set("accept-encoding", headers.has("range") ? "identity" : rules.accepted);
    }
    return next(request).then((response) => decompressed(response, method, rules));
  };
}

/**
 * A response with its codings taken off, and without the fields that describe it as it was:
 * `content-encoding` and `content-length`.
 *
 * @param method The request's.
 * @returns The response itself, where there is nothing to take off, or something unknown.
 * @throws {RemoteProtocolError} If there are too many codings.
 */
export function decompressed(
  response: ClientResponse,
  method: string,
  rules: DecompressionRules,
): ClientResponse {
  const { status, headers, body } = response;
  const value = headers.get("content-encoding");
  // RFC 9110 §14.2: a range is one of the content as it was coded.
  if (value === undefined || method === "HEAD" || status === 206 || hasNullBody(status)) {
    return response;
  }
  const codings = contentCodings(value);
  if (codings.length === 0 || !codings.every((coding) => rules.codings.has(coding))) {
    return response;
  }
  if (codings.length > rules.maxLayers) {
    const error = new RemoteProtocolError(
      `Cannot decompress as more than ${rules.maxLayers} codings were applied`,
      { code: "TOO_MANY_CODINGS" },
    );
    body.cancel(error);
    throw error;
  }
  const decoded = new DecodedBody(body.source(), codings as CompressionCoding[], rules);
  return deriveResponse(response, {
    headers: withoutCoding(headers),
    body: new ClientBody(decoded, undefined),
  });
}

function withoutCoding(headers: FieldSection): FieldSection {
  const lines: string[] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower !== "content-encoding" && lower !== "content-length") lines.push(name, value);
  }
  return new FieldList(lines);
}

function limit(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(
    `Cannot use options.decompression.${name} as it must be positive: current value is ${value}`,
  );
}
