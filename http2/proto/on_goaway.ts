/**
 * GOAWAY (RFC 9113 §6.8).
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import { FRAME_SIZE_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { CLOSED_BY_PEER } from "./stream_state.ts";

const MAX_DEBUG_BYTES = 1024;

/** Takes in the frame just read. */
export function onGoaway(connection: Connection): Http2Event | undefined {
  const { events, frames, goaway, streams } = connection;
  if (frames.streamId !== 0) {
    return connection.fail(PROTOCOL_ERROR, "GOAWAY came on a stream other than 0");
  }
  if (frames.length < 8) {
    return connection.fail(FRAME_SIZE_ERROR, `GOAWAY has ${frames.length} bytes, not 8 or more`);
  }
  const lastStreamId = frames.u32(frames.start) & 0x7fff_ffff;
  const code = frames.u32(frames.start + 4);
  if (connection.witness !== undefined) {
    const end = Math.min(frames.end, frames.start + 8 + MAX_DEBUG_BYTES);
    const debug = latin1(frames.bytes, frames.start + 8, end);
    connection.witness.goaway("received", lastStreamId, code, debug);
  }
  if (lastStreamId > goaway.peerLastId) {
    return connection.fail(PROTOCOL_ERROR, "GOAWAY names a later stream than the one before");
  }
  const failure = goaway.received ? connection.count("maxSettings") : undefined;
  if (failure !== undefined) return failure;
  goaway.received = true;
  goaway.peerLastId = lastStreamId;
  for (const stream of [...streams.all()].sort((one, other) => one.id - other.id)) {
    const { id } = stream;
    if (id <= lastStreamId || !streams.isOwn(id)) continue;
    // Nothing was done for it, and nothing will be.
    connection.close(stream, CLOSED_BY_PEER);
    events.push({ type: "reset", streamId: id, code: REFUSED_STREAM });
  }
  return { type: "goaway", lastStreamId, code };
}
