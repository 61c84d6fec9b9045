/**
 * The response to a request whose handler failed.
 *
 * @module
 */

import { BodyTooLargeError } from "@avx/semantics/errors";

/** Makes a response of an error. */
export type FailureHandler = (error: unknown) => Response | Promise<Response>;

/**
 * What is done where the caller has no `onError`: the error goes to `console.error`, and the peer
 * learns nothing of it; but a body that was too large to collect is the peer's own fault (413).
 */
export function reportFailure(error: unknown): Response {
  if (error instanceof BodyTooLargeError) {
    return new Response("Content Too Large", {
      status: 413,
      headers: { "content-type": "text/plain;charset=UTF-8" },
    });
  }
  console.error(error);
  return new Response("Internal Server Error", {
    status: 500,
    headers: { "content-type": "text/plain;charset=UTF-8" },
  });
}

/** A failure handler that cannot fail: where `onError` does, its own error is reported. */
export function guardFailure(onError: FailureHandler): FailureHandler {
  return (error) => {
    let response;
    try {
      response = onError(error);
    } catch (second) {
      return reportFailure(second);
    }
    return response instanceof Response ? response : guardLate(response);
  };
}

async function guardLate(pending: Promise<Response>): Promise<Response> {
  try {
    const response = await pending;
    if (response instanceof Response) return response;
    return reportFailure(new TypeError("Cannot answer as onError did not return a Response"));
  } catch (second) {
    return reportFailure(second);
  }
}
