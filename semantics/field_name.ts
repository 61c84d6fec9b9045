/**
 * Field names: the registered ones interned in their canonical lower case (RFC 9110 §5.1).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";

/**
 * The field names that this stack knows: the permanent ones of the IANA registry that are in use
 * for HTTP, and the common ones beside it. In lower case, sorted.
 *
 * @example Looking for a name
 * ```ts
 * import { FIELD_NAMES } from "@avx/semantics/field-name";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(FIELD_NAMES.includes("content-type"), true);
 * ```
 */
export const FIELD_NAMES: readonly string[] = Object.freeze(
  [
    "a-im accept accept-additions accept-ch accept-charset accept-datetime accept-encoding",
    "accept-features accept-language accept-patch accept-post accept-query accept-ranges",
    "accept-signature access-control-allow-credentials access-control-allow-headers",
    "access-control-allow-methods access-control-allow-origin access-control-expose-headers",
    "access-control-max-age access-control-request-headers access-control-request-method",
    "age allow alpn alt-svc alt-used alternates apply-to-redirect-ref authentication-control",
    "authentication-info authorization available-dictionary",
    "cache-control cache-group-invalidation cache-groups cache-status cal-managed-id",
    "caldav-timezones capsule-protocol cdn-cache-control cdn-loop cert-not-after",
    "cert-not-before clear-site-data client-cert client-cert-chain close connection",
    "content-digest content-disposition content-encoding content-language content-length",
    "content-location content-range content-security-policy",
    "content-security-policy-report-only content-type cookie cross-origin-embedder-policy",
    "cross-origin-embedder-policy-report-only cross-origin-opener-policy",
    "cross-origin-opener-policy-report-only cross-origin-resource-policy",
    "dasl date dav delta-base deprecation depth destination dictionary-id",
    "digest dnt dpop dpop-nonce early-data etag expect expires forwarded from hobareg host if",
    "if-match if-modified-since if-none-match if-range if-schedule-tag-match",
    "if-unmodified-since im include-referred-token-binding-id keep-alive label last-event-id",
    "last-modified link link-template location lock-token max-forwards memento-datetime meter",
    "mime-version negotiate nel odata-entityid odata-isolation odata-maxversion odata-version",
    "optional-www-authenticate ordering-type origin origin-agent-cluster oscore",
    "oslc-core-version overwrite permissions-policy position pragma prefer preference-applied",
    "priority proxy-authenticate proxy-authentication-info proxy-authorization",
    "proxy-connection proxy-status public-key-pins public-key-pins-report-only range",
    "ratelimit ratelimit-policy redirect-ref referer referrer-policy refresh replay-nonce",
    "reporting-endpoints repr-digest retry-after schedule-reply schedule-tag sec-ch-ua",
    "sec-ch-ua-mobile sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site",
    "sec-fetch-storage-access sec-fetch-user sec-gpc sec-purpose sec-token-binding",
    "sec-websocket-accept sec-websocket-extensions sec-websocket-key",
    "sec-websocket-protocol sec-websocket-version server server-timing set-cookie signature",
    "signature-input slug soapaction sourcemap status-uri strict-transport-security sunset",
    "surrogate-capability surrogate-control tcn te timeout timing-allow-origin topic",
    "traceparent tracestate trailer transfer-encoding ttl upgrade upgrade-insecure-requests",
    "urgency use-as-dictionary user-agent variant-vary vary via want-content-digest",
    "want-digest want-repr-digest warning www-authenticate x-content-type-options",
    "x-correlation-id x-dns-prefetch-control x-forwarded-for x-forwarded-host",
    "x-forwarded-port x-forwarded-proto x-frame-options x-permitted-cross-domain-policies",
    "x-powered-by x-real-ip x-request-id x-requested-with x-robots-tag x-xss-protection",
  ].join(" ").split(" "),
);

/** Spellings on the wire that are not title case. */
const IRREGULAR: readonly string[] = [
  "Accept-CH ALPN DNT DPoP ETag NEL TE TTL Sec-CH-UA Sec-CH-UA-Mobile Sec-CH-UA-Platform Sec-GPC",
  "Sec-WebSocket-Accept Sec-WebSocket-Extensions Sec-WebSocket-Key Sec-WebSocket-Protocol",
  "Sec-WebSocket-Version SOAPAction SourceMap WWW-Authenticate X-DNS-Prefetch-Control X-Real-IP",
  "X-Request-ID X-XSS-Protection",
].join(" ").split(" ");

// The spellings that are seen on the wire, so that a known name costs one lookup and no lowering.
const INTERNED: ReadonlyMap<string, string> = new Map([
  ...FIELD_NAMES.flatMap((name) => [[name, name], [titleCase(name), name]] as const),
  ...IRREGULAR.map((name) => [name, name.toLowerCase()] as const),
]);

/**
 * The canonical form of a field name: lower case, and for a known name always the same string.
 *
 * @example Any spelling
 * ```ts
 * import { canonicalFieldName } from "@avx/semantics/field-name";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonicalFieldName("Content-Type"), "content-type");
 * assertEquals(canonicalFieldName("X-Custom"), "x-custom");
 * ```
 */
export function canonicalFieldName(name: string): string {
  return INTERNED.get(name) ?? name.toLowerCase();
}

/**
 * Whether a text is a field name: a token (RFC 9110 §5.1, §5.6.2).
 *
 * @example Names and others
 * ```ts
 * import { isFieldName } from "@avx/semantics/field-name";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isFieldName("X-Custom"), true);
 * assertEquals(isFieldName("x custom"), false);
 * assertEquals(isFieldName(":path"), false);
 * ```
 */
export function isFieldName(name: string): boolean {
  return isToken(name);
}

/**
 * Whether a field name, in whatever case, is the name `lowerName`.
 *
 * @param lowerName A field name in lower case.
 *
 * @example Comparing
 * ```ts
 * import { sameFieldName } from "@avx/semantics/field-name";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(sameFieldName("ETag", "etag"), true);
 * assertEquals(sameFieldName("Age", "etag"), false);
 * ```
 */
export function sameFieldName(name: string, lowerName: string): boolean {
  return name === lowerName ||
    (name.length === lowerName.length && name.toLowerCase() === lowerName);
}

/** `content-type` becomes `Content-Type`. */
function titleCase(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash, letter) => dash + letter.toUpperCase());
}
