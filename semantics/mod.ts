/**
 * What every version of HTTP shares (RFC 9110): methods, status codes, fields, dates, targets,
 * message heads, framing rules, bodies, handlers, errors, and the bridge to the Web's `Request` and
 * `Response`.
 *
 * @example A handler and what it is told
 * ```ts
 * import { compose, isSafe, type Middleware, reasonPhrase, text } from "@avx/semantics";
 * import type { ServeInfo } from "@avx/semantics";
 * import { assertEquals } from "@std/assert";
 *
 * const readOnly: Middleware = (request, info, next) =>
 *   isSafe(request.method) ? next(request, info) : text(reasonPhrase(405), { status: 405 });
 *
 * const handler = compose(readOnly, () => text("hello"));
 * const request = new Request("http://a.example/", { method: "DELETE" });
 * const response = await handler(request, {} as ServeInfo);
 *
 * assertEquals(await response.text(), "Method Not Allowed");
 * ```
 *
 * @module
 */

export * from "./authority.ts";
export * from "./base64.ts";
export * from "./body.ts";
export type * from "./body_source.ts";
export * from "./certificate_names.ts";
export * from "./byte_range.ts";
export * from "./caching/mod.ts";
export * from "./compose.ts";
export * from "./cookies/mod.ts";
export * from "./content_coding.ts";
export * from "./date.ts";
export * from "./digest_field.ts";
export * from "./editable_fields.ts";
export * from "./entity_tag.ts";
export * from "./errors.ts";
export * from "./event_stream.ts";
export * from "./field_lines.ts";
export * from "./field_name.ts";
export type * from "./field_section.ts";
export * from "./field_value.ts";
export * from "./framing.ts";
export type * from "./handler.ts";
export type * from "./head.ts";
export * from "./method.ts";
export * from "./parameters.ts";
export * from "./precondition.ts";
export * from "./priority.ts";
export * from "./quoted_string.ts";
export * from "./retry_after.ts";
export * from "./status.ts";
export * from "./structured_fields/mod.ts";
export * from "./target.ts";
export * from "./web/mod.ts";
