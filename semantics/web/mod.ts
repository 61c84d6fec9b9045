/**
 * The Web's `Request`, `Response` and `Headers` at the edge of a server: requests that are made
 * lazily, and responses that are cheap to send.
 *
 * Two lanes. *Fast*: responses made by {@linkcode text}, {@linkcode json}, {@linkcode html},
 * {@linkcode bytes}, {@linkcode stream}, or of the class {@linkcode FastResponse}. *Native*: a
 * `Response` of the platform's own. In Deno one with a constant body costs little more, as long as
 * nobody has asked for its body; elsewhere it is read through a stream, which costs 1 to 2 µs.
 *
 * @example A handler on the fast lane
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { json, text } from "@avx/semantics/web";
 *
 * function handler(request: Request): Response {
 *   return request.url.endsWith("/status") ? json({ up: true }) : text("hello");
 * }
 *
 * const response = handler(new Request("http://localhost/status"));
 * assertEquals(await response.json(), { up: true });
 * ```
 *
 * @module
 */

export * from "./body_stream.ts";
export * from "./builders.ts";
export * from "./constant_response.ts";
export { FastResponse, installFastResponse } from "./fast_response.ts";
export * from "./header_lines.ts";
export * from "./lazy_headers.ts";
export * from "./lazy_request.ts";
export * from "./light_response.ts";
export * from "./request_source.ts";
export * from "./request_url.ts";
export * from "./response_parts.ts";
export * from "./take_apart.ts";
export * from "./upgrade.ts";
