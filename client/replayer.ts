/**
 * The interceptor that answers from a recording.
 *
 * @module
 */

import { makeResponse } from "./derived_response.ts";
import type { InterceptedRequest, Interceptor } from "./interceptor.ts";
import { requestBody } from "./recorder.ts";
import {
  bytesOfRecorded,
  type RecordedExchange,
  type RecordedRequest,
  type Recording,
} from "./recording.ts";

/** How exchanges are replayed. */
export interface ReplayOptions {
  /**
   * Whether a recorded request is the one that is made. It may look at more than by default, or at
   * less.
   *
   * @default {the same method, URL and body}
   */
  readonly matches?: (recorded: RecordedRequest, request: RecordedRequest) => boolean;
  /**
   * Whether an exchange answers once only, so that the same request has its answers in the order
   * they were recorded; otherwise the first that matches answers always.
   *
   * @default {true}
   */
  readonly once?: boolean;
  /**
   * What is done with a request that was not recorded: it rejects with `TypeError`, or goes out.
   *
   * @default {"error"}
   */
  readonly missing?: "error" | "pass";
}

/**
 * Answers requests from a recording. As the outermost interceptor it answers before any policy is
 * asked, and nothing goes out.
 *
 * @example A test without a network
 * ```ts
 * import { Client, Recording, replayFrom } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const recording = Recording.parse(`{ "version": 1, "exchanges": [{
 *   "request": { "method": "GET", "url": "https://a.example/users/17", "headers": [] },
 *   "response": { "status": 200, "statusText": "OK", "headers": [], "body": { "text": "Ana" } }
 * }] }`);
 * const client = new Client({ interceptors: [replayFrom(recording)] });
 *
 * assertEquals(await client.get("https://a.example/users/17").text(), "Ana");
 * client.close();
 * ```
 */
export function replayFrom(recording: Recording, options: ReplayOptions = {}): Interceptor {
  const { matches = isSame, once = true, missing = "error" } = options;
  const used = new Set<RecordedExchange>();
  return async (request, next) => {
    const asked = recordedRequest(request);
    const found = recording.exchanges.find((exchange) =>
      !used.has(exchange) && matches(exchange.request, asked)
    );
    if (found === undefined) {
      if (missing === "pass") return await next(request);
      throw new TypeError(`Cannot replay "${asked.method} ${asked.url}" as it was not recorded`);
    }
    if (once) used.add(found);
    const { status, statusText, headers, body } = found.response;
    return makeResponse(request.url, {
      status,
      statusText,
      headers,
      body: bytesOfRecorded(body),
      startedAt: request.startedAt,
    });
  };
}

function recordedRequest(request: InterceptedRequest): RecordedRequest {
  const { method, url, headers } = request;
  const body = requestBody(request);
  return {
    method,
    url: url.href.slice(0, url.href.length - url.hash.length),
    headers: [...headers],
    ...body === undefined ? {} : { body },
  };
}

function isSame(recorded: RecordedRequest, request: RecordedRequest): boolean {
  return recorded.method === request.method && recorded.url === request.url &&
    JSON.stringify(recorded.body) === JSON.stringify(request.body);
}
