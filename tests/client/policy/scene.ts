/**
 * What policies are tested with: requests as interceptors see them, and answers by a script.
 *
 * @module
 */

import { type ClientResponse, type InterceptedRequest, makeResponse, type Next } from "@avx/client";
import type { ResponseParts } from "@avx/client";
import { EditableFields } from "@avx/semantics/editable-fields";
import type { FieldInit } from "@avx/semantics/field-lines";

/** What {@linkcode asked} takes beside the URL. */
export type AskedParts = Partial<Omit<InterceptedRequest, "url" | "headers">> & {
  readonly headers?: FieldInit;
};

/** A request on its way. */
export function asked(url: string, parts: AskedParts = {}): InterceptedRequest {
  return {
    method: "GET",
    body: undefined,
    signal: undefined,
    startedAt: 0,
    timeout: Infinity,
    ...parts,
    url: new URL(url),
    headers: new EditableFields(parts.headers),
  };
}

/** An answer of a script: a response, what a response is made of, or what it fails with. */
export type Answer = ResponseParts | Error | ((request: InterceptedRequest) => ResponseParts);

/** A connection that answers by a script, and remembers what it was asked. */
export interface Script {
  /** Answers the next request; the last answer serves all that follow. */
  readonly next: Next;
  /** What was asked, as it was then. */
  readonly requests: InterceptedRequest[];
  /** What was answered. */
  readonly responses: ClientResponse[];
}

/** Answers request after request. */
export function script(...answers: readonly Answer[]): Script {
  const requests: InterceptedRequest[] = [];
  const responses: ClientResponse[] = [];
  async function next(request: InterceptedRequest): Promise<ClientResponse> {
    const answer = answers[Math.min(requests.length, answers.length - 1)];
    requests.push({ ...request, headers: request.headers.clone() });
    await Promise.resolve();
    if (answer instanceof Error) throw answer;
    const parts = typeof answer === "function" ? answer(request) : answer;
    const response = makeResponse(request.url, parts);
    responses.push(response);
    return response;
  }
  return { next, requests, responses };
}

/** A redirect. */
export function moved(status: number, location: string): ResponseParts {
  return { status, headers: { location } };
}
