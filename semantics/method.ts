/**
 * Request methods: every registered one with its properties
 * (RFC 9110 §9 and the IANA registry of HTTP methods).
 *
 * @module
 */

/**
 * What a request's content means to a method: it is what the method works on (`"expected"`), it
 * may be there (`"allowed"`), it has no generally defined meaning (`"undefined"`), or a client
 * must not send it (`"forbidden"`).
 */
export type ContentExpectation = "expected" | "allowed" | "undefined" | "forbidden";

/** What is known of a method. */
export interface MethodProperties {
  /** Whether the client asks for no change of state (RFC 9110 §9.2.1). */
  readonly safe: boolean;
  /** Whether doing it twice has the effect of doing it once (RFC 9110 §9.2.2). */
  readonly idempotent: boolean;
  /** Whether a response to it can be stored for later requests (RFC 9110 §9.2.3). */
  readonly cacheable: boolean;
  /** What content means in its requests. */
  readonly requestContent: ContentExpectation;
  /** Whether its responses can have content at all. */
  readonly responseContent: boolean;
}

/** What must be assumed of a method that is not known (RFC 9110 §9.2). */
const UNKNOWN = properties("", "allowed");

// The letters: s safe (and so idempotent), i idempotent, c cacheable.
const METHOD_PROPERTIES: ReadonlyMap<string, MethodProperties> = new Map([
  ["GET", properties("sc", "undefined")],
  ["HEAD", { ...properties("sc", "undefined"), responseContent: false }],
  // RFC 9110 §9.3.3: cacheable with explicit freshness and a matching Content-Location.
  ["POST", properties("c", "expected")],
  ["PUT", properties("i", "expected")],
  ["DELETE", properties("i", "undefined")],
  ["CONNECT", { ...properties("", "undefined"), responseContent: false }],
  ["OPTIONS", properties("s", "allowed")],
  ["TRACE", properties("s", "forbidden")],
  // RFC 5789 §2: cacheable on the terms of POST.
  ["PATCH", properties("c", "expected")],
  ["QUERY", properties("sc", "expected")],
  ["ACL", properties("i", "expected")],
  ["BASELINE-CONTROL", properties("i", "allowed")],
  ["BIND", properties("i", "expected")],
  ["CHECKIN", properties("i", "allowed")],
  ["CHECKOUT", properties("i", "allowed")],
  ["COPY", properties("i", "allowed")],
  ["LABEL", properties("i", "expected")],
  ["LINK", properties("i", "allowed")],
  ["LOCK", properties("", "allowed")],
  ["MERGE", properties("i", "expected")],
  ["MKACTIVITY", properties("i", "allowed")],
  ["MKCALENDAR", properties("i", "allowed")],
  ["MKCOL", properties("i", "allowed")],
  ["MKREDIRECTREF", properties("i", "expected")],
  ["MKWORKSPACE", properties("i", "allowed")],
  ["MOVE", properties("i", "allowed")],
  ["ORDERPATCH", properties("i", "expected")],
  // RFC 9113 §3.4: never a request, only the first word of the HTTP/2 preface.
  ["PRI", properties("s", "forbidden")],
  ["PROPFIND", properties("s", "allowed")],
  ["PROPPATCH", properties("i", "expected")],
  ["REBIND", properties("i", "expected")],
  ["REPORT", properties("s", "expected")],
  ["SEARCH", properties("s", "expected")],
  ["UNBIND", properties("i", "expected")],
  ["UNCHECKOUT", properties("i", "allowed")],
  ["UNLINK", properties("i", "allowed")],
  ["UNLOCK", properties("i", "allowed")],
  ["UPDATE", properties("i", "expected")],
  ["UPDATEREDIRECTREF", properties("i", "expected")],
  ["VERSION-CONTROL", properties("i", "allowed")],
]);

/**
 * The registered methods, the common ones first. (The registry's `*`, which is reserved, is not
 * among them.)
 *
 * @example Looking at the registry
 * ```ts
 * import { METHODS } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(METHODS[0], "GET");
 * assertEquals(METHODS.includes("PROPFIND"), true);
 * ```
 */
export const METHODS: readonly string[] = Object.freeze([...METHOD_PROPERTIES.keys()]);

/**
 * The properties of a method. One that is not registered is taken to be unsafe, not idempotent
 * and not cacheable. Methods are case-sensitive (RFC 9110 §9.1).
 *
 * @example A known and an unknown method
 * ```ts
 * import { methodProperties } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(methodProperties("PUT").idempotent, true);
 * assertEquals(methodProperties("get").safe, false);
 * ```
 */
export function methodProperties(method: string): MethodProperties {
  return METHOD_PROPERTIES.get(method) ?? UNKNOWN;
}

/**
 * Whether a method is registered.
 *
 * @example Asking the registry
 * ```ts
 * import { isRegisteredMethod } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isRegisteredMethod("QUERY"), true);
 * assertEquals(isRegisteredMethod("BREW"), false);
 * ```
 */
export function isRegisteredMethod(method: string): boolean {
  return METHOD_PROPERTIES.has(method);
}

/**
 * Whether a method is safe: its client asks for no change of state (RFC 9110 §9.2.1).
 *
 * @example Safe methods
 * ```ts
 * import { isSafe } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isSafe("HEAD"), true);
 * assertEquals(isSafe("DELETE"), false);
 * ```
 */
export function isSafe(method: string): boolean {
  return methodProperties(method).safe;
}

/**
 * Whether a response to the method can be stored for later requests (RFC 9110 §9.2.3).
 *
 * @example A page and its removal
 * ```ts
 * import { isCacheable } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isCacheable("GET"), true);
 * assertEquals(isCacheable("DELETE"), false);
 * ```
 */
export function isCacheable(method: string): boolean {
  return methodProperties(method).cacheable;
}

/**
 * Whether a method is idempotent, so that a request whose answer was lost may be sent again
 * (RFC 9110 §9.2.2).
 *
 * @example Retrying
 * ```ts
 * import { isIdempotent } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isIdempotent("DELETE"), true);
 * assertEquals(isIdempotent("POST"), false);
 * ```
 */
export function isIdempotent(method: string): boolean {
  return methodProperties(method).idempotent;
}

/**
 * Whether a request of this method without content should say `content-length: 0`, because its
 * recipient expects content (RFC 9110 §8.6).
 *
 * @example An empty POST
 * ```ts
 * import { expectsContent } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(expectsContent("POST"), true);
 * assertEquals(expectsContent("GET"), false);
 * ```
 */
export function expectsContent(method: string): boolean {
  return methodProperties(method).requestContent === "expected";
}

function properties(letters: string, requestContent: ContentExpectation): MethodProperties {
  const safe = letters.includes("s");
  return Object.freeze({
    safe,
    idempotent: safe || letters.includes("i"),
    cacheable: letters.includes("c"),
    requestContent,
    responseContent: true,
  });
}
