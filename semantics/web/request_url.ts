/**
 * The absolute URL of a request.
 *
 * @module
 */

import { type TargetBase, targetUrl } from "../target.ts";

/** What the URL standard's serialiser would leave as it is: no default port, no dots to resolve. */
const SERIALISED =
  /^https?:\/\/(?:[a-z](?:[a-z0-9.-]*[a-z])?|(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2}))(?::(?!80\/|443\/|0)[0-9]{1,4})?\/(?!\.)(?:(?!\/\.|%2e)[!$&-;=@-Z_a-z~])*(?:\?(?:[!$%&(-;=?-Z_a-z~])*)?$/;

/**
 * The URL of a request to `target`, as the URL standard serialises it.
 *
 * @example Dots are resolved, default ports left out
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { requestUrl } from "@avx/semantics/web";
 *
 * const base = { scheme: "http", authority: "Example.com:80" };
 * assertEquals(requestUrl(base, "/a/../b?c"), "http://example.com/b?c");
 * ```
 *
 * @param base The scheme and the host the request came for.
 * @param target The request target, as sent.
 * @returns An absolute URL; the unserialised text where the URL standard refuses it.
 */
export function requestUrl(base: TargetBase, target: string): string {
  const text = targetUrl(base, target);
  if (SERIALISED.test(text)) return text;
  return URL.canParse(text) ? new URL(text).href : text;
}
