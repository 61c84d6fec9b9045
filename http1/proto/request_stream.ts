/**
 * The half of a server's connection that carries requests.
 *
 * @module
 */

import { CHUNKED } from "./body_framing.ts";
import { BodyReader } from "./body_reader.ts";
import type { Failed, RequestEvent, ServerEvent } from "./events.ts";
import { ASKS_UPGRADE, type Exchanges, IS_CONNECT, IS_HEAD, IS_OLD, KEEPS } from "./exchanges.ts";
import { failed } from "./failure.ts";
import { HeadParser, INCOMPLETE } from "./head_parser.ts";
import { InputQueue } from "@avx/runtime/input-queue";
import * as life from "./lifecycle.ts";
import type { Http1Limits, Http1Timeouts } from "./limits.ts";
import type { ParsedRequest } from "./parsed_request.ts";
import { ReadClock } from "./read_clock.ts";
import { readRequest } from "./request_reader.ts";

const PEER_CLOSED: ServerEvent = Object.freeze({ type: "closed" });

/** Reads one request after another, and adds each to the exchanges that wait for an answer. */
export class RequestStream {
  /** Where the half is in its lifecycle. */
  state: number = life.IDLE;
  /** How many requests have been read. */
  count = 0;
  /** Whether no further request is to be read. */
  stopping = false;
  /** Whether the peer may be sending what nobody will read. */
  unread = false;
  /** Whether the newest request waits for 100 (Continue). */
  wantsContinue = false;
  /** Whether the fault was found within a body, and not in a head or between requests. */
  failedInBody = false;

  readonly #limits: Http1Limits;
  readonly #exchanges: Exchanges;
  readonly #input: InputQueue = new InputQueue();
  readonly #parser: HeadParser;
  readonly #body: BodyReader;
  readonly #clock: ReadClock;
  // One event for all requests: an object less for each.
  readonly #request: { readonly type: "request"; head: ParsedRequest | undefined } = {
    type: "request",
    head: undefined,
  };

  #now: number;
  #inTurn = false; // whether #now is the time of what happens now
  #newest = 0; // the flags of the newest request, answered or not
  #lastTarget = "";
  #fault: Failed | undefined = undefined; // found by tick, not told yet
  #toldClosed = false;
  #draining = false;
  #droppedBytes = 0;

  /** Makes a reader at the start of a connection, opened at `now`. */
  constructor(
    limits: Http1Limits,
    timeouts: Http1Timeouts,
    exchanges: Exchanges,
    now: number,
  ) {
    this.#limits = limits;
    this.#exchanges = exchanges;
    this.#parser = new HeadParser("request", limits);
    this.#body = new BodyReader(limits);
    this.#clock = new ReadClock(timeouts, now);
    this.#now = now;
  }

  /** Whether the peer has ended its half. */
  get ended(): boolean {
    return this.#input.ended;
  }

  /** Whether a request is being read. */
  get busy(): boolean {
    return this.state === life.BODY || this.#parser.begun || this.holdsInput;
  }

  /** Whether anything received has not been read: it is held, and so must not change. */
  get holdsInput(): boolean {
    return this.#input.at < this.#input.end;
  }

  /** When {@linkcode tick} wants to be called. */
  get deadline(): number | undefined {
    return this.#clock.deadline;
  }

  /** Whether anything read now would be of use. While it is false the driver does not read. */
  get wantsInput(): boolean {
    if (this.#input.ended) return false;
    const { maxPipelinedRequests, maxDrainBytes } = this.#limits;
    const unanswered = this.#exchanges.count;
    switch (this.state) {
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

  /** Takes in what was read; an empty array is the end. */
  receive(bytes: Uint8Array, now: number): void {
    this.#now = now;
    this.#inTurn = true;
    if (this.state >= life.CLOSED && bytes.length > 0) {
      this.#droppedBytes += bytes.length;
      this.unread = true;
    } else this.#input.receive(bytes);
  }

  /** The next event. */
  next(): ServerEvent | undefined {
    switch (this.state) {
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

  /** Tells the time; a wait that has run out is told as a fault by {@linkcode next}. */
  tick(now: number): void {
    this.#now = now;
    const code = this.#clock.expired(now);
    if (code === undefined) return;
    this.#fault = this.#fail(failed(code, "The peer was waited for too long"));
  }

  /** The driver does not read for now. */
  pause(now: number): void {
    this.#inTurn = false;
    this.#clock.pause(now);
  }

  /** The driver reads again. */
  resume(now: number): void {
    this.#clock.resume(now);
  }

  /** All requests are answered: the next one is waited for, unless it is on its way. */
  awaitNext(): void {
    if (this.state <= life.DONE) this.#clock.awaitRequest(this.#now, !this.#inTurn);
  }

  /** The client has been told to send the body it holds back. */
  continued(): void {
    this.#clock.awaitBody(this.#now, !this.#inTurn);
  }

  /** The connection belongs to another protocol. */
  switch(): void {
    this.#clock.stop();
    this.#step(life.ON_SWITCH);
  }

  /** Takes what has been received and not read. */
  take(): Uint8Array {
    return this.#input.take();
  }

  /** Nobody will read what is left of the body. */
  discardBody(): void {
    if (this.state !== life.BODY || this.#draining) return;
    const { left } = this.#body;
    // RFC 9110 §10.1.1: who gets an answer instead of 100 may send the body, or not.
    if (this.wantsContinue || (left !== undefined && left > this.#limits.maxDrainBytes)) {
      this.stop();
      return;
    }
    this.#draining = true;
    this.#droppedBytes = 0;
  }

  /** Reads nothing further, without a fault. */
  stop(): void {
    if (this.state >= life.SWITCHED) return;
    // What is left, and what the peer may be sending still, makes a close lose our last bytes.
    if (this.busy) this.unread = true;
    this.state = life.CLOSED;
    this.#input.clear();
    this.#clock.stop();
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
    if (++this.count >= this.#limits.maxRequestsPerConnection) {
      flags &= ~KEEPS;
      this.unread = true;
    }
    this.#newest = flags;
    this.#exchanges.push(flags);
    if (head.hasBody) {
      this.#step(life.ON_HEAD);
      this.#body.begin(head.chunked ? CHUNKED : head.contentLength!);
      this.#draining = false;
      this.wantsContinue = head.expectsContinue;
      if (this.wantsContinue) this.#clock.stop(); // it is our turn
      else this.#clock.awaitBody(this.#now, false);
    } else {
      this.#step(life.ON_WHOLE);
      this.#clock.stop();
    }
  }

  #nextBody(): ServerEvent | undefined {
    for (;;) {
      const event = this.#body.next(this.#input);
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
          if (this.wantsContinue) {
            this.wantsContinue = false;
            this.#clock.awaitBody(this.#now, false);
          }
          this.#clock.progress(this.#now, event.bytes.length);
          if (!this.#draining) return event;
          this.#droppedBytes += event.bytes.length;
          if (this.#droppedBytes > this.#limits.maxDrainBytes) {
            this.stop();
            return this.#nextLast();
          }
      }
    }
  }

  #endBody(): void {
    this.#step(life.ON_END);
    this.wantsContinue = false;
    this.#clock.stop();
    if (this.#exchanges.count === 0) this.#clock.awaitRequest(this.#now, false);
  }

  /** Goes on to the next request, if there may be one yet. */
  #nextMessage(): ServerEvent | undefined {
    if (this.#awaitsSwitch()) {
      this.#inTurn = false;
      return undefined;
    }
    if ((this.#newest & KEEPS) === 0 || this.stopping) {
      this.stop();
      return this.#nextLast();
    }
    if (this.#exchanges.count >= this.#limits.maxPipelinedRequests) {
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
    return this.state === life.CLOSED && this.#input.ended ? this.#nextClosed() : undefined;
  }

  #nextClosed(): ServerEvent | undefined {
    this.stop();
    this.#inTurn = false;
    if (this.#toldClosed) return undefined;
    this.#toldClosed = true;
    return PEER_CLOSED;
  }

  /** Whether the newest request may make another protocol of the connection. */
  #awaitsSwitch(): boolean {
    return (this.#newest & (ASKS_UPGRADE | IS_CONNECT)) !== 0 && this.#exchanges.count > 0;
  }

  #fail(failure: Failed): Failed {
    this.failedInBody = this.state === life.BODY;
    this.unread = failure.code !== "IDLE_TIMEOUT";
    this.#step(life.ON_FAIL);
    this.#request.head = undefined;
    this.#input.clear();
    this.#clock.stop();
    return failure;
  }

  #step(event: number): void {
    this.state = life.transition(life.REQUESTS, this.state, event);
  }
}
