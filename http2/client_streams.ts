/**
 * What is on its way on a client's connection, requests and the responses that are pushed: finding,
 * waiting for and losing it.
 *
 * @module
 */

import type { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { TimeoutError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import type { Http2ClientTimeouts } from "./client_config.ts";
import type { Http2Exchange, Http2ExchangeProgress } from "./client_exchange.ts";
import type { ClientStream, ClientStreamOwner } from "./client_stream.ts";
import { CANCEL } from "./frame/error_code.ts";
import type { Http2ClientCore } from "./proto/client_core.ts";
import { SlotTable } from "./proto/slot_table.ts";

/** What the streams of a connection share. */
export interface ClientStreamsParts {
  /** The protocol. */
  readonly core: Http2ClientCore;
  /** What carries it. */
  readonly transport: Transport;
  /** The wheel that the deadlines are on. */
  readonly timers: Timers;
  /** What goes off at the first of them. */
  readonly alarm: ConnectionAlarm;
  /** How long to wait. */
  readonly timeouts: Http2ClientTimeouts;
  /** The core has bytes to write. */
  flushSoon(): void;
  /** A place for a request is free. */
  released(): void;
}

/** All streams of a connection. */
export class ClientStreams implements ClientStreamOwner {
  /** See {@linkcode ClientStreamOwner.core}. */
  readonly core: Http2ClientCore;
  /** See {@linkcode ClientStreamOwner.transport}. */
  readonly transport: Transport;
  /** When the last of them ended, on the clock of the timers. */
  idleSince: number;
  /** The time of this turn, in ms. The connection's to write. */
  now: number;
  /** How often the connection has written. The connection's to write. */
  writes = 0;

  readonly #parts: ClientStreamsParts;
  /** Those that have a stream, by its id: requests, whose ids are odd, and pushes. */
  readonly #open: SlotTable<ClientStream> = new SlotTable();
  /**
   * Those that wait for the peer's settings: extended CONNECTs, to hear whether it knows them, and
   * whatever waits for it to allow a stream.
   */
  readonly #unsettled = new Set<ClientStream>();

  #pushes = 0;

  /** Makes an empty table. */
  constructor(parts: ClientStreamsParts, now: number) {
    this.#parts = parts;
    this.core = parts.core;
    this.transport = parts.transport;
    this.idleSince = this.now = now;
  }

  /** How many requests there are. */
  get size(): number {
    return this.#open.size - this.#pushes + this.#unsettled.size;
  }

  /** The request, or the pushed response, on a stream. */
  find(streamId: number): ClientStream | undefined {
    return this.#open.find(streamId);
  }

  /** Whose stream it is, or where it waits for one. */
  streamOf(exchange: Http2Exchange): ClientStream | undefined {
    const stream = this.#open.find(exchange.streamId);
    if (stream?.exchange === exchange) return stream;
    for (const waiting of this.#unsettled) if (waiting.exchange === exchange) return waiting;
    return undefined;
  }

  /** Adds one that has a stream. */
  add(stream: ClientStream): void {
    this.#open.add(stream.streamId, stream);
  }

  /** Adds one that the server has promised. It takes no request's place. */
  addPushed(stream: ClientStream): void {
    this.#pushes++;
    this.add(stream);
  }

  /** Adds one that waits for the peer's settings. */
  addUnsettled(stream: ClientStream): void {
    this.#unsettled.add(stream);
    // Those that still wait after new settings do not wait anew.
    if (stream.readBy !== Infinity) return;
    this.await(stream, this.now + this.#parts.timeouts.headersMs);
  }

  /** Takes out those that have waited for the peer's settings. */
  takeUnsettled(): ClientStream[] {
    const streams = [...this.#unsettled];
    this.#unsettled.clear();
    return streams;
  }

  /** Takes one out. Returns whether it was there. */
  remove(stream: ClientStream): boolean {
    if (!this.#open.remove(stream.streamId) && !this.#unsettled.delete(stream)) return false;
    if (!isPushed(stream)) this.over();
    else this.#pushes--;
    return true;
  }

  /** A place for a request is free. */
  over(): void {
    if (this.size === 0) this.idleSince = this.now;
    this.#parts.released();
  }

  /** Something must have come by then. */
  await(stream: ClientStream, readBy: number): void {
    stream.readBy = readBy;
    this.#parts.alarm.arm(readBy);
  }

  /** Ends one without a response, or with a part of one. */
  fail(streamId: number, error: unknown, progress: Http2ExchangeProgress): void {
    const stream = this.#open.find(streamId);
    if (stream === undefined) return;
    this.remove(stream);
    stream.fail(error, progress);
  }

  /** Ends all of them. What was given to the core since the last write was not sent. */
  failAll(error: unknown): void {
    const streams = [...this.#open.values(), ...this.#unsettled];
    this.#open.clear();
    this.#unsettled.clear();
    this.#pushes = 0;
    for (const stream of streams) {
      if (!isPushed(stream)) this.over();
      const isSent = stream.streamId > 0 && stream.writesBefore < this.writes;
      stream.fail(error, stream.head !== undefined ? "answered" : isSent ? "unanswered" : "unsent");
    }
  }

  /** Drops what came and was not read. */
  clearBodies(): void {
    for (const stream of this.#open.values()) stream.body?.clear();
  }

  /** Ends those for which nothing came in time. Returns when to look again. */
  expire(now: number): number {
    let next = Infinity;
    for (const stream of [...this.#open.values(), ...this.#unsettled]) {
      if (stream.readBy <= now) this.#expire(stream);
      if (stream.readBy < next) next = stream.readBy;
    }
    return next;
  }

  // ClientStreamOwner

  /** See {@linkcode ClientStreamOwner.flushSoon}. */
  flushSoon(): void {
    this.#parts.flushSoon();
  }

  /** See {@linkcode ClientStreamOwner.awaitBody}. */
  awaitBody(stream: ClientStream): void {
    const { timers, timeouts } = this.#parts;
    if (stream.tunnel === undefined) this.await(stream, timers.now() + timeouts.bodyMs);
  }

  /** See {@linkcode ClientStreamOwner.drop}. */
  drop(stream: ClientStream, reason: unknown): void {
    const { streamId } = stream;
    if (!this.remove(stream)) return;
    if (streamId === 0) return;
    this.core.reset(streamId, CANCEL);
    stream.discard(reason);
    this.flushSoon();
  }

  /** See {@linkcode ClientStreamOwner.uploadFailed}. */
  uploadFailed(stream: ClientStream, error: unknown): void {
    this.drop(stream, error);
    stream.fail(error, "unanswered");
  }

  /** See {@linkcode ClientStreamOwner.requestSent}. */
  requestSent(stream: ClientStream): void {
    const { timers, timeouts } = this.#parts;
    if (stream.body === undefined && stream.head === undefined) {
      this.await(stream, timers.now() + timeouts.headersMs);
    }
    this.flushSoon();
  }

  /** See {@linkcode ClientStreamOwner.tunnelEnded}. */
  tunnelEnded(stream: ClientStream): void {
    this.remove(stream);
  }

  #expire(stream: ClientStream): void {
    const { headersMs, bodyMs } = this.#parts.timeouts;
    stream.readBy = Infinity;
    if (stream.held) return stream.sendBody();
    if (stream.body === undefined && this.core.queuedBytes(stream.streamId) > 0) {
      stream.readBy = this.now + headersMs; // it is still being sent
      return;
    }
    const error = stream.body === undefined
      ? new TimeoutError("headers", headersMs)
      : new TimeoutError("body", bodyMs);
    this.drop(stream, error);
    if (stream.body === undefined) stream.exchange.failed(error, "unanswered");
    else stream.exchange.finished(error);
  }
}

/** RFC 9113 §5.1.1: the streams that a server opens are even. */
function isPushed({ streamId }: ClientStream): boolean {
  return streamId !== 0 && (streamId & 1) === 0;
}
