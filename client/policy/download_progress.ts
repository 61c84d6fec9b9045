/**
 * The policy that tells how far the body of a response has come.
 *
 * @module
 */

import { ClientBody } from "../client_body.ts";
import { deriveResponse } from "../derived_response.ts";
import type { Interceptor } from "../interceptor.ts";
import { WatchedDownload } from "../progress.ts";

/** Tells the request's `onDownloadProgress` of what is read: of the content, decoded if it was coded. */
export function downloadProgress(): Interceptor {
  return (request, next) => {
    const listener = request.onDownloadProgress;
    if (listener === undefined) return next(request);
    return next(request).then((response) => {
      const source = new WatchedDownload(response.body.source(), listener);
      return deriveResponse(response, { body: new ClientBody(source, undefined) });
    });
  };
}
