/** A request as a driver would show it, for tests of the Web bridge. */

import type { BodySource } from "@avx/semantics/body-source";
import { FieldList } from "@avx/semantics/field-lines";
import type { RequestSource } from "@avx/semantics/web";

export interface ScriptedBody extends BodySource {
  readonly cancelled: unknown[];
}

/** A body that yields `chunks`, one a pull. */
export function scriptedBody(...chunks: (string | Uint8Array)[]): ScriptedBody {
  const left = chunks.map((chunk) =>
    typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk
  );
  const cancelled: unknown[] = [];
  return {
    declaredLength: undefined,
    trailers: undefined,
    cancelled,
    pull: () => left.shift(),
    cancel: (reason) => void cancelled.push(reason),
  };
}

/** A request that has what `parts` says, and is `POST http://localhost/` otherwise. */
export function requestSource(
  parts: Partial<Omit<RequestSource, "fields">> & { lines?: string[] } = {},
): RequestSource {
  return {
    method: parts.method ?? "POST",
    connectProtocol: parts.connectProtocol,
    url: parts.url ?? "http://localhost/",
    fields: new FieldList(parts.lines ?? []),
    body: parts.body,
    maxBufferedBodyBytes: parts.maxBufferedBodyBytes ?? Infinity,
    signal: parts.signal ?? new AbortController().signal,
  };
}
