/**
 * A stream as a transport: what extended CONNECT opens (RFC 8441).
 *
 * @module
 */

import { NetworkError } from "@avx/runtime/errors";
import type { Address, TlsInfo, Transport } from "@avx/runtime/ports/transport";
import { CANCEL } from "./frame/error_code.ts";
import type { Http2ServerCore } from "./proto/server_core.ts";
import type { StreamExchange } from "./stream_exchange.ts";

/** What a stream asks of its connection. */
export interface StreamOwner {
  /** What TLS agreed on, where there is TLS. */
  readonly tls: TlsInfo | undefined;
  /** The core has bytes to write. */
  flushSoon(): void;
  /** The tunnel is closed. */
  closed(exchange: StreamExchange): void;
}

/** Reads what the peer sends on the stream, and writes to it, both under its flow control. */
export class StreamTransport implements Transport {
  readonly #exchange: StreamExchange;
  readonly #core: Http2ServerCore;
  readonly #owner: StreamOwner;
  #rest: Uint8Array | undefined = undefined;
  #isClosed = false;
  #hasEnded = false;

  /** Takes the stream of an exchange whose response was sent. */
  constructor(exchange: StreamExchange, core: Http2ServerCore, owner: StreamOwner) {
    this.#exchange = exchange;
    this.#core = core;
    this.#owner = owner;
  }

  /** This end. */
  get localAddr(): Address {
    return this.#exchange.localAddr;
  }

  /** The other end. */
  get remoteAddr(): Address {
    return this.#exchange.remoteAddr;
  }

  /** What TLS agreed on, for the connection. */
  get tls(): TlsInfo | undefined {
    return this.#owner.tls;
  }

  /** Whether the bytes travel encrypted. */
  get encrypted(): boolean {
    return this.#exchange.encrypted;
  }

  /** @inheritdoc */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#isClosed) throw this.#closedError("read");
    const chunk = this.#rest ?? await this.#exchange.incoming!.pull();
    if (chunk === undefined) return null;
    const count = Math.min(chunk.length, into.length);
    into.set(count === chunk.length ? chunk : chunk.subarray(0, count));
    this.#rest = count === chunk.length ? undefined : chunk.subarray(count);
    return count;
  }

  /** @inheritdoc */
  async write(bytes: Uint8Array): Promise<number> {
    // Behind the end as well: when both halves have ended, no window would ever open again.
    if (this.#isClosed || this.#exchange.gone || this.#hasEnded) throw this.#closedError("write");
    if (bytes.length === 0) return 0;
    // What waits for the window is not copied by the core, and is the caller's again afterwards.
    const isWelcome = this.#core.sendData(this.#exchange.streamId, bytes.slice());
    this.#owner.flushSoon();
    if (!isWelcome) await this.#exchange.writable;
    return bytes.length;
  }

  /** @inheritdoc */
  closeWrite(): Promise<void> {
    if (!this.#hasEnded) this.#core.sendEnd(this.#exchange.streamId);
    this.#hasEnded = true;
    this.#owner.flushSoon();
    return Promise.resolve();
  }

  /** @inheritdoc */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // RFC 8441 §5: closing both halves at once is what a TCP reset would be, unless both have ended.
    this.#core.reset(this.#exchange.streamId, CANCEL);
    this.#exchange.incoming!.fail(this.#closedError("read"));
    this.#owner.flushSoon();
    this.#owner.closed(this.#exchange);
  }

  /** @inheritdoc */
  handshake(): Promise<void> {
    return Promise.resolve();
  }

  /** Does nothing: the connection keeps the process alive. */
  ref(): void {}

  /** Does nothing: the connection keeps the process alive. */
  unref(): void {}

  #closedError(doing: string): NetworkError {
    return new NetworkError(`Cannot ${doing} as the stream is closed`, { code: "CLOSED" });
  }
}
