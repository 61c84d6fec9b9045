/**
 * Requests as a proxy gets them that passes them on.
 *
 * @module
 */

import type { PreparedRequest } from "./prepared_request.ts";

/**
 * The request with the whole URL as its target (RFC 9112 §3.2.2), and what the proxy alone is told.
 *
 * @param href The URL without a fragment.
 */
export function forwardedRequest(request: PreparedRequest, href: string): PreparedRequest {
  const { proxy } = request.route;
  const fields = proxy?.fields ?? [];
  return Object.freeze({
    ...request,
    target: href,
    lines: fields.length === 0 ? request.lines : [...request.lines, ...fields],
  });
}
