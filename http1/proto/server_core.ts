/**
 * The server's end of an HTTP/1.1 connection (RFC 9112), without input or output of its own.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import type { Failed, ServerEvent } from "./events.ts";
import { Exchanges } from "./exchanges.ts";
import * as life from "./lifecycle.ts";
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type Http1Limits,
  type Http1Timeouts,
} from "./limits.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import { RequestStream } from "./request_stream.ts";
import { ResponseWriter } from "./response_writer.ts";

/** What {@linkcode ServerCore} is made of. */
export interface ServerCoreOptions {
  /** Where its buffers come from and go back to. */
  readonly buffers: BufferPool;
  /** How much a peer may send. @default {DEFAULT_LIMITS} */
  readonly limits?: Http1Limits;
  /** How long a peer may take. @default {DEFAULT_TIMEOUTS} */
  readonly timeouts?: Http1Timeouts;
  /** When the connection was opened, in ms. @default {0} */
  readonly now?: number;
}

/**
 * What a driver does once everything is transmitted: go on; close; close its half, read on for a
 * while and then close (RFC 9112 §9.6); give the connection to another protocol.
 */
export type Disposition = "open" | "close" | "linger" | "upgraded";

const NO_LINES: FieldLines = Object.freeze([]);

/**
 * Reads requests and writes responses, in order, over bytes alone.
 *
 * Bytes given to {@linkcode receive} must not change while anyone holds them: heads and bodies point
 * into them, and so does the core while {@linkcode holdsInput} says so. Requests are read ahead while older ones are unanswered; whatever is sent concerns the oldest unanswered
 * one. After a fault nothing further is interpreted, and the core itself answers the faulty
 * request, once those before it are answered.
 *
 * @example Answering two pipelined requests
 * ```ts
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
 * import { ServerCore } from "@avx/http1";
 * import { assertEquals } from "@std/assert";
 *
 * const core = new ServerCore({ buffers: new BufferPool() });
 * const request = "GET / HTTP/1.1\r\nhost: example.com\r\n\r\n";
 * core.receive(encodeUtf8(request + request), 0);
 *
 * for (let event = core.next(); event !== undefined; event = core.next()) {
 *   if (event.type === "request") core.sendWhole(200, "OK", [], "hi");
 * }
 *
 * const response = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
 * assertEquals(decodeUtf8(core.transmit()!), response + response);
 * assertEquals(core.disposition, "open");
 * ```
 */
export class ServerCore {
  readonly #output: OutputQueue;
  readonly #exchanges: Exchanges = new Exchanges();
  readonly #requests: RequestStream;
  readonly #writer: ResponseWriter;

  #errorStatus = 0; // of the response that the core itself owes
  #continueDue = false; // as soon as the requests before are answered

  /** Makes one for a connection just opened. */
  constructor(options: ServerCoreOptions) {
    const { buffers, limits = DEFAULT_LIMITS, timeouts = DEFAULT_TIMEOUTS, now = 0 } = options;
    this.#output = new OutputQueue(buffers);
    this.#writer = new ResponseWriter(this.#output);
    this.#requests = new RequestStream(limits, timeouts, this.#exchanges, now);
  }

  /** The date line of responses, `date: …` with its line end; empty for none. */
  get date(): Uint8Array {
    return this.#writer.date;
  }

  set date(line: Uint8Array) {
    this.#writer.date = line;
  }

  /** How many requests have been handed over and not been answered whole. */
  get unanswered(): number {
    return this.#exchanges.count;
  }

  /** How many requests have been handed over. */
  get requests(): number {
    return this.#requests.count;
  }

  /** Whether a request is being read or answered. */
  get busy(): boolean {
    return this.#exchanges.count > 0 || this.#requests.busy;
  }

  /** How many bytes wait for {@linkcode transmit}. */
  get queuedBytes(): number {
    return this.#output.queuedBytes;
  }

  /** Whether what was received is held still, beyond the heads and bodies that events gave away. */
  get holdsInput(): boolean {
    return this.#requests.holdsInput;
  }

  /** Whether anything read now would be of use. While it is false the driver does not read. */
  get wantsInput(): boolean {
    return this.#requests.wantsInput;
  }

  /** When {@linkcode tick} wants to be called, in ms; it may lie in the past. */
  get deadline(): number | undefined {
    return this.#requests.deadline;
  }

  /** What to do once {@linkcode transmit} gives nothing more. */
  get disposition(): Disposition {
    if (this.#requests.state === life.SWITCHED) return "upgraded";
    const writing = this.#writer.state;
    if (writing === life.FAILED) return "close";
    if (
      writing !== life.CLOSED && (this.#exchanges.count > 0 || this.#requests.state <= life.DONE)
    ) {
      return "open";
    }
    return !this.#requests.ended && (this.#requests.unread || this.#writer.unasked)
      ? "linger"
      : "close";
  }

  /**
   * Takes in what was read; an empty array is the end.
   *
   * @param bytes They must not change while anyone holds them.
   * @param now In ms.
   */
  receive(bytes: Uint8Array, now: number): void {
    this.#requests.receive(bytes, now);
  }

  /** The next event; `undefined` if there is none. It is good until the next call. */
  next(): ServerEvent | undefined {
    const event = this.#requests.next();
    if (event !== undefined && event.type === "failed") this.#refuse(event);
    return event;
  }

  /** The next bytes to write; `undefined` if there are none. They are good until the next call. */
  transmit(): Uint8Array | undefined {
    return this.#output.transmit();
  }

  /**
   * Tells the time, in ms. A driver calls it at {@linkcode deadline}, and may call it whenever it
   * has answered outside a turn that began with {@linkcode receive}: waits begin anew then.
   */
  tick(now: number): void {
    this.#requests.tick(now);
  }

  /** Says that the driver does not read for now, because nobody takes the body. */
  pause(now: number): void {
    this.#requests.pause(now);
  }

  /** Says that the driver reads again. */
  resume(now: number): void {
    this.#requests.resume(now);
  }

  /**
   * Sends a whole response. An empty reason stands for the registered one. A string is sent in
   * UTF-8; an array of more than 64 KiB is not copied and must not change until it is transmitted.
   *
   * @throws {TypeError} If a line or the reason could not travel as it is.
   * @throws {RangeError} If `status` is none of a final response.
   * @throws {LocalProtocolError} If no request is to be answered, or a framing field is not true.
   */
  sendWhole(
    status: number,
    reason: string,
    lines: FieldLines,
    body: string | Uint8Array | undefined,
  ): void {
    this.#writer.whole(this.#front(), this.#isLast(), status, reason, lines, body);
    this.#finish();
  }

  /**
   * Sends the head of a response whose body follows in parts.
   *
   * @param length In bytes; where it is `undefined` the body goes in chunks, to HTTP/1.0 until the
   * connection's end.
   * @returns Whether a body will be sent: not to HEAD, nor with 204 and 304. Parts given all the
   * same are dropped, and {@linkcode sendEnd} is due in any case.
   * @throws {TypeError} If a line or the reason could not travel as it is.
   * @throws {RangeError} If `status` is none of a final response.
   * @throws {LocalProtocolError} If no request is to be answered, or a framing field is not true.
   */
  sendHead(
    status: number,
    reason: string,
    lines: FieldLines,
    length: number | undefined,
  ): boolean {
    return this.#writer.head(this.#front(), this.#isLast(), status, reason, lines, length);
  }

  /**
   * Sends an interim response; nothing to HTTP/1.0, which has none.
   *
   * @throws {RangeError} If `status` is none, or 101.
   * @throws {LocalProtocolError} If no request is to be answered, or the response has begun.
   */
  sendInformational(status: number, lines: FieldLines): void {
    this.#writer.interim(this.#front(), status, lines);
  }

  /**
   * Tells the client to send the body it holds back (RFC 9110 §10.1.1): once, if the newest request
   * asks for it, nothing of the body has come, and its response has not begun. Behind unanswered
   * requests it waits for its turn.
   */
  sendContinue(): void {
    const requests = this.#requests;
    if (!requests.wantsContinue || this.#exchanges.count === 0) return;
    if (this.#exchanges.count > 1) {
      this.#continueDue = true;
      return;
    }
    requests.wantsContinue = false;
    this.#continueDue = false;
    if (this.#writer.state !== life.IDLE) return;
    this.#writer.interim(this.#exchanges.front, 100, NO_LINES);
    requests.continued();
  }

  /**
   * Sends a part of the body. One of more than 64 KiB is not copied and must not change until it
   * is transmitted.
   *
   * @throws {LocalProtocolError} If no head was sent, or it is more than the head said.
   */
  sendData(bytes: Uint8Array): void {
    this.#writer.data(bytes);
  }

  /**
   * Ends the body. Trailers are dropped unless it goes in chunks.
   *
   * @throws {TypeError} If a trailer could not travel as it is.
   * @throws {LocalProtocolError} If no head was sent, less was sent than it said, or a field may
   * not be a trailer.
   */
  sendEnd(trailers?: FieldLines): void {
    this.#writer.end(trailers);
    this.#finish();
  }

  /**
   * Gives the connection to another protocol: 101 to a request that asks for an upgrade, 2xx to
   * CONNECT. Then {@linkcode takeRemainder} has what came behind the request.
   *
   * @throws {LocalProtocolError} If the request asks for no such thing or its body is not read.
   */
  sendUpgrade(status: number, lines: FieldLines): void {
    const flags = this.#front();
    if (this.#requests.state !== life.DONE) {
      const current = life.stateName(this.#requests.state);
      throw new LocalProtocolError(
        `Cannot switch protocols as the request must be complete: its state is "${current}"`,
      );
    }
    this.#writer.switch(flags, status, lines);
    this.#exchanges.clear();
    this.#requests.switch();
  }

  /**
   * Takes what was received behind the request that switched protocols.
   *
   * @throws {LocalProtocolError} If the connection is still HTTP/1.1.
   */
  takeRemainder(): Uint8Array {
    if (this.#requests.state !== life.SWITCHED) {
      throw new LocalProtocolError("Cannot take the remainder as the protocol was not switched");
    }
    return this.#requests.take();
  }

  /** Gives the response up: the connection closes without making it look complete. */
  abort(): void {
    this.#writer.abort();
    this.#exchanges.clear();
    this.#errorStatus = 0;
    this.#requests.stop();
  }

  /**
   * Says that nobody will read what is left of the newest request's body. It is read and dropped
   * if it is short enough, otherwise the connection closes behind the response. Best called before
   * the response's head is sent, which can then say so.
   */
  discardBody(): void {
    this.#requests.discardBody();
  }

  /** Takes no new request, and closes once those handed over are answered. */
  shutdown(): void {
    const requests = this.#requests;
    requests.stopping = true;
    const between = requests.state === life.DONE && this.#exchanges.count === 0;
    if (requests.state === life.IDLE || between) requests.stop();
  }

  /** The flags of the request that is to be answered. */
  #front(): number {
    if (this.#exchanges.count === 0) {
      throw new LocalProtocolError("Cannot send anything as no request is to be answered");
    }
    return this.#exchanges.front;
  }

  /** Whether the connection ends behind the response to the oldest request. */
  #isLast(): boolean {
    return this.#exchanges.count === 1 && this.#errorStatus === 0 &&
      (this.#requests.stopping || this.#requests.state >= life.CLOSED);
  }

  #finish(): void {
    const exchanges = this.#exchanges;
    if (this.#writer.state === life.CLOSED) {
      exchanges.clear();
      this.#requests.stop();
      return;
    }
    exchanges.shift();
    if (exchanges.count > 0) {
      if (this.#continueDue) this.sendContinue();
    } else if (this.#errorStatus !== 0) this.#sendError();
    else this.#requests.awaitNext();
  }

  #sendError(): void {
    this.#writer.error(this.#errorStatus);
    this.#errorStatus = 0;
  }

  /** Sees to the answer to a faulty request. */
  #refuse(failure: Failed): void {
    const exchanges = this.#exchanges;
    const writing = this.#writer.state;
    let status = writing < life.DONE ? failure.statusHint ?? 0 : 0;
    if (this.#requests.failedInBody) {
      const begun = exchanges.count === 1 && writing !== life.IDLE;
      if (exchanges.count === 0 || begun) status = 0;
      else exchanges.pop(); // its answer is the core's now
    }
    this.#errorStatus = status;
    if (status !== 0 && exchanges.count === 0) this.#sendError();
  }
}
