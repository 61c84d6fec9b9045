/**
 * HPACK, the header compression of HTTP/2 (RFC 7541). It is pure: it knows no connection.
 *
 * @module
 */

export * from "./decoder.ts";
export { type HpackFailure } from "./failure.ts";
export * from "./encoder.ts";
