/**
 * DATA (RFC 9113 §6.1).
 *
 * @module
 */

import { CANCEL, FLOW_CONTROL_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { unpad } from "../frame/frame_reader.ts";
import { END_STREAM, PADDED } from "../frame/frame_type.ts";
import type { Connection } from "./connection.ts";
import { endReceived } from "./end_received.ts";
import type { Http2Event } from "./events.ts";
import { takeIn } from "./receive_window.ts";
import { stopDraining } from "./send_data.ts";
import { BY_PEER, DISCARDS, HEAD_RECEIVED, type Stream } from "./stream.ts";
import { FIRST_VERDICT, HALF_CLOSED_LOCAL, RECEIVE_DATA, transition } from "./stream_state.ts";

/** Takes in the frame just read. */
export function onData(connection: Connection): Http2Event | undefined {
  const { frames } = connection;
  const { streamId, length } = frames;
  if (streamId === 0) return connection.fail(PROTOCOL_ERROR, "DATA came on stream 0");
  // RFC 9113 §6.9: the whole frame counts, padding included, and whatever becomes of its stream.
  if (!takeIn(connection, length)) {
    return connection.fail(FLOW_CONTROL_ERROR, "DATA exceeds the window of the connection");
  }
  if ((frames.flags & PADDED) !== 0 && !unpad(frames)) {
    return connection.fail(PROTOCOL_ERROR, "DATA has more padding than content");
  }
  connection.arrived(length);
  const stream = connection.streams.find(streamId);
  if (stream === undefined) {
    connection.consume(undefined, length);
    return connection.judgeMissing(streamId, RECEIVE_DATA);
  }
  const verdict = transition(stream.state, RECEIVE_DATA);
  if (verdict >= FIRST_VERDICT) {
    connection.consume(undefined, length);
    return connection.judge(verdict, streamId);
  }
  if (!takeIn(stream, length)) {
    connection.consume(undefined, length);
    return connection.failStream(streamId, FLOW_CONTROL_ERROR, "DATA exceeds the stream's window");
  }
  return takeContent(connection, stream);
}

function takeContent(connection: Connection, stream: Stream): Http2Event | undefined {
  const { frames } = connection;
  const { id } = stream;
  const size = frames.end - frames.start;
  const ends = (frames.flags & END_STREAM) !== 0;
  if (size === 0 && !ends) {
    const failure = connection.count("maxEmptyFrames");
    if (failure !== undefined) return failure;
  }
  stream.receivedBytes += size;
  if (stream.bodySince >= 0 && !stream.has(DISCARDS)) stream.bodySince = connection.now;
  const failure = checkContent(connection, stream) ?? checkPushes(connection, stream, size);
  if (failure !== undefined) {
    connection.consume(undefined, frames.length);
    return failure;
  }
  if (stream.has(DISCARDS)) {
    if (!ends) return drain(connection, stream);
    connection.consume(stream, frames.length);
    return endReceived(connection, stream, undefined);
  }
  connection.consume(stream, frames.length - size); // padding is nobody's
  // Its bytes never change: the driver never overwrites what it has read.
  const bytes = size === 0 ? undefined : frames.bytes.subarray(frames.start, frames.end);
  const end = ends ? endReceived(connection, stream, undefined) : undefined;
  if (bytes === undefined) return end;
  if (end !== undefined) {
    if (end.type === "failed") {
      connection.consume(undefined, size);
      return end;
    }
    connection.events.push(end);
  }
  return { type: "data", streamId: id, bytes };
}

function checkContent(connection: Connection, stream: Stream): Http2Event | undefined {
  const { id, expectedBytes, receivedBytes } = stream;
  if (!stream.has(HEAD_RECEIVED)) {
    return connection.failStream(id, PROTOCOL_ERROR, "DATA came before the response's head");
  }
  // RFC 9113 §8.1.1.
  if (expectedBytes >= 0 && receivedBytes > expectedBytes) {
    return connection.failStream(id, PROTOCOL_ERROR, "More content came than was declared");
  }
  const { maxBodyBytes } = connection.limits;
  if (receivedBytes > maxBodyBytes && !stream.has(DISCARDS)) {
    const reason = `The content has more than ${maxBodyBytes} bytes`;
    return connection.failStream(id, CANCEL, reason, { limit: "maxBodyBytes", statusHint: 413 });
  }
  return undefined;
}

/** What a server sends without being asked must not fill the memory of who does not read it. */
function checkPushes(
  connection: Connection,
  stream: Stream,
  size: number,
): Http2Event | undefined {
  if (connection.isServer || !stream.has(BY_PEER)) return undefined;
  const { maxPushBytes } = connection.limits;
  if (connection.pushedBytes + size > maxPushBytes) {
    const reason = `Pushed responses hold more than ${maxPushBytes} bytes that nobody has read`;
    return connection.failStream(stream.id, CANCEL, reason, { limit: "maxPushBytes" });
  }
  connection.pushedBytes += size;
  return undefined;
}

/** Drops content that nobody wants. Beyond a limit the stream's window is not opened again. */
function drain(connection: Connection, stream: Stream): undefined {
  const { length } = connection.frames;
  stream.drainedBytes += length;
  if (stream.drainedBytes <= connection.limits.maxDrainBytes) {
    connection.consume(stream, length);
    return;
  }
  connection.consume(undefined, length);
  // A reset would take a response along that is not complete.
  if (stream.state === HALF_CLOSED_LOCAL) stopDraining(connection, stream);
}
