/**
 * A complete field section behind content: trailers (RFC 9113 §8.1).
 *
 * @module
 */

import { ENHANCE_YOUR_CALM, PROTOCOL_ERROR } from "../frame/error_code.ts";
import type { HpackFailure } from "../hpack/mod.ts";
import type { Connection } from "./connection.ts";
import { endReceived } from "./end_received.ts";
import type { Http2Event } from "./events.ts";
import { readTrailers } from "./response_head.ts";
import { IS_CONNECT, type Stream } from "./stream.ts";
import { FIRST_VERDICT, RECEIVE_HEADERS, transition } from "./stream_state.ts";

/** Takes in a decoded section on a stream that has its head. */
export function onTrailers(
  connection: Connection,
  stream: Stream,
  endStream: boolean,
  lines: readonly string[],
  failure: HpackFailure | undefined,
): Http2Event | undefined {
  const { id } = stream;
  const verdict = transition(stream.state, RECEIVE_HEADERS);
  if (verdict >= FIRST_VERDICT) return connection.judge(verdict, id);
  if (!endStream) {
    return connection.failStream(id, PROTOCOL_ERROR, "Trailers do not end the stream");
  }
  // RFC 9113 §8.5: a tunnel has content only.
  if (stream.has(IS_CONNECT)) {
    return connection.failStream(id, PROTOCOL_ERROR, "Trailers came in a tunnel");
  }
  if (failure !== undefined) {
    return failure.kind === "size"
      ? connection.failStream(id, ENHANCE_YOUR_CALM, failure.reason, {
        limit: "maxHeaderListBytes",
        statusHint: 431,
      })
      : connection.failStream(id, PROTOCOL_ERROR, failure.reason);
  }
  const trailers = readTrailers(lines);
  if (typeof trailers === "string") return connection.failStream(id, PROTOCOL_ERROR, trailers);
  return endReceived(connection, stream, trailers.size === 0 ? undefined : trailers);
}
