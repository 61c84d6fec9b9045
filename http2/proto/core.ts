/**
 * What both cores do alike: bytes in, bytes out, time, content both ways, and the end.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { NO_ERROR } from "../frame/error_code.ts";
import type { AbuseCounts } from "./abuse_meter.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import type { Http2Limits, Http2Timeouts } from "./limits.ts";
import { OUTGOING } from "./outgoing_fields.ts";
import { FOR_CALLER } from "./ping_keeper.ts";
import { flush, queueData, queueEnd } from "./send_data.ts";
import {
  BODYLESS,
  DISCARDS,
  END_QUEUED,
  HEAD_SENT,
  IS_CONNECT,
  type Stream,
  WANTS_SENT,
  WANTS_WRITABLE,
} from "./stream.ts";
import {
  CLOSED_BY_US,
  FIRST_VERDICT,
  HALF_CLOSED_LOCAL,
  SEND_DATA,
  stateName,
  type StreamState,
  transition,
} from "./stream_state.ts";
import { FORGOTTEN } from "./streams.ts";
import { tick } from "./tick.ts";
import type { Http2Witness } from "./witness.ts";

/** What both cores are made of. */
export interface Http2CoreOptions {
  /** Where buffers come from and go back to. */
  readonly buffers: BufferPool;
  /** How much a peer may send. @default {DEFAULT_LIMITS} */
  readonly limits?: Http2Limits;
  /** How long a peer may take. @default {DEFAULT_TIMEOUTS} Those of a client for a client. */
  readonly timeouts?: Http2Timeouts;
  /** When the connection was opened, in ms. @default {0} */
  readonly now?: number;
  /**
   * Names, in lower case, of fields that are secret: they are kept out of the compression tables,
   * as those are that always are (`authorization`, `set-cookie` …).
   *
   * @default {[]}
   */
  readonly neverIndexed?: readonly string[];
}

/** What a driver does once everything is transmitted: go on, or close. */
export type Http2Disposition = "open" | "close";

/**
 * Where a driver and a core meet.
 *
 * @example What both cores have in common
 * ```ts
 * import { Http2Core, Http2ServerCore } from "@avx/http2";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { assertEquals } from "@std/assert";
 *
 * const core = new Http2ServerCore({ buffers: new BufferPool() });
 * assertEquals(core instanceof Http2Core, true);
 * assertEquals(core.openStreams, 0);
 * ```
 */
export abstract class Http2Core<Event extends Http2Event> {
  readonly #connection: Connection;
  #toldClosed = false;
  #ended = false;

  /** Takes a connection that has not begun. */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** How many streams are open. */
  get openStreams(): number {
    return this.#connection.streams.count;
  }

  /** How many bytes wait to be written, content that waits for windows not counted. */
  get outputBytes(): number {
    return this.#connection.output.queuedBytes;
  }

  /** How much a peer has lately done of what it may do only so often. */
  get abuseCounts(): Readonly<AbuseCounts> {
    return this.#connection.abuse.counts;
  }

  /** Whether anything read now would be of use. While it is false the driver does not read. */
  get wantsInput(): boolean {
    const { limits, output, over } = this.#connection;
    return !over && !this.#ended && output.queuedBytes < limits.maxQueuedBytes;
  }

  /** When {@linkcode tick} wants to be called, in ms; it may lie in the past. */
  get deadline(): number | undefined {
    return this.#connection.clock.next;
  }

  /** What to do once {@linkcode transmit} gives nothing more. */
  get disposition(): Http2Disposition {
    const { goaway, over, streams } = this.#connection;
    if (over) return "close";
    const leaving = goaway.final || goaway.received;
    return leaving && streams.count === 0 ? "close" : "open";
  }

  /**
   * Takes in what was read; an empty array is the end.
   *
   * @param bytes They must never change: content is handed over as views into them.
   * @param now In ms.
   */
  receive(bytes: Uint8Array, now: number): void {
    const connection = this.#connection;
    connection.now = now;
    if (bytes.length === 0) this.#ended = true;
    else if (!connection.over) {
      connection.clock.heard(now);
      connection.frames.input.receive(bytes);
    }
  }

  /** The next event; `undefined` if there is none. */
  next(): Event | undefined {
    return (this.#connection.next() ?? this.#nextLast()) as Event | undefined;
  }

  /**
   * The next bytes to write; `undefined` if there are none. They are good until the next call.
   * Waiting content is put into frames here, so that the most urgent goes first; there may be
   * events afterwards.
   */
  transmit(): Uint8Array | undefined {
    const connection = this.#connection;
    if (connection.queuedBytes > 0) flush(connection);
    return connection.output.transmit();
  }

  /** Tells the time, in ms. A driver calls it at {@linkcode deadline}; there may be events then. */
  tick(now: number): void {
    this.#connection.now = now;
    if (!this.#connection.over) tick(this.#connection);
  }

  /**
   * Sends a part of the content of a message whose head was sent. What cannot be sent at once
   * waits; the bytes are not copied and must not change until then.
   *
   * @returns Whether more is welcome. If not, a `writable` event says when it is.
   * @throws {LocalProtocolError} If no head was sent, it was ended, or it is more than was declared.
   */
  sendData(streamId: number, bytes: Uint8Array): boolean {
    const connection = this.#connection;
    const stream = findStream(connection, streamId);
    if (stream === undefined) return false;
    this.#checkContent(stream, "send data");
    stream.givenBytes += bytes.length;
    if (stream.declaredBytes >= 0 && stream.givenBytes > stream.declaredBytes) {
      throw new LocalProtocolError(
        `Cannot send ${stream.givenBytes} bytes as content-length says ${stream.declaredBytes}`,
      );
    }
    if (stream.has(BODYLESS)) return true;
    queueData(connection, stream, bytes);
    if (stream.queuedBytes < connection.limits.sendBufferBytes) return true;
    stream.flags |= WANTS_WRITABLE;
    return false;
  }

  /**
   * Ends a message.
   *
   * @throws {TypeError} If a trailer could not travel as it is.
   * @throws {LocalProtocolError} If no head was sent, it was ended, or less was sent than declared.
   */
  sendEnd(streamId: number, trailers?: FieldLines): void {
    const connection = this.#connection;
    const stream = findStream(connection, streamId);
    if (stream === undefined) return;
    this.#checkContent(stream, "end the message");
    const { declaredBytes, givenBytes } = stream;
    if (declaredBytes >= 0 && givenBytes !== declaredBytes && !stream.has(BODYLESS)) {
      throw new LocalProtocolError(
        `Cannot end the message after ${givenBytes} bytes as content-length says ${declaredBytes}`,
      );
    }
    if (trailers !== undefined && trailers.length > 0) {
      if (stream.has(IS_CONNECT)) {
        throw new LocalProtocolError("Cannot send trailers as a tunnel has none");
      }
      OUTGOING.find(trailers); // which may refuse them
      stream.trailers = trailers;
    }
    queueEnd(connection, stream);
  }

  /** Ends a stream at once. What waits to be sent on it is dropped. */
  reset(streamId: number, code: number): void {
    const connection = this.#connection;
    const stream = findStream(connection, streamId);
    if (stream === undefined) return;
    connection.sendReset(streamId, code);
    connection.close(stream, CLOSED_BY_US);
  }

  /**
   * Asks for a `sent` event when the end of a message has left the queue.
   *
   * @returns Whether it waits there; if not there will be no event.
   */
  watchEnd(streamId: number): boolean {
    const stream = this.#connection.streams.find(streamId);
    if (stream === undefined || !stream.has(END_QUEUED) || stream.queuedBytes === 0) return false;
    stream.flags |= WANTS_SENT;
    return true;
  }

  /** Whether a stream is neither idle nor closed. */
  isOpen(streamId: number): boolean {
    return this.#connection.streams.find(streamId) !== undefined;
  }

  /** How many bytes wait to be sent on a stream. */
  queuedBytes(streamId: number): number {
    return this.#connection.streams.find(streamId)?.queuedBytes ?? 0;
  }

  /** The state of a stream. */
  streamState(streamId: number): StreamState {
    const { streams } = this.#connection;
    const state = streams.find(streamId)?.state ?? streams.stateOf(streamId);
    return state === FORGOTTEN ? "closed (ended)" : stateName(state);
  }

  /**
   * Says that content was read, or dropped: the peer may send as much again. Every byte that was
   * handed over has to be consumed once, also on streams that are closed meanwhile.
   *
   * @throws {RangeError} If it is more than was handed over.
   */
  consume(streamId: number, byteCount: number): void {
    const connection = this.#connection;
    if (connection.over) return;
    const stream = connection.streams.find(streamId);
    const most = stream === undefined ? connection.outstanding : stream.outstanding;
    if (!(byteCount >= 0 && byteCount <= most)) {
      throw new RangeError(`Cannot consume ${byteCount} bytes as ${most} were handed over`);
    }
    if (!connection.isServer && !connection.streams.isOwn(streamId)) {
      connection.pushedBytes -= byteCount;
    }
    connection.consume(stream, byteCount);
  }

  /**
   * Says that nobody will read what still comes of a message. It is dropped, and no `end` is told.
   * Beyond a limit the peer may send no more of it, and is told so once our message is complete. What was handed over before still has to be consumed.
   */
  discardBody(streamId: number): void {
    const stream = this.#connection.streams.find(streamId);
    if (stream === undefined || stream.has(DISCARDS)) return;
    stream.flags |= DISCARDS;
    if (stream.state === HALF_CLOSED_LOCAL) this.#connection.awaitDrain(stream);
  }

  /**
   * Asks for a round trip; a `pong` event tells its time.
   *
   * @param now In ms.
   * @returns The number that the event names; `undefined` if too many are on their way.
   */
  ping(now: number = this.#connection.now): number | undefined {
    const { clock, output, over, pings, timeouts } = this.#connection;
    this.#connection.now = now;
    if (over || !pings.canSend) return undefined;
    if (clock.pongAt === Infinity) clock.pongAt = now + timeouts.pingTimeoutMs;
    return pings.send(output, FOR_CALLER, now);
  }

  /** Ends the connection at once, with GOAWAY. Streams that are open are lost. */
  goAway(code: number = NO_ERROR, reason: string = ""): void {
    const connection = this.#connection;
    if (connection.over) return;
    connection.goaway.send(connection.output, connection.streams.lastPeerId, code, reason);
    connection.stop();
  }

  /** Has `witness` told what happens from now on. */
  observe(witness: Http2Witness): void {
    this.#connection.observe(witness);
  }

  /** The next event that does not come from frames. */
  protected nextUnread(): Http2Event | undefined {
    return this.#connection.events.shift() ?? this.#nextLast();
  }

  #checkContent(stream: Stream, doing: string): void {
    if (stream.has(END_QUEUED)) {
      throw new LocalProtocolError(`Cannot ${doing} on stream ${stream.id} as it was ended`);
    }
    if (!stream.has(HEAD_SENT) || transition(stream.state, SEND_DATA) >= FIRST_VERDICT) {
      const current = stateName(stream.state);
      throw new LocalProtocolError(
        `Cannot ${doing} on stream ${stream.id} as no head was sent: current state is "${current}"`,
      );
    }
  }

  #nextLast(): Http2Event | undefined {
    const connection = this.#connection;
    if (!this.#ended || this.#toldClosed) return undefined;
    this.#toldClosed = true;
    if (connection.over) return undefined;
    connection.stop();
    return { type: "closed" };
  }
}

/**
 * The stream; `undefined` if it is closed.
 *
 * @throws {LocalProtocolError} If there never was one.
 */
export function findStream(connection: Connection, streamId: number): Stream | undefined {
  const { streams } = connection;
  const stream = streams.find(streamId);
  if (stream !== undefined) return stream;
  if (streamId > (streams.isOwn(streamId) ? streams.lastOwnId : streams.lastPeerId)) {
    throw new LocalProtocolError(`Cannot use stream ${streamId} as it was never opened`);
  }
  return undefined;
}
