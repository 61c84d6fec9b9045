/**
 * A request on its stream, as the driver of a client's connection knows it.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { FieldSection } from "@avx/semantics/field-section";
import { type IncomingOwner, IncomingQueue } from "@avx/semantics/incoming-queue";
import { RequestUpload, type UploadOwner } from "@avx/semantics/requesting";
import type { Http2Exchange, Http2ExchangeProgress } from "./client_exchange.ts";
import type { ClientTunnel } from "./client_tunnel.ts";
import type { Http2ClientCore } from "./proto/client_core.ts";
import type { Http2ResponseHead } from "./proto/response_head.ts";

/** What a stream asks of its connection. */
export interface ClientStreamOwner {
  /** The protocol. */
  readonly core: Http2ClientCore;
  /** What carries it. */
  readonly transport: Transport;
  /** The core has bytes to write. */
  flushSoon(): void;
  /** The reader waits for more of the body. */
  awaitBody(stream: ClientStream): void;
  /** Resets a stream that is given up, and forgets it. Nobody is told. */
  drop(stream: ClientStream, reason: unknown): void;
  /** The body cannot be had, for which the caller is to blame. */
  uploadFailed(stream: ClientStream, error: unknown): void;
  /** Everything of the request was given to the core. */
  requestSent(stream: ClientStream): void;
  /** Both halves of a tunnel have ended. */
  tunnelEnded(stream: ClientStream): void;
}

/** One request, and its response as it comes. */
export class ClientStream implements IncomingOwner, UploadOwner {
  /** Whose it is. */
  readonly exchange: Http2Exchange;
  /** The stream's id; 0 while it has none. */
  streamId = 0;
  /** How often the connection had written when the request was given to the core. */
  writesBefore = 0;
  /** When something must have come; `Infinity` while nothing is waited for. */
  readBy = Infinity;
  /** The head of the response, while nobody was told of it. */
  head: Http2ResponseHead | undefined = undefined;
  /** The body, or its first part, that came together with the head. */
  chunk: Uint8Array | undefined = undefined;
  /** The body, once the exchange has it. */
  body: IncomingQueue | undefined = undefined;
  /** What sends a body that is pulled. */
  upload: RequestUpload | undefined = undefined;
  /** Whether the body is held back until the peer asks for it. */
  held = false;
  /** The other protocol's end of it, once an extended CONNECT was accepted. */
  tunnel: ClientTunnel | undefined = undefined;

  readonly #owner: ClientStreamOwner;
  #consumedBytes = 0;
  #ended = false;
  #lost = false;
  #trailers: FieldSection | undefined = undefined;

  /** Makes one that is not sent yet. */
  constructor(exchange: Http2Exchange, owner: ClientStreamOwner) {
    this.exchange = exchange;
    this.#owner = owner;
  }

  /** Sends the body, which may have been held back until now. */
  sendBody(): void {
    const { body, trailers } = this.exchange.request;
    this.held = false;
    if (body === undefined || body instanceof Uint8Array) {
      const { core } = this.#owner;
      if (body !== undefined && body.length > 0) core.sendData(this.streamId, body);
      core.sendEnd(this.streamId, trailers?.());
      return this.#owner.requestSent(this);
    }
    this.readBy = Infinity;
    this.upload = new RequestUpload(body, this);
    this.upload.run();
  }

  /** Makes the body that whatever comes from now on goes to. */
  beginBody(declaredLength: number | undefined): IncomingQueue {
    const body = this.body = new IncomingQueue(this, declaredLength);
    const { chunk } = this;
    this.head = this.chunk = undefined;
    if (chunk !== undefined) this.push(chunk);
    return body;
  }

  /** Adds a part of the body. */
  push(bytes: Uint8Array): void {
    this.readBy = Infinity; // until the reader waits again
    this.body!.push(bytes);
    this.#giveBack(); // the reader may have waited for it
  }

  /**
   * Ends the body. Its reader learns it with the last chunk, so that until then what it takes is
   * given back to the connection's window.
   */
  end(trailers: FieldSection | undefined): void {
    this.readBy = Infinity;
    this.#ended = true;
    this.#trailers = trailers;
    this.#endIfRead();
  }

  /** Ends it without a response, or with a part of one. */
  fail(error: unknown, progress: Http2ExchangeProgress): void {
    const { body, tunnel } = this;
    this.#lost = true;
    this.upload?.stop(error);
    this.head = this.chunk = undefined;
    if (body === undefined) return this.exchange.failed(error, progress);
    body.fail(error);
    if (tunnel === undefined) this.exchange.finished(error);
    else tunnel.lose(error);
  }

  /** Drops what came and was not read, on behalf of whoever gives up. */
  discard(reason: unknown): void {
    this.upload?.stop(reason);
    const { chunk, body } = this;
    this.head = this.chunk = undefined;
    if (chunk !== undefined) this.#owner.core.consume(this.streamId, chunk.length);
    if (body === undefined) return;
    body.clear();
    body.fail(reason);
    this.#giveBack();
  }

  // IncomingOwner

  /** The reader waits, or has taken a chunk. */
  wanted(body: IncomingQueue): void {
    this.#giveBack();
    if (body.isWaiting && !this.#ended) this.#owner.awaitBody(this);
    this.#endIfRead();
  }

  /** The reader wants no more of it. */
  abandoned(_body: IncomingQueue, reason?: unknown): void {
    this.#giveBack();
    // A body that broke off may still be read as far as it came, and then be given up.
    if (this.#ended || this.#lost) return;
    this.#owner.drop(this, reason);
    this.exchange.finished(reason);
  }

  // UploadOwner

  /** See {@linkcode UploadOwner.sendChunk}. */
  sendChunk(chunk: Uint8Array): boolean {
    const isWelcome = this.#owner.core.sendData(this.streamId, chunk);
    this.#owner.flushSoon();
    return isWelcome;
  }

  /** See {@linkcode UploadOwner.sendEnd}. */
  sendEnd(): void {
    this.#owner.core.sendEnd(this.streamId, this.exchange.request.trailers?.());
  }

  /** See {@linkcode UploadOwner.uploaded}. */
  uploaded(): void {
    this.#owner.requestSent(this);
  }

  /** See {@linkcode UploadOwner.uploadFailed}. */
  uploadFailed(error: unknown): void {
    this.#owner.uploadFailed(this, error);
  }

  #endIfRead(): void {
    const body = this.body!;
    if (this.#ended && body.queuedBytes === 0) body.end(this.#trailers);
  }

  #giveBack(): void {
    const body = this.body!;
    const taken = body.receivedBytes - body.queuedBytes - this.#consumedBytes;
    if (taken <= 0) return;
    this.#consumedBytes += taken;
    this.#owner.core.consume(this.streamId, taken);
    this.#owner.flushSoon();
  }
}
