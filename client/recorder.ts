/**
 * The interceptor that records.
 *
 * @module
 */

import { BodyTooLargeError } from "@avx/semantics/errors";
import type { FieldSection } from "@avx/semantics/field-section";
import { bufferBody } from "./buffered_body.ts";
import { ClientBody } from "./client_body.ts";
import { deriveResponse } from "./derived_response.ts";
import type { InterceptedRequest, Interceptor } from "./interceptor.ts";
import { outgoingBody } from "./outgoing_body.ts";
import { type RecordedBody, recordedBody, type Recording } from "./recording.ts";
import { CREDENTIAL_FIELDS } from "./redirect.ts";

/** How exchanges are recorded. */
export interface RecordOptions {
  /**
   * Fields whose values are secrets: `redacted` stands in their place.
   *
   * @default {["authorization", "cookie", "proxy-authorization", "set-cookie"]}
   */
  readonly redact?: readonly string[];
  /**
   * The longest body that is recorded, in bytes. A longer one rejects with `BodyTooLargeError`.
   *
   * @default {16777216}
   */
  readonly maxBytes?: number;
}

/**
 * Records what goes through a client, for tests that replay it. Each body is read whole before its
 * response is passed on, so that what never ends cannot be recorded.
 *
 * @example Recording a request
 * ```ts
 * import { Client, Recording, recordTo } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("hello"));
 * const client = new Client();
 * const recording = new Recording();
 * client.use(recordTo(recording));
 *
 * assertEquals(await client.get(`http://127.0.0.1:${server.addr.port}/`).text(), "hello");
 * assertEquals(recording.exchanges[0].response.body, { text: "hello" });
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export function recordTo(recording: Recording, options: RecordOptions = {}): Interceptor {
  const { maxBytes = 16 * 1024 * 1024 } = options;
  const names = options.redact ?? [...CREDENTIAL_FIELDS, "set-cookie"];
  const secrets = new Set(names.map((name) => name.toLowerCase()));
  secrets.delete("host");
  return async (request, next) => {
    const asked = {
      method: request.method,
      url: request.url.href.slice(0, request.url.href.length - request.url.hash.length),
      headers: redacted(request.headers, secrets),
      ...optional(requestBody(request)),
    };
    const response = await next(request);
    const { bytes, source } = await bufferBody(response.body, maxBytes);
    if (source !== undefined) {
      const error = new BodyTooLargeError(maxBytes);
      source.cancel(error);
      throw error;
    }
    recording.exchanges.push({
      request: asked,
      response: {
        status: response.status,
        statusText: response.statusText,
        headers: redacted(response.headers, secrets),
        ...optional(recordedBody(bytes)),
      },
    });
    return deriveResponse(response, { body: new ClientBody(bytes, response.trailers) });
  };
}

/** A body as it is recorded: what is read only once, or written anew each time, is not. */
export function requestBody({ body }: InterceptedRequest): RecordedBody | undefined {
  if (body === undefined || body instanceof FormData) return undefined;
  const { bytes } = outgoingBody(body);
  return bytes === undefined ? undefined : recordedBody(bytes);
}

function redacted(
  headers: FieldSection,
  secrets: ReadonlySet<string>,
): (readonly [string, string])[] {
  return [...headers].map(([name, value]) =>
    [name, secrets.has(name.toLowerCase()) ? "redacted" : value] as const
  );
}

function optional(body: RecordedBody | undefined): { readonly body?: RecordedBody } {
  return body === undefined ? {} : { body };
}
