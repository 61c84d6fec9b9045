/**
 * The rules by which messages are framed and handed on, as pure functions over field values
 * (RFC 9110 §6.4, §6.5.1, §7.6.1, §8.6; RFC 9112 §6).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";
import { canonicalFieldName } from "./field_name.ts";
import { fieldValueOf } from "./field_lines.ts";
import { splitList } from "./field_value.ts";
import { parseParameterized } from "./parameters.ts";
import type { FieldLines } from "./field_section.ts";

const ZERO = 0x30;
const NINE = 0x39;

/**
 * What a `Transfer-Encoding` value says about how a message ends:
 *
 * - `"chunked"`: chunked is the only coding;
 * - `"coded"`: chunked comes last, other codings before it;
 * - `"unframed"`: no chunked, so that only the end of the connection ends the message;
 * - `"invalid"`: malformed, or chunked twice or not last.
 */
export type TransferFraming = "chunked" | "coded" | "unframed" | "invalid";

/**
 * The value of one `Content-Length` line: digits only, at most 2^53−1 (RFC 9110 §8.6).
 *
 * @returns The length in bytes, or -1 if the value is not valid.
 *
 * @example Strictly digits
 * ```ts
 * import { parseContentLength } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseContentLength("42"), 42);
 * assertEquals(parseContentLength("+42"), -1);
 * assertEquals(parseContentLength("4, 4"), -1);
 * ```
 */
export function parseContentLength(value: string): number {
  if (value === "") return -1;
  let length = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code < ZERO || code > NINE) return -1;
    length = length * 10 + (code - ZERO);
    if (length > Number.MAX_SAFE_INTEGER) return -1;
  }
  return length;
}

/**
 * The length that a combined `Content-Length` value declares, where a list of equal lengths counts
 * as that length (RFC 9110 §8.6).
 *
 * A recipient may be stricter and take no list at all, which is what the HTTP/1.1 server does:
 * use {@linkcode parseContentLength} for that.
 *
 * @returns The length in bytes, or -1 if the value is not valid or its members differ.
 *
 * @example A repeated length
 * ```ts
 * import { combinedContentLength } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(combinedContentLength("42, 42"), 42);
 * assertEquals(combinedContentLength("42, 43"), -1);
 * ```
 */
export function combinedContentLength(value: string): number {
  if (!value.includes(",")) return parseContentLength(value);
  let length: number | undefined;
  for (const member of splitList(value)) {
    const parsed = parseContentLength(member);
    if (parsed === -1 || (length !== undefined && parsed !== length)) return -1;
    length = parsed;
  }
  return length ?? -1;
}

/**
 * The names of the codings in a `Transfer-Encoding` value, in lower case and in the order they were
 * applied; `undefined` if the value is malformed (RFC 9112 §6.1).
 *
 * @example Two codings
 * ```ts
 * import { transferCodings } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(transferCodings("gzip, Chunked"), ["gzip", "chunked"]);
 * assertEquals(transferCodings("chu nked"), undefined);
 * ```
 */
export function transferCodings(value: string): string[] | undefined {
  const names: string[] = [];
  for (const member of splitList(value)) {
    const coding = parseParameterized(member);
    if (coding === undefined || !isToken(coding.value)) return undefined;
    const name = coding.value.toLowerCase();
    // RFC 9112 §7.1: chunked has no parameters, and their presence is an error.
    if (name === "chunked" && member.length !== name.length) return undefined;
    names.push(name);
  }
  return names.length === 0 ? undefined : names;
}

/**
 * What a `Transfer-Encoding` value says about how the message ends (RFC 9112 §6.1, §6.3).
 *
 * @example How a message ends
 * ```ts
 * import { transferFraming } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(transferFraming("chunked"), "chunked");
 * assertEquals(transferFraming("gzip, chunked"), "coded");
 * assertEquals(transferFraming("gzip"), "unframed");
 * assertEquals(transferFraming("chunked, gzip"), "invalid");
 * ```
 */
export function transferFraming(value: string): TransferFraming {
  if (value === "chunked") return "chunked";
  const codings = transferCodings(value);
  if (codings === undefined) return "invalid";
  const first = codings.indexOf("chunked");
  if (first === -1) return "unframed";
  if (first !== codings.length - 1) return "invalid";
  return first === 0 ? "chunked" : "coded";
}

/**
 * The options in a `Connection` value, in lower case (RFC 9110 §7.6.1). Members that are no
 * tokens are left out.
 *
 * @example Two options
 * ```ts
 * import { connectionOptions } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(connectionOptions("Upgrade, HTTP2-Settings"), ["upgrade", "http2-settings"]);
 * ```
 */
export function connectionOptions(value: string): string[] {
  return splitList(value).filter(isToken).map(canonicalFieldName);
}

/**
 * Whether a `Connection` value has an option.
 *
 * @param option The option in lower case.
 *
 * @example Will it close?
 * ```ts
 * import { hasConnectionOption } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hasConnectionOption("TE, Close", "close"), true);
 * assertEquals(hasConnectionOption("not-close", "close"), false);
 * ```
 */
export function hasConnectionOption(value: string, option: string): boolean {
  if (value === option) return true;
  if (value.length < option.length) return false;
  return connectionOptions(value).includes(option);
}

/** RFC 9110 §7.6.1: what an intermediary removes even if `Connection` does not name it. */
const HOP_BY_HOP: ReadonlySet<string> = new Set(
  ["connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"],
);

/**
 * Whether a field concerns one connection only and is never handed on (RFC 9110 §7.6.1). In HTTP/2
 * and HTTP/3 a message with one of them is malformed, but for `te: trailers` (RFC 9113 §8.2.2).
 *
 * @param name The field name in lower case.
 *
 * @example Between two hops
 * ```ts
 * import { isHopByHop } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isHopByHop("keep-alive"), true);
 * assertEquals(isHopByHop("etag"), false);
 * ```
 */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}

/**
 * A copy of `lines` without the fields that concern one connection only, including those that
 * `Connection` names (RFC 9110 §7.6.1).
 *
 * @example Handing a message on
 * ```ts
 * import { withoutHopByHop } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["Connection", "x-hop", "X-Hop", "1", "TE", "trailers", "Accept", "text/html"];
 * assertEquals(withoutHopByHop(lines), ["Accept", "text/html"]);
 * ```
 */
export function withoutHopByHop(lines: FieldLines): string[] {
  const connection = fieldValueOf(lines, "connection");
  const named = connection === undefined ? [] : connectionOptions(connection);
  const kept: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    const name = canonicalFieldName(lines[at]);
    if (!HOP_BY_HOP.has(name) && !named.includes(name)) kept.push(lines[at], lines[at + 1]);
  }
  return kept;
}

/** RFC 9110 §6.5.1: framing, routing, authentication, request modifiers, response control, format. */
const NOT_IN_TRAILERS: ReadonlySet<string> = new Set(
  [
    "age authorization cache-control connection content-encoding content-length content-range",
    "content-type cookie date expect expires host if-match if-modified-since if-none-match",
    "if-range if-unmodified-since keep-alive location max-forwards pragma proxy-authenticate",
    "proxy-authorization proxy-connection range retry-after set-cookie te trailer",
    "transfer-encoding upgrade vary warning www-authenticate",
  ].join(" ").split(" "),
);

/**
 * Whether a field may stand in a trailer section: not if the message must be understood before its
 * content (RFC 9110 §6.5.1).
 *
 * @param name The field name in lower case.
 *
 * @example Trailers
 * ```ts
 * import { isAllowedInTrailers } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isAllowedInTrailers("server-timing"), true);
 * assertEquals(isAllowedInTrailers("content-length"), false);
 * ```
 */
export function isAllowedInTrailers(name: string): boolean {
  return !NOT_IN_TRAILERS.has(name);
}

/**
 * Whether a response has a body on the wire, whatever its fields say: not to HEAD, not with a 1xx,
 * 204 or 304 status, and not with a 2xx to CONNECT, which makes a tunnel (RFC 9112 §6.3).
 *
 * @param method The request's method.
 *
 * @example The same status, two methods
 * ```ts
 * import { responseHasBody } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(responseHasBody("GET", 200), true);
 * assertEquals(responseHasBody("HEAD", 200), false);
 * assertEquals(responseHasBody("GET", 304), false);
 * ```
 */
export function responseHasBody(method: string, status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304 && method !== "HEAD" &&
    !(method === "CONNECT" && status < 300);
}

/**
 * Whether a response may carry `Content-Length` and `Transfer-Encoding`: not with 1xx and 204, and
 * not with a 2xx to CONNECT (RFC 9110 §8.6, RFC 9112 §6.1). To HEAD and with 304 a length may be
 * sent: it says what GET would have got.
 *
 * @param method The request's method.
 *
 * @example HEAD tells a length
 * ```ts
 * import { responseMayDeclareLength } from "@avx/semantics/framing";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(responseMayDeclareLength("HEAD", 200), true);
 * assertEquals(responseMayDeclareLength("GET", 204), false);
 * ```
 */
export function responseMayDeclareLength(method: string, status: number): boolean {
  return status >= 200 && status !== 204 && !(method === "CONNECT" && status < 300);
}
