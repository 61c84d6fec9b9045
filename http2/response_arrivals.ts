/**
 * Responses as they come, on all streams of a client's connection.
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";
import type { Http2ClientTimeouts } from "./client_config.ts";
import type { ClientStream } from "./client_stream.ts";
import type { ClientStreams } from "./client_streams.ts";
import { ClientTunnel } from "./client_tunnel.ts";
import { CANCEL } from "./frame/error_code.ts";
import type { Http2InformationalEvent, Http2ResponseEvent } from "./proto/events.ts";

const NO_BYTES = new Uint8Array(0);

/** Puts responses together from the events of the core, and hands them over. */
export class ResponseArrivals {
  readonly #streams: ClientStreams;
  readonly #timeouts: Http2ClientTimeouts;
  /** Those whose head came with what is being looked at now. */
  readonly #arrived: ClientStream[] = [];

  /** Makes one for the streams of a connection. */
  constructor(streams: ClientStreams, timeouts: Http2ClientTimeouts) {
    this.#streams = streams;
    this.#timeouts = timeouts;
  }

  /** An interim response has come. */
  inform({ streamId, head }: Http2InformationalEvent): void {
    const streams = this.#streams;
    const stream = streams.find(streamId);
    if (stream === undefined) return;
    if (stream.held && head.status === 100) stream.sendBody();
    else if (stream.readBy !== Infinity && !stream.held) {
      stream.readBy = streams.now + this.#timeouts.headersMs;
    }
    stream.exchange.informed(head);
  }

  /** A head has come. */
  begin({ streamId, head }: Http2ResponseEvent): void {
    const stream = this.#streams.find(streamId);
    if (stream === undefined) return;
    stream.readBy = Infinity;
    stream.head = head;
    // RFC 9110 §10.1.1: who answers at once, and not with a refusal, may be waiting for the body.
    if (stream.held && head.hasBody && head.status < 300) stream.sendBody();
    stream.held = false;
    if (!head.hasBody) return this.#finish(stream, undefined);
    if (stream.exchange.request.protocol !== undefined && head.status < 300) {
      const tunnel = stream.tunnel = new ClientTunnel(stream, this.#streams);
      return stream.exchange.upgraded(head, tunnel, NO_BYTES);
    }
    this.#arrived.push(stream);
  }

  /** A part of a body has come. */
  take(streamId: number, bytes: Uint8Array): void {
    const stream = this.#streams.find(streamId);
    if (stream === undefined) return this.#streams.core.consume(streamId, bytes.length);
    if (stream.body === undefined) {
      if (stream.chunk === undefined) {
        stream.chunk = bytes;
        return;
      }
      this.#deliver(stream); // a body in several parts is not put together here
    }
    if (stream.body !== undefined) stream.push(bytes);
  }

  /** A body has ended. */
  end(streamId: number, trailers: FieldSection | undefined): void {
    const stream = this.#streams.find(streamId);
    if (stream !== undefined) this.#finish(stream, trailers);
  }

  /** Hands over what has come without its end. */
  deliver(): void {
    const arrived = this.#arrived;
    if (arrived.length === 0) return;
    // Only now: a body that comes with its head needs no queue.
    for (const stream of arrived) if (stream.head !== undefined) this.#deliver(stream);
    arrived.length = 0;
  }

  /** The head is here and the body is not, or not all of it. */
  #deliver(stream: ClientStream): void {
    const head = stream.head!;
    const body = stream.beginBody(head.contentLength);
    stream.exchange.answered(head, body, undefined, this.#streams.now);
  }

  /** The response is complete. */
  #finish(stream: ClientStream, trailers: FieldSection | undefined): void {
    const { exchange, streamId, head, chunk, tunnel } = stream;
    if (tunnel !== undefined) return tunnel.endRead();
    const streams = this.#streams;
    stream.readBy = Infinity;
    stream.head = undefined;
    if (exchange.request.body !== undefined) this.#endRequest(stream);
    streams.remove(stream);
    if (head === undefined) {
      stream.end(trailers);
      return exchange.finished(undefined);
    }
    if (chunk !== undefined) streams.core.consume(streamId, chunk.length);
    exchange.answered(head, chunk, trailers, streams.now);
  }

  /** A peer that answers in full before it has the whole request wants no more of it. */
  #endRequest({ streamId, upload }: ClientStream): void {
    const { core } = this.#streams;
    upload?.stop(undefined);
    if (!core.streamState(streamId).startsWith("closed")) core.reset(streamId, CANCEL);
  }
}
