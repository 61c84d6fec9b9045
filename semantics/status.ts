/**
 * Status codes: every registered one with its reason phrase and its properties
 * (RFC 9110 §15 and the IANA registry of HTTP status codes).
 *
 * @module
 */

/** The class that a status code's first digit stands for (RFC 9110 §15). */
export type StatusClass =
  | "informational"
  | "successful"
  | "redirection"
  | "client error"
  | "server error";

/** What is known of a status code. */
export interface StatusProperties {
  /** The code. */
  readonly status: number;
  /** Its reason phrase; empty where the code is not registered. */
  readonly reason: string;
  /** Its class. */
  readonly class: StatusClass;
  /** Whether a response with it has no content. */
  readonly nullBody: boolean;
  /** Whether a cache may store it without being told a lifetime (RFC 9110 §15.1). */
  readonly cacheableByDefault: boolean;
}

const REASONS: Readonly<Record<number, string>> = {
  100: "Continue",
  101: "Switching Protocols",
  102: "Processing",
  103: "Early Hints",
  104: "Upload Resumption Supported",
  200: "OK",
  201: "Created",
  202: "Accepted",
  203: "Non-Authoritative Information",
  204: "No Content",
  205: "Reset Content",
  206: "Partial Content",
  207: "Multi-Status",
  208: "Already Reported",
  226: "IM Used",
  300: "Multiple Choices",
  301: "Moved Permanently",
  302: "Found",
  303: "See Other",
  304: "Not Modified",
  305: "Use Proxy",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  // Reserved and "(Unused)" in the registry, yet this is the phrase that every other server sends.
  418: "I'm a teapot",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  506: "Variant Also Negotiates",
  507: "Insufficient Storage",
  508: "Loop Detected",
  510: "Not Extended",
  511: "Network Authentication Required",
};

/**
 * The registered status codes in ascending order, without the two reserved ones (306, 418).
 *
 * @example Looking at the registry
 * ```ts
 * import { STATUSES } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(STATUSES[0], 100);
 * assertEquals(STATUSES.includes(451), true);
 * ```
 */
export const STATUSES: readonly number[] = Object.freeze(
  Object.keys(REASONS).map(Number).filter((status) => status !== 418),
);

// Indexed by status: one bounds-checked load on the path of every response.
const PHRASES: readonly string[] = Array.from(
  { length: 600 },
  (_, status) => REASONS[status] ?? "",
);

const CACHEABLE: ReadonlySet<number> = new Set(
  [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501],
);

/**
 * The reason phrase of a status code, or `""` where it has none.
 *
 * @example Known and unknown codes
 * ```ts
 * import { reasonPhrase } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(reasonPhrase(404), "Not Found");
 * assertEquals(reasonPhrase(299), "");
 * ```
 */
export function reasonPhrase(status: number): string {
  return PHRASES[status] ?? "";
}

/**
 * Whether a number can be a status code: three digits, the first not zero (RFC 9110 §15). Codes
 * from 600 to 999 have no class, yet exist in the wild.
 *
 * @example Three digits
 * ```ts
 * import { isStatus } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isStatus(200), true);
 * assertEquals(isStatus(99), false);
 * ```
 */
export function isStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 100 && status <= 999;
}

/**
 * The class of a status code. A code above 599 counts as a server error (RFC 9110 §15).
 *
 * @throws {RangeError} If `status` is not a number of three digits.
 *
 * @example The class of a redirect
 * ```ts
 * import { statusClass } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(statusClass(307), "redirection");
 * ```
 */
export function statusClass(status: number): StatusClass {
  if (!isStatus(status)) {
    throw new RangeError(
      `Cannot classify status as it must be an integer from 100 to 999: current value is ${status}`,
    );
  }
  if (status < 200) return "informational";
  if (status < 300) return "successful";
  if (status < 400) return "redirection";
  if (status < 500) return "client error";
  return "server error";
}

/**
 * Whether a response with this status has no content: any 1xx, 204, 205 and 304.
 *
 * For how the message is delimited on the wire see `responseHasBody` of
 * `@avx/semantics/framing`, where 205 differs (RFC 9110 §15.3.6, RFC 9112 §6.3).
 *
 * @example No content
 * ```ts
 * import { hasNullBody } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hasNullBody(304), true);
 * assertEquals(hasNullBody(200), false);
 * ```
 */
export function hasNullBody(status: number): boolean {
  return status < 200 || status === 204 || status === 205 || status === 304;
}

/**
 * Whether a cache may store a response with this status when nothing says for how long
 * (RFC 9110 §15.1).
 *
 * @example Heuristic caching
 * ```ts
 * import { isCacheableByDefault } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isCacheableByDefault(301), true);
 * assertEquals(isCacheableByDefault(302), false);
 * ```
 */
export function isCacheableByDefault(status: number): boolean {
  return CACHEABLE.has(status);
}

/**
 * Everything known of a status code in one record.
 *
 * @throws {RangeError} If `status` is not a number of three digits.
 *
 * @example The properties of 204
 * ```ts
 * import { statusProperties } from "@avx/semantics/status";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(statusProperties(204), {
 *   status: 204,
 *   reason: "No Content",
 *   class: "successful",
 *   nullBody: true,
 *   cacheableByDefault: true,
 * });
 * ```
 */
export function statusProperties(status: number): StatusProperties {
  return {
    status,
    reason: reasonPhrase(status),
    class: statusClass(status),
    nullBody: hasNullBody(status),
    cacheableByDefault: isCacheableByDefault(status),
  };
}
