/**
 * HTTP/2 (RFC 9113): HPACK, frames, the protocol cores and their drivers.
 *
 * @module
 */

export * from "./hpack/mod.ts";
