/**
 * The client's end of an HTTP/2 connection (RFC 9113), without input or output of its own.
 *
 * @module
 */

import { LocalProtocolError } from "@avx/semantics/errors";
import { NO_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { END_STREAM, HEADERS, MAX_STREAM_ID } from "../frame/frame_type.ts";
import { writePriorityUpdate } from "../frame/frame_writer.ts";
import { PREFACE_TEXT } from "../frame/preface.ts";
import { Connection } from "./connection.ts";
import { findStream, Http2Core, type Http2CoreOptions } from "./core.ts";
import type { Http2ClientEvent } from "./events.ts";
import { beginBlock, endBlock } from "./header_writer.ts";
import { DEFAULT_CLIENT_TIMEOUTS, DEFAULT_LIMITS } from "./limits.ts";
import { type RequestParts, REQUESTS } from "./outgoing_request.ts";
import { formatPriority, priorityOf } from "@avx/semantics/priority";
import { HEAD_SENT, IS_CONNECT, IS_HEAD } from "./stream.ts";
import * as life from "./stream_state.ts";

/** What {@linkcode Http2ClientCore} is made of. */
export interface Http2ClientCoreOptions extends Http2CoreOptions {
  /** Whether pushed responses are taken. @default {false} */
  readonly push?: boolean;
}

/** A request to be sent. */
export interface Http2Request extends RequestParts {
  /** Whether nothing follows the head. @default {true} */
  readonly end?: boolean;
}

/**
 * Writes requests and reads responses over bytes alone, many at once.
 *
 * Bytes given to `receive` must never change: content is handed over as views into them.
 *
 * To act on a stream that is closed meanwhile does nothing; to act on one that never was throws.
 *
 * @example Sending a request
 * ```ts
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { Http2ClientCore } from "@avx/http2";
 * import { assertEquals } from "@std/assert";
 *
 * const core = new Http2ClientCore({ buffers: new BufferPool() });
 * const request = { method: "GET", scheme: "https", authority: "example.com", path: "/" };
 *
 * assertEquals(core.sendRequest(request), 1);
 * assertEquals(core.sendRequest(request), 3);
 * assertEquals(core.openStreams, 2);
 * ```
 */
export class Http2ClientCore extends Http2Core<Http2ClientEvent> {
  readonly #connection: Connection;

  /** Makes one for a connection just opened. */
  constructor(options: Http2ClientCoreOptions) {
    const {
      buffers,
      limits = DEFAULT_LIMITS,
      timeouts = DEFAULT_CLIENT_TIMEOUTS,
      now = 0,
      neverIndexed = [],
      push = false,
    } = options;
    const connection = new Connection({
      isServer: false,
      buffers,
      limits,
      timeouts,
      now,
      neverIndexed,
      connectProtocol: false,
      push,
    });
    super(connection);
    this.#connection = connection;
    // Before its SETTINGS are there, RFC 9113 §6.5.2 knows no limit; nobody goes below 100.
    this.#connection.settings.remote.maxConcurrentStreams = 100;
    this.#connection.output.ascii(PREFACE_TEXT);
    this.#connection.begin();
  }

  /** How many streams the server lets us open, as far as it is known. */
  get maxConcurrentStreams(): number {
    return this.#connection.settings.remote.maxConcurrentStreams;
  }

  /** Whether the server knows extended CONNECT; it is told with its first settings. */
  get connectProtocol(): boolean {
    return this.#connection.settings.remote.enableConnectProtocol;
  }

  /** Whether the server's first settings have come. */
  get settled(): boolean {
    return this.#connection.settings.received;
  }

  /** Whether one more request may be sent now. */
  get canOpen(): boolean {
    const { settings: { remote }, streams } = this.#connection;
    return !this.exhausted && streams.count - streams.peerCount < remote.maxConcurrentStreams;
  }

  /** Whether no request can be sent any more: the connection goes, or has no ids left. */
  get exhausted(): boolean {
    const { goaway, over, streams } = this.#connection;
    return over || goaway.received || goaway.begun || streams.lastOwnId >= MAX_STREAM_ID - 1;
  }

  /**
   * Sends the head of a request; with `end`, all of it.
   *
   * @returns The stream; `undefined` if {@linkcode canOpen} is false.
   * @throws {TypeError} If a part or a line could not travel as it is.
   * @throws {LocalProtocolError} If a part is missing, or the server does not know extended CONNECT.
   */
  sendRequest(request: Http2Request): number | undefined {
    const connection = this.#connection;
    const outgoing = REQUESTS.find(request);
    const { end = true, method, protocol } = request;
    if (protocol !== undefined && !this.connectProtocol) {
      throw new LocalProtocolError(
        "Cannot send an extended CONNECT as the server has not offered it",
      );
    }
    const { declaredLength } = outgoing.fields;
    if (end && declaredLength > 0) {
      throw new LocalProtocolError(
        `Cannot end the request as content-length says ${declaredLength}`,
      );
    }
    if (!this.canOpen) return undefined;
    const { clock, encoder, output, settings, streams } = connection;
    const id = streams.lastOwnId === 0 ? 1 : streams.lastOwnId + 2;
    const start = beginBlock(output, 0, outgoing.roomBytes);
    encoder.startBlock(output);
    encoder.writeLines(outgoing.lines, output);
    const flags = end ? END_STREAM : 0;
    endBlock(output, start, HEADERS, flags, id, settings.remote.maxFrameBytes);
    const stream = streams.add(
      id,
      life.transition(life.IDLE, life.SEND_HEADERS),
      settings.remote.initialWindowBytes,
      settings.initialWindowBytes,
    );
    clock.endIdle();
    stream.flags |= HEAD_SENT | (method === "HEAD" ? IS_HEAD : 0) |
      (method === "CONNECT" ? IS_CONNECT : 0);
    stream.declaredBytes = declaredLength;
    if (end) stream.state = life.transition(stream.state, life.SEND_END);
    return id;
  }

  /** Tells the server how urgent a response is (RFC 9218 §7.1). */
  setPriority(streamId: number, urgency: number, incremental: boolean): void {
    if (!(urgency >= 0 && urgency <= 7) || !Number.isInteger(urgency)) {
      throw new RangeError(`Cannot set urgency as it must be 0 to 7: it is ${urgency}`);
    }
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined) return;
    const priority = priorityOf(urgency, incremental);
    this.#connection.scheduler.change(stream, urgency, incremental);
    writePriorityUpdate(this.#connection.output, streamId, formatPriority(priority));
    this.#connection.witness?.priority("sent", streamId, urgency, incremental);
  }

  /** Resets a push that the server may not promise, which is a fault of its (RFC 9113 §8.4). */
  rejectPush(promisedId: number, reason: string): void {
    const connection = this.#connection;
    if (connection.over) return;
    connection.events.push(connection.failStream(promisedId, PROTOCOL_ERROR, reason));
  }

  /** Shuts down in good order: sends no more requests and takes no more pushes. */
  shutdown(): void {
    const { goaway, output, over, streams } = this.#connection;
    if (over || goaway.begun) return;
    goaway.send(output, streams.lastPeerId, NO_ERROR, "");
  }
}
