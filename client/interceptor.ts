/**
 * Interceptors: functions around a request, each of which may change it, answer it, send it again
 * or look at what came back.
 *
 * @module
 */

import { EditableFields } from "@avx/semantics/editable-fields";
import { type FieldInit, overlayFields } from "@avx/semantics/field-lines";
import type { FieldLines } from "@avx/semantics/field-section";
import type { RequestBodyInit } from "./outgoing_body.ts";
import { normalisedMethod, requestLines } from "./prepared_request.ts";
import type { RequestOptions } from "./request.ts";
import { contentOf } from "./request_content.ts";
import type { ClientResponse } from "./response.ts";

/**
 * A request on its way through the interceptors: a plain record, so that a changed copy is
 * `{ ...request, url }`.
 *
 * `headers` may be edited in place. Who sends a request more than once gives each `next` a copy of
 * them (`request.headers.clone()`), so that what is added below is added once.
 */
export interface InterceptedRequest
  extends
    Omit<RequestOptions, "method" | "headers" | "body" | "json" | "form" | "signal" | "timeout"> {
  /** Where to. */
  readonly url: URL;
  /** The method. */
  readonly method: string;
  /** All field lines that the caller and the client set. */
  readonly headers: EditableFields;
  /** The body, as the caller gave it. */
  readonly body: RequestBodyInit | undefined;
  /** Gives it up. */
  readonly signal: AbortSignal | undefined;
  /** When it was made, in milliseconds on the client's clock. */
  readonly startedAt: number;
  /** For everything from then to the end of the response's body, in milliseconds. */
  readonly timeout: number;
}

/** Passes a request on: to the next interceptor, and at last to a connection. */
export type Next = (request: InterceptedRequest) => Promise<ClientResponse>;

/**
 * A function around requests. It answers with what `next` gives, with something made of it
 * (`deriveResponse`), or by itself (`makeResponse`). A response that it does not pass on, it
 * cancels (`response.body.cancel()`), so that its connection can serve others.
 */
export type Interceptor = (request: InterceptedRequest, next: Next) => Promise<ClientResponse>;

/** What can be done right before a request is sent, and right after its response came. */
export interface InterceptorHooks {
  /**
   * Sees each request that is really sent: every redirect, every try. It may edit `headers`, or
   * give another request to send instead.
   */
  readonly onRequest?: (
    request: InterceptedRequest,
  ) => InterceptedRequest | void | Promise<InterceptedRequest | void>;
  /** Sees each response that really came. It may give another one instead. */
  readonly onResponse?: (
    response: ClientResponse,
    request: InterceptedRequest,
  ) => ClientResponse | void | Promise<ClientResponse | void>;
}

/** Puts interceptors around `last`, the first of them outermost. */
export function composeInterceptors(interceptors: readonly Interceptor[], last: Next): Next {
  return interceptors.reduceRight<Next>(
    (next, interceptor) => (request) => interceptor(request, next),
    last,
  );
}

/** Hooks as an interceptor. */
export function hooked(hooks: InterceptorHooks): Interceptor {
  const { onRequest, onResponse } = hooks;
  return async (request, next) => {
    const changed = await onRequest?.(request) ?? request;
    const response = await next(changed);
    if (onResponse === undefined) return response;
    try {
      return await onResponse(response, changed) ?? response;
    } catch (error) {
      response.body.cancel(error);
      throw error;
    }
  };
}

/** What a request has where its caller says nothing. */
export interface InterceptionDefaults {
  /** The client's own field lines. */
  readonly headers: FieldLines;
  /** What relative URLs are relative to. */
  readonly baseUrl: URL | undefined;
  /** For everything, in milliseconds. */
  readonly totalMs: number;
}

/**
 * A request as interceptors see it.
 *
 * @param now The client's time.
 * @throws {TypeError} If the URL, the method or a field is not valid.
 */
export function interceptedRequest(
  url: string | URL,
  options: RequestOptions | undefined,
  defaults: InterceptionDefaults,
  now: number,
): InterceptedRequest {
  const { json: _json, form: _form, ...rest } = options ?? {};
  const { method, headers: own, signal, timeout } = rest;
  const { body, contentType } = contentOf(options ?? {});
  const headers = withDefaults(defaults.headers, own);
  if (contentType !== undefined && !headers.has("content-type")) {
    headers.append("content-type", contentType);
  }
  return {
    ...rest,
    url: new URL(url, defaults.baseUrl),
    method: normalisedMethod(method ?? "GET"),
    headers,
    body,
    signal: signal ?? undefined,
    startedAt: now,
    timeout: timeout ?? defaults.totalMs,
  };
}

function withDefaults(
  defaults: FieldLines,
  headers: Headers | FieldInit | undefined,
): EditableFields {
  const lines = headers === undefined ? defaults : overlayFields(defaults, requestLines(headers));
  return new EditableFields(pairsOf(lines));
}

function* pairsOf(lines: FieldLines): Generator<readonly [string, string]> {
  for (let at = 0; at < lines.length; at += 2) yield [lines[at], lines[at + 1]];
}
