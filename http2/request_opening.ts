/**
 * Requests on their way to a stream.
 *
 * @module
 */

import { NetworkError } from "@avx/runtime/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import type { Http2ClientTimeouts } from "./client_config.ts";
import type { Http2ClientRequest, Http2Exchange } from "./client_exchange.ts";
import type { ClientStream } from "./client_stream.ts";
import type { ClientStreams } from "./client_streams.ts";

/** What it needs of the connection. */
export interface RequestOpeningOwner {
  /** How many requests it can carry at once may have changed. */
  resized(): void;
  /** There are no ids left for another request. */
  exhausted(): void;
}

/** Gives requests to the core, or has them wait where only the server's settings can say more. */
export class RequestOpening {
  readonly #streams: ClientStreams;
  readonly #timeouts: Http2ClientTimeouts;
  readonly #owner: RequestOpeningOwner;

  /** Makes one for a connection without requests. */
  constructor(
    streams: ClientStreams,
    timeouts: Http2ClientTimeouts,
    owner: RequestOpeningOwner,
  ) {
    this.#streams = streams;
    this.#timeouts = timeouts;
    this.#owner = owner;
  }

  /**
   * Sends a request, now or once the server allows it.
   *
   * @returns Whether it was taken; it has failed as unsent otherwise.
   * @throws {TypeError} If the request could not travel as it is.
   * @throws {LocalProtocolError} If it contradicts itself, or the peer does not know extended CONNECT.
   */
  start(stream: ClientStream): boolean {
    const { exchange } = stream;
    if (this.#waitsForSettings(exchange)) this.#streams.addUnsettled(stream);
    else if (!this.#open(stream)) {
      this.refuse(exchange);
      return false;
    }
    return true;
  }

  /** The server has told its settings, which some have waited for. */
  settle(): void {
    this.#owner.resized();
    for (const stream of this.#streams.takeUnsettled()) {
      try {
        if (this.#waitsForSettings(stream.exchange)) this.#streams.addUnsettled(stream);
        else if (!this.#open(stream)) this.refuse(stream.exchange);
      } catch (error) {
        this.#streams.over();
        stream.fail(error, "unsent");
      }
    }
  }

  /** No request is sent any more: nothing was done for those that wait. */
  stop(): void {
    for (const { exchange } of this.#streams.takeUnsettled()) this.refuse(exchange);
  }

  /** Fails a request, of which nothing was sent. */
  refuse(exchange: Http2Exchange): void {
    this.#owner.resized();
    this.#streams.over();
    exchange.failed(new NetworkError("The connection takes no more requests"), "unsent");
  }

  /** Whether only the server's next settings can say what becomes of it. */
  #waitsForSettings({ request: { protocol } }: Http2Exchange): boolean {
    const { exhausted, maxConcurrentStreams, settled } = this.#streams.core;
    return !exhausted && (maxConcurrentStreams === 0 || protocol !== undefined && !settled);
  }

  /** Gives a request to the core, and its body as far as it is not held back. */
  #open(stream: ClientStream): boolean {
    const streams = this.#streams;
    const { exchange } = stream;
    const { request } = exchange;
    const { method, target, body, expectContinue, protocol, trailers } = request;
    const { headersMs, continueMs } = this.#timeouts;
    const isWhole = body instanceof Uint8Array;
    const end = protocol === undefined && trailers === undefined &&
      (body === undefined || isWhole && body.length === 0);
    const streamId = streams.core.sendRequest({
      method: protocol === undefined ? method : "CONNECT",
      scheme: streams.transport.encrypted ? "https" : "http",
      path: target,
      protocol,
      lines: linesOf(request),
      end,
    });
    if (streamId === undefined) return false;
    exchange.streamId = stream.streamId = streamId;
    stream.writesBefore = streams.writes;
    streams.add(stream);
    stream.held = expectContinue && !end;
    streams.await(stream, streams.now + (stream.held ? continueMs : headersMs));
    if (!end && protocol === undefined && !stream.held) stream.sendBody();
    streams.flushSoon();
    if (streams.core.exhausted) this.#owner.exhausted();
    return true;
  }
}

/** The lines as they are sent, those that frame the body among them. */
function linesOf({ lines, body, length, expectContinue }: Http2ClientRequest): FieldLines {
  if (body === undefined) return lines;
  const declared = body instanceof Uint8Array ? body.length : length;
  if (declared === undefined && !expectContinue) return lines;
  const all = [...lines];
  if (declared !== undefined) all.push("content-length", String(declared));
  if (expectContinue) all.push("expect", "100-continue");
  return all;
}
