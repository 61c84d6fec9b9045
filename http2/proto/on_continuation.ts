/**
 * CONTINUATION (RFC 9113 §6.10).
 *
 * @module
 */

import { ENHANCE_YOUR_CALM, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { END_HEADERS } from "../frame/frame_type.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { onSection } from "./on_headers.ts";
import { onPushSection } from "./on_push_section.ts";

/** Takes in the frame just read. */
export function onContinuation(connection: Connection): Http2Event | undefined {
  const { block, frames, limits } = connection;
  if (block.streamId === 0) {
    return connection.fail(PROTOCOL_ERROR, "CONTINUATION came and no field section is open");
  }
  const { maxHeaderBlockBytes, abuse: { maxContinuations } } = limits;
  if (++block.continuations > maxContinuations) {
    return connection.fail(
      ENHANCE_YOUR_CALM,
      `A field section has more than ${maxContinuations} CONTINUATION frames`,
      { limit: "maxContinuations", statusHint: 431 },
    );
  }
  if (block.parts.length + frames.end - frames.start > maxHeaderBlockBytes) {
    return connection.fail(
      ENHANCE_YOUR_CALM,
      `A field section has more than ${maxHeaderBlockBytes} bytes`,
      { limit: "maxHeaderBlockBytes", statusHint: 431 },
    );
  }
  const ends = (frames.flags & END_HEADERS) !== 0;
  if (frames.start === frames.end && !ends) {
    const failure = connection.count("maxEmptyFrames");
    if (failure !== undefined) return failure;
  }
  block.add(frames);
  if (!ends) return undefined;
  connection.clock.headAt = Infinity;
  const { streamId, promisedId, endStream, selfDependent, parts } = block;
  const { buffer, length } = parts;
  const event = promisedId === 0
    ? onSection(connection, streamId, endStream, selfDependent, buffer, 0, length)
    : onPushSection(connection, streamId, promisedId, buffer, 0, length);
  block.end();
  return event;
}
