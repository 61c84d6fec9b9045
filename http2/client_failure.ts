/**
 * What the events that end a request or a connection are to whoever waits for a response.
 *
 * @module
 */

import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import { BodyTooLargeError, RemoteProtocolError } from "@avx/semantics/errors";
import type { Http2ClientTimeouts } from "./client_config.ts";
import { errorCodeName, NO_ERROR } from "./frame/error_code.ts";
import type { Http2Failed } from "./proto/events.ts";
import type { Http2Limits } from "./proto/limits.ts";

/** What a broken rule or limit is; `undefined` if it was time, and nobody's fault. */
export function failureError(
  failure: Http2Failed,
  timeouts: Http2ClientTimeouts,
  limits: Http2Limits,
): Error | undefined {
  const { code, limit, reason } = failure;
  const details = { code: errorCodeName(code) };
  switch (limit) {
    case "idleMs":
      return undefined;
    case "stallMs":
    case "minSendBytesPerSecond":
      return new TimeoutError("request", timeouts.requestMs);
    case "pingTimeoutMs":
      return new NetworkError(reason, { code: "PING_TIMEOUT" });
    case "maxBodyBytes":
    case "maxPushBytes":
      return new BodyTooLargeError(limits[limit]);
    default:
      return new RemoteProtocolError(reason, details);
  }
}

/** What a reset by the peer is. */
export function resetError(code: number): Error {
  return new NetworkError(`The peer reset the stream: ${errorCodeName(code)}`, {
    code: "STREAM_RESET",
  });
}

/** What the end of a connection is to the requests that were still on it. */
export function endError(goawayCode: number): Error {
  if (goawayCode === NO_ERROR) {
    return new NetworkError("The peer ended the connection", { code: "UNEXPECTED_EOF" });
  }
  const name = errorCodeName(goawayCode);
  return new NetworkError(`The peer ended the connection: ${name}`, { code: name });
}
