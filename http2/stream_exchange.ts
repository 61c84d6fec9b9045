/**
 * An exchange on a stream of its own.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import type { Priority } from "@avx/semantics/priority";
import {
  Exchange,
  type ExchangeOwner,
  IncomingQueue,
  type TakenConnection,
} from "@avx/semantics/serving";
import type { Http2RequestHead } from "./proto/request_head.ts";

/** The body of a request, which knows whose it is as long as its exchange is not over. */
export class StreamBody extends IncomingQueue {
  /** The exchange. */
  exchange: StreamExchange | undefined = undefined;
}

/** One request and its response. */
export class StreamExchange extends Exchange {
  declare readonly head: Http2RequestHead;
  declare readonly incoming: StreamBody | undefined;
  /** The stream. */
  readonly streamId: number;
  /** How much of the request's body was given back to the peer's window, in bytes. */
  consumedBytes = 0;
  /** Whether the stream is gone, or its connection. */
  gone = false;
  /** Whether the stream belongs to another protocol (RFC 8441). */
  tunnels = false;
  /** What has taken it over. */
  taken: TakenConnection | undefined = undefined;
  /** Whether its response has not shown yet whether it is whole or a stream. */
  settles = false;
  /** Whether its response is complete, and a part of it waits for the peer's window. */
  leaves = false;
  #writable: Deferred<void> | undefined = undefined;

  /** Makes the exchange of a request whose head has just arrived. */
  constructor(
    owner: ExchangeOwner,
    head: Http2RequestHead,
    incoming: StreamBody | undefined,
    streamId: number,
  ) {
    super(owner, head, "h2", incoming);
    this.streamId = streamId;
    if (incoming !== undefined) incoming.exchange = this;
  }

  /** The value of `:protocol` (RFC 8441 §4). */
  override get connectProtocol(): string | undefined {
    return this.head.protocol;
  }

  /** The request's priority, from its field or from a PRIORITY_UPDATE that came before it. */
  override get priority(): Priority {
    return this.head.priority;
  }

  /** Settles when more is welcome on the stream; rejects when the stream is gone. */
  get writable(): Promise<void> {
    this.#writable ??= new Deferred();
    return this.#writable.promise;
  }

  /** More is welcome on the stream. */
  becomeWritable(): void {
    this.#writable?.resolve();
    this.#writable = undefined;
  }

  /** @inheritdoc */
  override lose(error: Error): void {
    this.gone = true;
    this.#writable?.reject(error);
    this.#writable = undefined;
    super.lose(error);
  }

  /** Whether nothing of the exchange goes on. */
  get isOver(): boolean {
    return this.state === "done" && !this.tunnels && !this.leaves &&
      this.incoming?.state !== "open";
  }
}
