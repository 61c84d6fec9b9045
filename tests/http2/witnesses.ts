/**
 * What a core tells its witness, as text.
 *
 * @module
 */

import { errorCodeName } from "../../http2/frame/error_code.ts";
import type { Http2Witness } from "../../http2/proto/witness.ts";

/** A witness that writes lines, and the lines; those of SETTINGS are left out. */
export function writingWitness(): { readonly witness: Http2Witness; readonly lines: string[] } {
  const lines: string[] = [];
  const witness: Http2Witness = {
    settings: () => {},
    goaway: (direction, lastStreamId, code, debug) =>
      void lines.push(`goaway ${direction} ${lastStreamId} ${errorCodeName(code)} ${debug}`),
    reset: (direction, streamId, code) =>
      void lines.push(`reset ${direction} ${streamId} ${errorCodeName(code)}`),
    pong: (_purpose, roundTripMs) => void lines.push(`pong ${roundTripMs}`),
    flowControl: (streamId, stalled, queuedBytes) =>
      void lines.push(`${stalled ? "stalled" : "open"} ${streamId} ${queuedBytes}`),
    window: (connectionBytes, streamBytes) =>
      void lines.push(`window ${connectionBytes} ${streamBytes}`),
    limit: ({ limit, streamId, code }, counts) =>
      void lines.push(
        `limit ${limit} ${streamId} ${errorCodeName(code)} ${Object.values(counts).join()}`,
      ),
    push: (direction, streamId, promisedId, method, target) =>
      void lines.push(`push ${direction} ${streamId} ${promisedId} ${method} ${target}`),
    priority: (direction, streamId, urgency, incremental) =>
      void lines.push(`priority ${direction} ${streamId} ${urgency} ${incremental}`),
  };
  return { witness, lines };
}
