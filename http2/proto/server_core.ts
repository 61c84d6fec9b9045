/**
 * The server's end of an HTTP/2 connection (RFC 9113), without input or output of its own.
 *
 * @module
 */

import type { FieldLines } from "@avx/semantics/field-section";
import { NO_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { matchPreface, PREFACE } from "../frame/preface.ts";
import { Connection } from "./connection.ts";
import { findStream, Http2Core, type Http2CoreOptions } from "./core.ts";
import type { Http2ServerEvent } from "./events.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "./limits.ts";
import { FOR_SHUTDOWN } from "./ping_keeper.ts";
import { priorityOf } from "@avx/semantics/priority";
import { type Http2Push, sendPush } from "./send_push.ts";
import { sendHead, sendInformational, sendWhole } from "./send_response.ts";
import { EXPECTS_CONTINUE, HEAD_SENT } from "./stream.ts";

/** What {@linkcode Http2ServerCore} is made of. */
export interface Http2ServerCoreOptions extends Http2CoreOptions {
  /** Whether extended CONNECT is offered (RFC 8441). @default {true} */
  readonly connectProtocol?: boolean;
}

const NO_LINES: FieldLines = Object.freeze([]);

/**
 * Reads requests and writes responses over bytes alone, many at once.
 *
 * Bytes given to `receive` must never change: content is handed over as views into them.
 *
 * To act on a stream that is closed meanwhile does nothing; to act on one that never was throws.
 *
 * @example Answering a request of the client core
 * ```ts
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { Http2ClientCore, Http2ServerCore } from "@avx/http2";
 * import { assertEquals } from "@std/assert";
 *
 * const buffers = new BufferPool();
 * const server = new Http2ServerCore({ buffers });
 * const client = new Http2ClientCore({ buffers });
 * const authority = "example.com";
 * client.sendRequest({ method: "GET", scheme: "https", authority, path: "/" });
 *
 * server.receive(client.transmit()!.slice(), 0);
 * for (let event = server.next(); event !== undefined; event = server.next()) {
 *   if (event.type === "request") server.sendWhole(event.streamId, 200, [], "hi");
 * }
 * client.receive(server.transmit()!.slice(), 0);
 *
 * const statuses: number[] = [];
 * for (let event = client.next(); event !== undefined; event = client.next()) {
 *   if (event.type === "response") statuses.push(event.head.status);
 * }
 * assertEquals(statuses, [200]);
 * ```
 */
export class Http2ServerCore extends Http2Core<Http2ServerEvent> {
  /** The value of the `date` field of responses; empty for none. */
  date = "";

  readonly #connection: Connection;
  #greeted = false;

  /** Makes one for a connection just opened. */
  constructor(options: Http2ServerCoreOptions) {
    const {
      buffers,
      limits = DEFAULT_LIMITS,
      timeouts = DEFAULT_TIMEOUTS,
      now = 0,
      neverIndexed = [],
      connectProtocol = true,
    } = options;
    const connection = new Connection({
      isServer: true,
      buffers,
      limits,
      timeouts,
      now,
      neverIndexed,
      connectProtocol,
      push: false,
    });
    super(connection);
    this.#connection = connection;
    this.#connection.begin();
  }

  /** The next event; `undefined` if there is none. */
  override next(): Http2ServerEvent | undefined {
    if (!this.#greeted && !this.#connection.over) {
      const failure = this.#greet();
      if (failure !== undefined) return failure;
      if (!this.#greeted) return this.nextUnread() as Http2ServerEvent | undefined;
    }
    return super.next();
  }

  /**
   * Sends a whole response. A string is sent in UTF-8. What cannot be sent at once waits; an array
   * must not change until then.
   *
   * @throws {TypeError} If a line could not travel as it is.
   * @throws {RangeError} If `status` is none of a final response.
   * @throws {LocalProtocolError} If the request is answered, or `content-length` is not true.
   */
  sendWhole(
    streamId: number,
    status: number,
    lines: FieldLines,
    body: string | Uint8Array | undefined,
  ): void {
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined) return;
    sendWhole(this.#connection, stream, this.date, status, lines, body);
  }

  /**
   * Sends the head of a response whose content follows in parts.
   *
   * @param end Whether nothing follows.
   * @returns Whether content will be sent: not if the stream is closed, not to HEAD, nor with 204
   * and 304. Parts given all the same are dropped, and `sendEnd` is due unless `end` is true.
   * @throws {TypeError} If a line could not travel as it is.
   * @throws {RangeError} If `status` is none of a final response.
   * @throws {LocalProtocolError} If the request is answered.
   */
  sendHead(streamId: number, status: number, lines: FieldLines, end?: boolean): boolean {
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined) return false;
    return sendHead(this.#connection, stream, this.date, status, lines, end === true);
  }

  /**
   * Sends an interim response.
   *
   * @throws {TypeError} If a line could not travel as it is.
   * @throws {RangeError} If `status` is none, or 101, which HTTP/2 does not have.
   * @throws {LocalProtocolError} If the request is answered.
   */
  sendInformational(streamId: number, status: number, lines: FieldLines): void {
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined) return;
    sendInformational(this.#connection, stream, status, lines);
  }

  /**
   * Tells the client to send the content it holds back (RFC 9110 §10.1.1): once, if it asks for it,
   * nothing of the content has come, and the response has not begun.
   */
  sendContinue(streamId: number): void {
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined || !stream.has(EXPECTS_CONTINUE)) return;
    stream.flags &= ~EXPECTS_CONTINUE;
    if (stream.bodySince >= 0) stream.bodySince = this.#connection.now;
    if (stream.receivedBytes > 0 || stream.has(HEAD_SENT)) return;
    sendInformational(this.#connection, stream, 100, NO_LINES);
  }

  /** Sets the priority of a response, over what the client said (RFC 9218 §8). */
  setPriority(streamId: number, urgency: number, incremental: boolean): void {
    if (!(urgency >= 0 && urgency <= 7) || !Number.isInteger(urgency)) {
      throw new RangeError(`Cannot set urgency as it must be 0 to 7: it is ${urgency}`);
    }
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined) return;
    const priority = priorityOf(urgency, incremental);
    this.#connection.scheduler.change(stream, priority.urgency, priority.incremental);
  }

  /** Whether the client takes pushed responses, and has room for one more. */
  get canPush(): boolean {
    const { goaway, over, settings: { remote }, streams } = this.#connection;
    return !over && !goaway.received && !goaway.begun && remote.enablePush &&
      this.#connection.settings.received &&
      streams.count - streams.peerCount < remote.maxConcurrentStreams;
  }

  /**
   * Promises the response to a request that the client is expected to make (RFC 9113 §8.4). The
   * response is sent on the stream that it returns.
   *
   * @returns `undefined` if {@linkcode canPush} is false, or the stream is closed.
   * @throws {TypeError} If a line could not travel as it is.
   * @throws {LocalProtocolError} If the method is not safe.
   */
  push(streamId: number, push: Http2Push): number | undefined {
    const stream = findStream(this.#connection, streamId);
    if (stream === undefined || !this.canPush) return undefined;
    return sendPush(this.#connection, stream, push);
  }

  /**
   * Shuts down in good order: says that it goes, and a round trip later which request was the last.
   * Those before it are answered; then {@linkcode disposition} is `"close"`.
   */
  shutdown(): void {
    const { clock, goaway, now, output, over, pings, streams, timeouts } = this.#connection;
    if (over || goaway.begun) return;
    goaway.announce(output);
    if (streams.count === 0 && !this.#connection.settings.received) {
      goaway.send(output, streams.lastPeerId, NO_ERROR, "");
      return;
    }
    if (pings.canSend) pings.send(output, FOR_SHUTDOWN, now);
    clock.shutdownAt = now + timeouts.shutdownMs;
  }

  #greet(): Http2ServerEvent | undefined {
    const connection = this.#connection;
    const { input } = connection.frames;
    const matched = matchPreface(input.bytes, input.at, input.end);
    if (matched < 0) return connection.fail(PROTOCOL_ERROR, "The preface of HTTP/2 did not come");
    if (matched < PREFACE.length) return undefined;
    input.at += matched;
    this.#greeted = true;
    return undefined;
  }
}
