/**
 * A response that nobody has asked for yet (RFC 9113 §8.4): from what a handler promises to a stream
 * and the head of the request on it.
 *
 * @module
 */

import { FieldList } from "@avx/semantics/field-lines";
import type { FieldLines, FieldSection } from "@avx/semantics/field-section";
import type { PushOptions } from "@avx/semantics/handler";
import { DEFAULT_PRIORITY, parsePriority } from "@avx/semantics/priority";
import { headerLines } from "@avx/semantics/web";
import type { Http2RequestHead } from "./proto/request_head.ts";
import type { Http2ServerCore } from "./proto/server_core.ts";
import type { StreamExchange } from "./stream_exchange.ts";

/** A promise that the client was told of. */
export interface PromisedStream {
  /** The stream of the response. */
  readonly streamId: number;
  /** The request, as if the client had sent it. */
  readonly head: Http2RequestHead;
}

/**
 * Promises a response.
 *
 * @returns `undefined` where the client takes no pushes, or no more of them, or `parent` is over.
 * @throws {TypeError} If the target is of another origin, or a field could not travel.
 * @throws {LocalProtocolError} If the method is not safe and cacheable.
 */
export function promiseStream(
  core: Http2ServerCore,
  parent: StreamExchange,
  target: string | URL,
  options: PushOptions,
): PromisedStream | undefined {
  const { head: { host, scheme }, streamId: parentId, state, gone } = parent;
  const path = pathOf(parent.url, target);
  // RFC 9113 §8.4: a promise belongs to a request of the client's, and no push has its own pushes.
  const isRequest = (parentId & 1) === 1;
  if (!isRequest || gone || state === "done" || host === undefined) return undefined;
  const { method = "GET" } = options;
  const lines = headerLines(options.headers);
  const streamId = core.push(parentId, { method, scheme, authority: host, path, lines });
  if (streamId === undefined) return undefined;
  return { streamId, head: headOf(method, scheme, host, path, lines) };
}

/** The server is authoritative for what it was asked for; beyond that, nobody here knows. */
function pathOf(base: string, target: string | URL): string {
  const url = new URL(target, base);
  if (url.origin !== new URL(base).origin) {
    throw new TypeError(`Cannot push ${url.href} as it must be of the origin of ${base}`);
  }
  return url.pathname + url.search;
}

function headOf(
  method: string,
  scheme: string,
  host: string,
  target: string,
  lines: FieldLines,
): Http2RequestHead {
  const fields = new FieldList(lines.map((text, at) => at % 2 === 0 ? text.toLowerCase() : text));
  const priority = fields.get("priority");
  return {
    method,
    target,
    host,
    scheme,
    fields: fields as FieldSection,
    hasBody: false,
    contentLength: undefined,
    expectsContinue: false,
    protocol: undefined,
    priority: priority === undefined ? DEFAULT_PRIORITY : parsePriority(priority),
  };
}
