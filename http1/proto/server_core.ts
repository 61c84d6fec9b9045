/**
 * The server's end of an HTTP/1.1 connection (RFC 9112), without input or output of its own.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { CHUNKED } from "./body_framing.ts";
import { BodyReader } from "./body_reader.ts";
import type { Failed, RequestEvent, ServerEvent } from "./events.ts";
import { ASKS_UPGRADE, Exchanges, IS_CONNECT, IS_HEAD, IS_OLD, KEEPS } from "./exchanges.ts";
import { failed } from "./failure.ts";
import { HeadParser, INCOMPLETE } from "./head_parser.ts";
import { Input } from "./input.ts";
import * as life from "./lifecycle.ts";
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type Http1Limits,
  type Http1Timeouts,
} from "./limits.ts";
import { Output } from "./output.ts";
import { ReadClock } from "./read_clock.ts";
import type { ParsedRequest } from "./parsed_request.ts";
import { readRequest } from "./request_reader.ts";
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

const PEER_CLOSED: ServerEvent = Object.freeze({ type: "closed" });
const NO_LINES: FieldLines = Object.freeze([]);

/**
 * Reads requests and writes responses, in order, over bytes alone.
 *
 * Bytes given to {@linkcode receive} must never change: heads and bodies point into them. Requests
 * are read ahead while older ones are unanswered; whatever is sent concerns the oldest unanswered
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
  readonly #limits: Http1Limits;
  readonly #input: Input = new Input();
  readonly #output: Output;
  readonly #parser: HeadParser;
  readonly #clock: ReadClock;
  readonly #bodyReader: BodyReader;
  readonly #writer: ResponseWriter;
  readonly #exchanges: Exchanges = new Exchanges();
  // One event for all requests: an object less for each.
  readonly #request: { readonly type: "request"; head: ParsedRequest | undefined } = {
    type: "request",
    head: undefined,
  };

  #reading = life.IDLE;
  #now: number;
  #inTurn = false; // whether #now is the time of what happens now
  #requests = 0;
  #newest = 0; // the flags of the newest request, answered or not
  #lastTarget = "";
  #fault: Failed | undefined = undefined; // found by tick, not told yet
  #errorStatus = 0; // of the response that the core itself owes
  #stopping = false;
  #toldClosed = false;
  #unread = false; // the peer may be sending what nobody will read
  #draining = false;
  #droppedBytes = 0;
  #continueWanted = false; // the newest request waits for 100 (Continue)
  #continueDue = false;

  /** Makes one for a connection just opened. */
  constructor(options: ServerCoreOptions) {
    const { buffers, limits = DEFAULT_LIMITS, timeouts = DEFAULT_TIMEOUTS, now = 0 } = options;
    this.#limits = limits;
    this.#output = new Output(buffers);
    this.#writer = new ResponseWriter(this.#output);
    this.#parser = new HeadParser("request", limits);
    this.#clock = new ReadClock(timeouts, now);
    this.#bodyReader = new BodyReader(limits);
    this.#now = now;
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
    return this.#requests;
  }

  /** Whether a request is being read or answered. */
  get busy(): boolean {
    return this.#exchanges.count > 0 || this.#reading === life.BODY || this.#parser.begun ||
      this.#input.at < this.#input.end;
  }

  /** How many bytes wait for {@linkcode transmit}. */
  get queuedBytes(): number {
    return this.#output.queuedBytes;
  }

  /** Whether anything read now would be of use. While it is false the driver does not read. */
  get wantsInput(): boolean {
    if (this.#input.ended) return false;
    const { maxPipelinedRequests, maxDrainBytes } = this.#limits;
    const unanswered = this.#exchanges.count;
    switch (this.#reading) {
      case life.IDLE:
      case life.BODY:
        return true;
      case life.DONE:
        // Behind a request for another protocol, bytes may belong to that one.
        return !this.#awaitsSwitch() &&
          (unanswered < maxPipelinedRequests || this.#input.at === this.#input.end);
      case life.CLOSED:
        // Only to see the peer go while it is being answered.
        return unanswered > 0 && this.#droppedBytes < maxDrainBytes;
    }
    return false;
  }

  /** When {@linkcode tick} wants to be called, in ms; it may lie in the past. */
  get deadline(): number | undefined {
    return this.#clock.deadline;
  }

  /** What to do once {@linkcode transmit} gives nothing more. */
  get disposition(): Disposition {
    if (this.#reading === life.SWITCHED) return "upgraded";
    const writing = this.#writer.state;
    if (writing === life.FAILED) return "close";
    if (writing !== life.CLOSED && (this.#exchanges.count > 0 || this.#reading <= life.DONE)) {
      return "open";
    }
    return !this.#input.ended && (this.#unread || this.#writer.unasked) ? "linger" : "close";
  }

  /**
   * Takes in what was read; an empty array is the end.
   *
   * @param bytes They must never change.
   * @param now In ms.
   */
  receive(bytes: Uint8Array, now: number): void {
    this.#now = now;
    this.#inTurn = true;
    if (this.#reading >= life.CLOSED && bytes.length > 0) {
      this.#droppedBytes += bytes.length;
      this.#unread = true;
    } else this.#input.receive(bytes);
  }

  /** The next event; `undefined` if there is none. It is good until the next call. */
  next(): ServerEvent | undefined {
    switch (this.#reading) {
      case life.IDLE:
        return this.#nextHead();
      case life.BODY:
        return this.#nextBody();
      case life.DONE:
        return this.#nextMessage();
      default:
        return this.#nextLast();
    }
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
    this.#now = now;
    const code = this.#clock.expired(now);
    if (code === undefined) return;
    this.#fault = this.#fail(failed(code, "The peer was waited for too long"));
  }

  /** Says that the driver does not read for now, because nobody takes the body. */
  pause(now: number): void {
    this.#inTurn = false;
    this.#clock.pause(now);
  }

  /** Says that the driver reads again. */
  resume(now: number): void {
    this.#clock.resume(now);
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
    if (!this.#continueWanted || this.#exchanges.count === 0) return;
    if (this.#exchanges.count > 1) {
      this.#continueDue = true;
      return;
    }
    this.#continueWanted = false;
    this.#continueDue = false;
    if (this.#writer.state !== life.IDLE) return;
    this.#writer.interim(this.#exchanges.front, 100, NO_LINES);
    this.#clock.awaitBody(this.#now, !this.#inTurn);
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
    if (this.#reading !== life.DONE) {
      const current = life.stateName(this.#reading);
      throw new LocalProtocolError(
        `Cannot switch protocols as the request must be complete: its state is "${current}"`,
      );
    }
    this.#writer.switch(flags, status, lines);
    this.#exchanges.clear();
    this.#clock.stop();
    this.#step(life.ON_SWITCH);
  }

  /**
   * Takes what was received behind the request that switched protocols.
   *
   * @throws {LocalProtocolError} If the connection is still HTTP/1.1.
   */
  takeRemainder(): Uint8Array {
    if (this.#reading !== life.SWITCHED) {
      throw new LocalProtocolError("Cannot take the remainder as the protocol was not switched");
    }
    return this.#input.take();
  }

  /** Gives the response up: the connection closes without making it look complete. */
  abort(): void {
    this.#writer.abort();
    this.#exchanges.clear();
    this.#errorStatus = 0;
    this.#stopReading();
  }

  /**
   * Says that nobody will read what is left of the newest request's body. It is read and dropped
   * if it is short enough, otherwise the connection closes behind the response. Best called before
   * the response's head is sent, which can then say so.
   */
  discardBody(): void {
    if (this.#reading !== life.BODY || this.#draining) return;
    const { left } = this.#bodyReader;
    // RFC 9110 §10.1.1: who gets an answer instead of 100 may send the body, or not.
    if (this.#continueWanted || (left !== undefined && left > this.#limits.maxDrainBytes)) {
      this.#stopReading();
      return;
    }
    this.#draining = true;
    this.#droppedBytes = 0;
  }

  /** Takes no new request, and closes once those handed over are answered. */
  shutdown(): void {
    this.#stopping = true;
    if (this.#reading === life.IDLE) {
      this.#stopReading();
    } else if (this.#reading === life.DONE && this.#exchanges.count === 0) this.#stopReading();
  }

  #nextHead(): ServerEvent | undefined {
    const input = this.#input;
    const { bytes, at } = input;
    if (at === input.end) {
      this.#request.head = undefined; // it would hold on to the bytes
      if (input.ended) return this.#nextClosed();
      input.clear();
      this.#inTurn = false;
      return undefined;
    }
    const parser = this.#parser;
    const end = parser.parse(bytes, at, input.end);
    if (end < 0) return end === INCOMPLETE ? this.#awaitHead() : this.#fail(parser.failure!);
    const head = readRequest(parser, bytes, at, this.#lastTarget, this.#limits.maxBodyBytes);
    if ("type" in head) return this.#fail(head);
    input.at = end;
    parser.reset();
    this.#lastTarget = head.target;
    this.#begin(head);
    this.#request.head = head;
    return this.#request as RequestEvent;
  }

  #awaitHead(): ServerEvent | undefined {
    this.#request.head = undefined;
    if (this.#input.ended) {
      if (this.#parser.begun) {
        return this.#fail(failed("UNEXPECTED_EOF", "The connection ended within a head"));
      }
      this.#input.clear();
      return this.#nextClosed();
    }
    if (this.#parser.begun) this.#clock.awaitHead(this.#now);
    this.#inTurn = false;
    return undefined;
  }

  #begin(head: ParsedRequest): void {
    const { method } = head;
    let flags = head.keepAlive ? KEEPS : 0;
    if (head.minorVersion === 0) flags |= IS_OLD;
    if (method === "HEAD") flags |= IS_HEAD;
    else if (method === "CONNECT") flags |= IS_CONNECT;
    if (head.asksUpgrade) flags |= ASKS_UPGRADE;
    if (++this.#requests >= this.#limits.maxRequestsPerConnection) {
      flags &= ~KEEPS;
      this.#unread = true;
    }
    this.#newest = flags;
    this.#exchanges.push(flags);
    if (head.hasBody) {
      this.#step(life.ON_HEAD);
      this.#bodyReader.begin(head.chunked ? CHUNKED : head.contentLength!);
      this.#draining = false;
      this.#continueWanted = head.expectsContinue;
      if (this.#continueWanted) this.#clock.stop(); // it is our turn
      else this.#clock.awaitBody(this.#now, false);
    } else {
      this.#step(life.ON_WHOLE);
      this.#clock.stop();
    }
  }

  #nextBody(): ServerEvent | undefined {
    for (;;) {
      const event = this.#bodyReader.next(this.#input);
      if (event === undefined) {
        this.#inTurn = false;
        return undefined;
      }
      switch (event.type) {
        case "failed":
          return this.#fail(event);
        case "end":
          this.#endBody();
          return this.#draining ? this.next() : event;
        case "data":
          if (this.#continueWanted) {
            this.#continueWanted = false;
            this.#clock.awaitBody(this.#now, false);
          }
          this.#clock.progress(this.#now, event.bytes.length);
          if (!this.#draining) return event;
          this.#droppedBytes += event.bytes.length;
          if (this.#droppedBytes > this.#limits.maxDrainBytes) {
            this.#stopReading();
            return this.#nextLast();
          }
      }
    }
  }

  #endBody(): void {
    this.#step(life.ON_END);
    this.#continueWanted = false;
    this.#clock.stop();
    if (this.#exchanges.count === 0) this.#clock.awaitRequest(this.#now, false);
  }

  /** Goes on to the next request, if there may be one yet. */
  #nextMessage(): ServerEvent | undefined {
    if ((this.#newest & KEEPS) === 0 && !this.#awaitsSwitch() || this.#stopping) {
      this.#stopReading();
      return this.#nextLast();
    }
    if (this.#awaitsSwitch() || this.#exchanges.count >= this.#limits.maxPipelinedRequests) {
      this.#inTurn = false;
      return undefined;
    }
    this.#step(life.ON_NEXT);
    return this.#nextHead();
  }

  #nextLast(): ServerEvent | undefined {
    const fault = this.#fault;
    if (fault !== undefined) {
      this.#fault = undefined;
      return fault;
    }
    this.#request.head = undefined;
    this.#inTurn = false;
    return this.#reading === life.CLOSED && this.#input.ended ? this.#nextClosed() : undefined;
  }

  #nextClosed(): ServerEvent | undefined {
    this.#stopReading();
    this.#inTurn = false;
    if (this.#toldClosed) return undefined;
    this.#toldClosed = true;
    return PEER_CLOSED;
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
      (this.#stopping || this.#reading >= life.CLOSED);
  }

  /** Whether the newest request may make another protocol of the connection. */
  #awaitsSwitch(): boolean {
    return (this.#newest & (ASKS_UPGRADE | IS_CONNECT)) !== 0 && this.#exchanges.count > 0;
  }

  #finish(): void {
    const exchanges = this.#exchanges;
    if (this.#writer.state === life.CLOSED) {
      exchanges.clear();
      this.#stopReading();
      return;
    }
    exchanges.shift();
    if (exchanges.count > 0) {
      if (this.#continueDue) this.sendContinue();
    } else if (this.#errorStatus !== 0) this.#sendError();
    else if (this.#reading <= life.DONE) this.#clock.awaitRequest(this.#now, !this.#inTurn);
  }

  #sendError(): void {
    this.#writer.error(this.#errorStatus);
    this.#errorStatus = 0;
  }

  /** Interprets nothing further, without a fault. */
  #stopReading(): void {
    if (this.#reading >= life.SWITCHED) return;
    // What is left, and what the peer may be sending still, makes a close lose our last bytes.
    if (this.#reading === life.BODY || this.#input.at < this.#input.end) this.#unread = true;
    this.#reading = life.CLOSED;
    this.#input.clear();
    this.#clock.stop();
  }

  #fail(failure: Failed): Failed {
    const exchanges = this.#exchanges;
    let status = failure.statusHint ?? 0;
    if (this.#reading === life.BODY) {
      const begun = exchanges.count === 1 && this.#writer.state !== life.IDLE;
      if (exchanges.count === 0 || begun) status = 0;
      else exchanges.pop(); // its answer is the core's now
    }
    this.#step(life.ON_FAIL);
    this.#request.head = undefined;
    this.#input.clear();
    this.#clock.stop();
    this.#unread = failure.code !== "IDLE_TIMEOUT";
    this.#errorStatus = this.#writer.state < life.DONE ? status : 0;
    if (this.#errorStatus !== 0 && exchanges.count === 0) this.#sendError();
    return failure;
  }

  #step(event: number): void {
    this.#reading = life.transition(life.REQUESTS, this.#reading, event);
  }
}
