/**
 * Responses on the fast lane.
 *
 * @module
 */

import { hasField } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import { headerLines } from "./header_lines.ts";
import { lightResponse } from "./light_response.ts";
import type { OutgoingBody } from "./response_parts.ts";

const TEXT: FieldLines = Object.freeze(["content-type", "text/plain; charset=utf-8"]);
const HTML: FieldLines = Object.freeze(["content-type", "text/html; charset=utf-8"]);
const JSON_LINES: FieldLines = Object.freeze(["content-type", "application/json"]);
const BYTES: FieldLines = Object.freeze(["content-type", "application/octet-stream"]);

/**
 * Answers with plain text.
 *
 * @example A greeting
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { text } from "@avx/semantics/web";
 *
 * const response = text("hello", { status: 202 });
 * assertEquals(response.status, 202);
 * assertEquals(response.headers.get("content-type"), "text/plain; charset=utf-8");
 * assertEquals(await response.text(), "hello");
 * ```
 *
 * @param body The text, sent as UTF-8.
 * @param init Status and headers; a `content-type` among them takes the default's place.
 * @returns A `Response` on the fast lane.
 * @throws {RangeError} If the status is not within 200–599.
 */
export function text(body: string, init?: ResponseInit): Response {
  return build(body, TEXT, init);
}

/**
 * Answers with HTML.
 *
 * @example A page
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { html } from "@avx/semantics/web";
 *
 * const response = html("<!doctype html><title>avx</title>");
 * assertEquals(response.headers.get("content-type"), "text/html; charset=utf-8");
 * ```
 *
 * @param body The document, sent as UTF-8.
 * @param init Status and headers; a `content-type` among them takes the default's place.
 * @returns A `Response` on the fast lane.
 * @throws {RangeError} If the status is not within 200–599.
 */
export function html(body: string, init?: ResponseInit): Response {
  return build(body, HTML, init);
}

/**
 * Answers with JSON (RFC 8259).
 *
 * @example A record
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { json } from "@avx/semantics/web";
 *
 * const response = json({ ok: true });
 * assertEquals(response.headers.get("content-type"), "application/json");
 * assertEquals(await response.json(), { ok: true });
 * ```
 *
 * @param value What to send; what `JSON.stringify` makes of it.
 * @param init Status and headers; a `content-type` among them takes the default's place.
 * @returns A `Response` on the fast lane.
 * @throws {TypeError} If `value` has no JSON form.
 * @throws {RangeError} If the status is not within 200–599.
 */
export function json(value: unknown, init?: ResponseInit): Response {
  const body = JSON.stringify(value);
  if (body === undefined) {
    throw new TypeError("Cannot answer with JSON: the value has no JSON form");
  }
  return build(body, JSON_LINES, init);
}

/**
 * Answers with bytes.
 *
 * @example An image
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bytes } from "@avx/semantics/web";
 *
 * const response = bytes(new Uint8Array([137, 80]), { headers: { "content-type": "image/png" } });
 * assertEquals(response.headers.get("content-type"), "image/png");
 * ```
 *
 * @param body The bytes. They are not copied: do not change them until the response is sent.
 * @param init Status and headers; a `content-type` among them takes the default's place.
 * @returns A `Response` on the fast lane.
 * @throws {RangeError} If the status is not within 200–599.
 */
export function bytes(body: Uint8Array, init?: ResponseInit): Response {
  return build(body, BYTES, init);
}

/**
 * Answers with a stream of bytes, sent as they come; a slow peer slows the source down.
 *
 * @example From an async generator
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stream } from "@avx/semantics/web";
 *
 * async function* count(): AsyncGenerator<Uint8Array> {
 *   for (let i = 0; i < 3; i++) yield new Uint8Array([48 + i]);
 * }
 * assertEquals(await stream(count()).text(), "012");
 * ```
 *
 * @param body Where the bytes come from.
 * @param init Status and headers; a `content-type` among them takes the default's place.
 * @returns A `Response` on the fast lane.
 * @throws {RangeError} If the status is not within 200–599.
 */
export function stream(
  body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  init?: ResponseInit,
): Response {
  return build(body instanceof ReadableStream ? body : ReadableStream.from(body), BYTES, init);
}

function build(body: OutgoingBody, defaults: FieldLines, init: ResponseInit | undefined): Response {
  if (init === undefined) {
    return lightResponse({
      status: 200,
      statusText: "",
      lines: defaults,
      body,
      upgrade: undefined,
    });
  }
  const status = init.status ?? 200;
  if (!(status >= 200 && status <= 599)) {
    throw new RangeError(`Cannot make response: status must be within 200 and 599, got ${status}`);
  }
  if (body !== "" && (status === 204 || status === 205 || status === 304)) {
    throw new TypeError(`Cannot make response with a body: status ${status} allows none`);
  }
  let lines = headerLines(init.headers);
  if (lines.length === 0) lines = defaults;
  else if (!hasField(lines, "content-type")) lines = [...lines, ...defaults];
  const statusText = init.statusText ?? "";
  return lightResponse({ status, statusText, lines, body, upgrade: undefined });
}
