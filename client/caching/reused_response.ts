/**
 * Responses out of a cache.
 *
 * @module
 */

import type { BodySource } from "@avx/semantics/body-source";
import { formatContentRange, parseRange } from "@avx/semantics/byte-range";
import { type CachedHead, reusedLines } from "@avx/semantics/caching";
import { deleteField, setField } from "@avx/semantics/field-lines";
import { hasNullBody } from "@avx/semantics/status";
import { makeResponse, type ResponseParts } from "../derived_response.ts";
import type { InterceptedRequest } from "../interceptor.ts";
import type { ClientResponse } from "../response.ts";
import { pairsOf } from "./cache_request.ts";

/** What is reused. */
export interface Reuse {
  /** The stored head. */
  readonly head: CachedHead;
  /** The stored body, from the start. */
  readonly body: Uint8Array | BodySource | undefined;
  /** How old it is, in milliseconds. */
  readonly ageMs: number;
  /** Whether it was validated for this very request. */
  readonly validated: boolean;
  /** Lines that come on top, such as the cache's own. */
  readonly extraLines: readonly string[];
}

/**
 * A stored response as the answer to a request: whole, or the one range of it that is asked for. More
 * than one range, and one of a body whose length nobody knows yet, are answered with the whole,
 * which a server may do as well (RFC 9110 §14.2).
 */
export function reusedResponse(request: InterceptedRequest, reuse: Reuse): ClientResponse {
  const { head, extraLines } = reuse;
  const lines = reusedLines(head, reuse);
  const parts = partOf(request, reuse, lines) ??
    { status: head.status, statusText: head.reason, body: bodyOf(request, reuse) };
  const headers = pairsOf([...lines, ...extraLines]);
  return makeResponse(request.url, { ...parts, headers, startedAt: request.startedAt });
}

// The stored bytes answer others, too, and a reader may change what it gets, or hand it over to a
// stream, which takes it away: each gets a copy.
function bodyOf(request: InterceptedRequest, { head, body }: Reuse): Reuse["body"] {
  if (request.method === "HEAD" || hasNullBody(head.status)) return undefined;
  return body instanceof Uint8Array ? body.slice() : body;
}

/** The part that a request asks for; `undefined` for the whole. `lines` are made to fit. */
function partOf(
  request: InterceptedRequest,
  { head, body }: Reuse,
  lines: string[],
): ResponseParts | undefined {
  const value = request.headers.get("range");
  if (value === undefined || request.method !== "GET" || head.status !== 200) return undefined;
  if (!(body instanceof Uint8Array)) return undefined;
  const { length } = body;
  const ranges = parseRange(value, length);
  if (ranges === undefined || ranges.length > 1) return undefined;
  const [range] = ranges;
  setField(lines, "content-range", formatContentRange({ range, length }));
  if (range === undefined) {
    for (const name of ["content-length", "content-type", "content-encoding"]) {
      deleteField(lines, name);
    }
    return { status: 416 };
  }
  const part = body.slice(range.first, range.last + 1);
  setField(lines, "content-length", String(part.length));
  return { status: 206, body: part };
}
