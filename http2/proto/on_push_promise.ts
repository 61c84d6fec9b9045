/**
 * PUSH_PROMISE (RFC 9113 §6.6).
 *
 * @module
 */

import { FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { unpad } from "../frame/frame_reader.ts";
import { END_HEADERS, PADDED } from "../frame/frame_type.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { onPushSection } from "./on_push_section.ts";

/** Takes in the frame just read. */
export function onPushPromise(connection: Connection): Http2Event | undefined {
  const { frames, streams } = connection;
  const { flags, streamId } = frames;
  // RFC 9113 §8.4: a client cannot push. §6.6: nor a server to whom it was forbidden.
  if (connection.isServer) {
    return connection.fail(PROTOCOL_ERROR, "PUSH_PROMISE came from a client");
  }
  if (!connection.push) {
    return connection.fail(PROTOCOL_ERROR, "PUSH_PROMISE came and pushes are not taken");
  }
  // RFC 9113 §6.6: only where the client has asked, not on stream 0 or a push of the server's own.
  if (!streams.isOwn(streamId)) {
    return connection.fail(PROTOCOL_ERROR, `PUSH_PROMISE came on stream ${streamId}`);
  }
  if ((flags & PADDED) !== 0 && !unpad(frames)) {
    return connection.fail(PROTOCOL_ERROR, "PUSH_PROMISE has more padding than content");
  }
  if (frames.end - frames.start < 4) {
    return connection.fail(FRAME_SIZE_ERROR, "PUSH_PROMISE is too short");
  }
  const promisedId = frames.u32(frames.start) & 0x7fff_ffff;
  frames.start += 4;
  if (promisedId === 0 || streams.isOwn(promisedId) || promisedId <= streams.lastPeerId) {
    return connection.fail(PROTOCOL_ERROR, `PUSH_PROMISE promises stream ${promisedId}`);
  }
  if ((flags & END_HEADERS) !== 0) {
    const { bytes, start, end } = frames;
    return onPushSection(connection, streamId, promisedId, bytes, start, end);
  }
  connection.block.begin(frames, promisedId, false, false);
  connection.clock.headAt = connection.now + connection.timeouts.headMs;
  return frames.start === frames.end ? connection.count("maxEmptyFrames") : undefined;
}
