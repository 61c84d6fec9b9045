/**
 * Takes any response apart, whoever made it.
 *
 * @module
 */

import { ConstantResponses } from "./constant_response.ts";
import { FastResponse, nativeLines, NativeResponse } from "./fast_response.ts";
import { LightResponse } from "./light_response.ts";
import type { ResponseParts } from "./response_parts.ts";

const constants = new ConstantResponses(NativeResponse);

/**
 * The parts of a response, on the cheapest way its class allows.
 *
 * @example A constant and a stream
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { takeApart, text } from "@avx/semantics/web";
 *
 * assertEquals(takeApart(text("hello")).body, "hello");
 * const streamed = new Response(new ReadableStream());
 * assert(takeApart(streamed).body instanceof ReadableStream);
 * ```
 *
 * @param response What a handler returned.
 * @returns Plain values to be sent.
 * @throws {TypeError} If it is not a response, or its body was read already.
 */
export function takeApart(response: Response): ResponseParts {
  if (typeof response !== "object" || response === null) throw notResponse(response);
  const parts = LightResponse.parts(response) ?? FastResponse.parts(response);
  if (parts !== undefined) {
    refuseUsedBody(response, parts);
    return parts;
  }
  if (!NativeResponse[Symbol.hasInstance].call(NativeResponse, response)) {
    throw notResponse(response);
  }
  const constant = constants.parts(response);
  if (constant !== undefined) return constant;
  const native: ResponseParts = {
    status: response.status,
    statusText: response.statusText,
    lines: nativeLines(response),
    body: response.body ?? undefined,
    upgrade: undefined,
  };
  if (native.status === 0) throw new TypeError("Cannot send response: it is an error response");
  refuseUsedBody(response, native);
  return native;
}

/** One that was read in part, or cancelled, is not locked any more, and would be sent cut short. */
function refuseUsedBody(response: Response, { body }: ResponseParts): void {
  if (body instanceof ReadableStream && (body.locked || response.bodyUsed)) {
    throw new TypeError("Cannot send response: its body was read or is being read already");
  }
}

function notResponse(value: unknown): TypeError {
  return new TypeError(`Cannot send response: expected a Response, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  return `an object of class ${value.constructor?.name ?? "unknown"}`;
}
