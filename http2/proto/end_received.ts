/**
 * END_STREAM, on DATA or on trailers: the peer's message is complete (RFC 9113 §8.1).
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";
import { PROTOCOL_ERROR } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2End, Http2Failed } from "./events.ts";
import { DISCARDS, type Stream } from "./stream.ts";
import { isClosed, RECEIVE_END, transition } from "./stream_state.ts";

/** Ends the peer's half of a stream that it may still send on. */
export function endReceived(
  connection: Connection,
  stream: Stream,
  trailers: FieldSection | undefined,
): Http2End | Http2Failed | undefined {
  const { id, expectedBytes, receivedBytes } = stream;
  // RFC 9113 §8.1.1.
  if (expectedBytes >= 0 && receivedBytes !== expectedBytes) {
    const reason = `${expectedBytes} bytes of content were declared and ${receivedBytes} came`;
    return connection.failStream(id, PROTOCOL_ERROR, reason);
  }
  const told = !stream.has(DISCARDS);
  stream.state = transition(stream.state, RECEIVE_END);
  stream.bodySince = -1;
  if (isClosed(stream.state)) connection.close(stream, stream.state);
  return told ? { type: "end", streamId: id, trailers } : undefined;
}
