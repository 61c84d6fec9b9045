/**
 * The policy that takes responses for errors.
 *
 * @module
 */

import { bufferBody } from "../buffered_body.ts";
import { ClientBody } from "../client_body.ts";
import { deriveResponse } from "../derived_response.ts";
import { HttpStatusError } from "../http_status_error.ts";
import type { Interceptor } from "../interceptor.ts";

/** How much of a response's body goes along with the error; the rest is given up. */
const MAX_ERROR_BYTES = 64 * 1024;

/** Rejects with `HttpStatusError` from 400 on, as the request's option `throwOnStatus` says. */
export function statusCheck(concernsAll: boolean): Interceptor {
  return (request, next) => {
    const asked = next(request);
    if (!(request.throwOnStatus ?? concernsAll)) return asked;
    return asked.then(async (response) => {
      if (response.status < 400) return response;
      // Nobody reads the body of an error that nobody expects: it must not hold the connection.
      const { bytes, source } = await bufferBody(response.body, MAX_ERROR_BYTES);
      source?.cancel();
      const body = new ClientBody(bytes.subarray(0, MAX_ERROR_BYTES), response.trailers);
      throw new HttpStatusError(deriveResponse(response, { body }));
    });
  };
}
