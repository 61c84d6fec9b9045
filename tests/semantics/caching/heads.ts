/**
 * Stored responses for the tests of caching.
 *
 * @module
 */

import { type CachedHead, DEFAULT_CACHE_RULES, storedHead } from "@avx/semantics/caching";
import { type FieldInit, fieldLinesOf, FieldList } from "@avx/semantics/field-lines";
import { formatDate } from "@avx/semantics/date";

/** When responses were made, unless something else is said. */
export const MADE_MS = Date.UTC(2026, 0, 1);

/** A second before or after {@linkcode MADE_MS}, as text. */
export function dateAfter(seconds: number): string {
  return formatDate(MADE_MS + seconds * 1000);
}

/** Fields of a request. */
export function fields(init: FieldInit = {}): FieldList {
  return new FieldList(fieldLinesOf(init));
}

/** A stored response. */
export function headOf(
  init: FieldInit,
  parts: Partial<CachedHead> & { readonly request?: FieldInit } = {},
): CachedHead {
  const { request, ...others } = parts;
  const lines = fieldLinesOf(init);
  const response = { status: 200, reason: "OK", lines, requestMs: MADE_MS, responseMs: MADE_MS };
  const received = { ...response, ...others, lines };
  return { ...storedHead(received, fields(request), DEFAULT_CACHE_RULES), ...others };
}
