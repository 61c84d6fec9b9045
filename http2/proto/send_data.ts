/**
 * Content on its way out: into DATA frames, as far as windows and the scheduler allow
 * (RFC 9113 §5.2, §6.1; RFC 9218 §10).
 *
 * @module
 */

import { COPY_LIMIT_BYTES } from "@avx/runtime/output-queue";
import { CANCEL, NO_ERROR } from "../frame/error_code.ts";
import { DATA, END_STREAM, FRAME_HEAD_BYTES, HEADERS } from "../frame/frame_type.ts";
import { writeFrameHead } from "../frame/frame_writer.ts";
import type { Connection } from "./connection.ts";
import { noteStall } from "./flow_stalls.ts";
import { beginBlock, endBlock } from "./header_writer.ts";
import { OUTGOING } from "./outgoing_fields.ts";
import { SendQueue } from "./send_queue.ts";
import { DISCARDS, END_QUEUED, type Stream, WANTS_SENT, WANTS_WRITABLE } from "./stream.ts";
import { CLOSED_BY_US, isClosed, SEND_END, transition } from "./stream_state.ts";

/** The most content in one frame, in bytes: the grain in which streams take turns. */
export const MAX_DATA_BYTES = 0x4000;

/**
 * How much content is put together for one write, in bytes. More would save little, and what is in
 * a write cannot be overtaken by what is more urgent any more.
 */
const MAX_WRITE_BYTES = 256 * 1024;

/** A frame smaller than this is not begun at the end of a buffer, unless it is a whole one. */
const MIN_ROOM_BYTES = 1024;

/** Up to this size content may go into a write that is full already, because waiting costs more. */
const SMALL_BYTES = 1024;

/** How much content of a stream could leave at once in one frame. */
export function directRoom(connection: Connection, stream: Stream): number {
  const { output, scheduler } = connection;
  if (stream.queuedBytes > 0 || scheduler.hasAhead(stream.urgency)) return 0;
  // What waits as it lies costs no memory, and what is more urgent can still overtake it.
  if (output.queuedBytes >= COPY_LIMIT_BYTES) {
    return Math.max(0, Math.min(stream.sendWindow, connection.sendWindow, SMALL_BYTES));
  }
  const window = Math.min(stream.sendWindow, connection.sendWindow, MAX_DATA_BYTES);
  return window > 0 ? window : 0;
}

/** Counts content that was written, in one frame, behind the caller's back or by {@linkcode flush}. */
export function countSent(connection: Connection, stream: Stream, size: number): void {
  stream.sendWindow -= size;
  stream.stallBytes += size;
  connection.sendWindow -= size;
  connection.stallBytes += size;
  connection.abuse.dataSent();
}

/** Queues content. The bytes must not change until they are transmitted. */
export function queueData(connection: Connection, stream: Stream, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  (stream.queue ??= new SendQueue()).push(bytes);
  connection.queuedBytes += bytes.length;
  if (stream.sendWindow > 0) connection.scheduler.add(stream);
  if (connection.witness !== undefined) noteStall(connection, stream);
  connection.clock.watch(connection.now);
}

/** Ends what is sent on a stream: now if nothing waits, otherwise behind it. */
export function queueEnd(connection: Connection, stream: Stream): void {
  stream.flags |= END_QUEUED;
  if (stream.queuedBytes > 0) return;
  if (stream.trailers !== undefined) writeTrailers(connection, stream);
  else {
    const { output } = connection;
    output.ensure(FRAME_HEAD_BYTES);
    writeFrameHead(output.buffer, output.length, 0, DATA, END_STREAM, stream.id);
    output.length += FRAME_HEAD_BYTES;
  }
  endSent(connection, stream);
}

/** Says that END_STREAM was written. The stream may be none afterwards. */
export function endSent(connection: Connection, stream: Stream): void {
  stream.state = transition(stream.state, SEND_END);
  if (isClosed(stream.state)) connection.close(stream, stream.state);
  else if (stream.has(DISCARDS) && stream.drainedBytes > connection.limits.maxDrainBytes) {
    stopDraining(connection, stream);
  } else if (stream.has(DISCARDS)) connection.awaitDrain(stream);
}

/** RFC 9113 §8.1: who has been answered and sends on and on is told that nobody reads it. */
export function stopDraining(connection: Connection, stream: Stream): void {
  // RFC 9113 §8.1 has NO_ERROR for servers; a client has lost interest.
  connection.sendReset(stream.id, connection.isServer ? NO_ERROR : CANCEL);
  connection.close(stream, CLOSED_BY_US);
}

/** Writes as much waiting content as fits into one write. */
export function flush(connection: Connection): void {
  const { output, scheduler } = connection;
  if (scheduler.count === 0 || connection.sendWindow <= 0) return;
  const room = MAX_WRITE_BYTES - output.length;
  if (output.queuedBytes > output.length || room < MIN_ROOM_BYTES) return; // a write is full
  output.ensure(Math.min(room, connection.queuedBytes + 4 * FRAME_HEAD_BYTES));
  while (connection.sendWindow > 0) {
    const stream = scheduler.next();
    if (stream === undefined) return;
    const left = MAX_WRITE_BYTES - output.length - FRAME_HEAD_BYTES;
    const window = Math.min(stream.sendWindow, connection.sendWindow, MAX_DATA_BYTES);
    const size = Math.min(stream.queuedBytes, window);
    if (size <= left) sendFrame(connection, stream, size);
    else {
      if (left >= MIN_ROOM_BYTES) sendFrame(connection, stream, left);
      return;
    }
  }
}

function sendFrame(connection: Connection, stream: Stream, size: number): void {
  const { events, limits, output, scheduler } = connection;
  const queue = stream.queue!;
  const last = size === queue.byteCount && stream.has(END_QUEUED);
  const flags = last && stream.trailers === undefined ? END_STREAM : 0;
  output.ensure(FRAME_HEAD_BYTES + size);
  const at = output.length;
  writeFrameHead(output.buffer, at, size, DATA, flags, stream.id);
  queue.take(output.buffer, at + FRAME_HEAD_BYTES, size);
  output.length = at + FRAME_HEAD_BYTES + size;
  connection.queuedBytes -= size;
  countSent(connection, stream, size);
  if (queue.byteCount > 0 && stream.sendWindow > 0) scheduler.rotate(stream);
  else scheduler.remove(stream);
  if (connection.witness !== undefined) noteStall(connection, stream);
  if (last) {
    if (stream.trailers !== undefined) writeTrailers(connection, stream);
    if (stream.has(WANTS_SENT)) events.push({ type: "sent", streamId: stream.id });
    endSent(connection, stream);
  } else if (stream.has(WANTS_WRITABLE) && queue.byteCount * 2 <= limits.sendBufferBytes) {
    stream.flags &= ~WANTS_WRITABLE;
    events.push({ type: "writable", streamId: stream.id });
  }
}

function writeTrailers(connection: Connection, stream: Stream): void {
  const { encoder, output, settings } = connection;
  const fields = OUTGOING.find(stream.trailers!);
  const start = beginBlock(output, 0, fields.roomBytes);
  encoder.startBlock(output);
  encoder.writeLines(fields.lines, output);
  endBlock(output, start, HEADERS, END_STREAM, stream.id, settings.remote.maxFrameBytes);
}
