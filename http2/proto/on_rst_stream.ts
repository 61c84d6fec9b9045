/**
 * RST_STREAM (RFC 9113 §6.4).
 *
 * @module
 */

import { FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import type { Stream } from "./stream.ts";
import { RECEIVE_RESET, transition } from "./stream_state.ts";

/** Takes in the frame just read. */
export function onRstStream(connection: Connection): Http2Event | undefined {
  const { frames, streams } = connection;
  const { streamId } = frames;
  if (streamId === 0) return connection.fail(PROTOCOL_ERROR, "RST_STREAM came on stream 0");
  if (frames.length !== 4) {
    return connection.fail(FRAME_SIZE_ERROR, `RST_STREAM has ${frames.length} bytes, not 4`);
  }
  const code = frames.u32(frames.start);
  connection.witness?.reset("received", streamId, code);
  const stream = streams.find(streamId);
  if (!isWelcome(connection, stream)) {
    const failure = connection.count("maxPeerResets");
    if (failure !== undefined) return failure;
  }
  if (stream === undefined) return connection.judgeMissing(streamId, RECEIVE_RESET);
  connection.close(stream, transition(stream.state, RECEIVE_RESET));
  return { type: "reset", streamId, code };
}

/**
 * Whether a reset is no abuse, however many there are: a server's of what it was asked for, and a
 * client's, once, of what it was promised.
 */
function isWelcome({ isServer, frames, streams }: Connection, stream: Stream | undefined): boolean {
  return streams.isOwn(frames.streamId) && (!isServer || stream !== undefined);
}
