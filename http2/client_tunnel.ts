/**
 * A stream as a transport: what an extended CONNECT has opened (RFC 8441), on the client's side.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { NetworkError } from "@avx/runtime/errors";
import type { Address, TlsInfo, Transport } from "@avx/runtime/ports/transport";
import type { IncomingQueue } from "@avx/semantics/incoming-queue";
import type { ClientStream, ClientStreamOwner } from "./client_stream.ts";

/** Reads what the peer sends on the stream, and writes to it, both under its flow control. */
export class ClientTunnel implements Transport {
  readonly #stream: ClientStream;
  readonly #owner: ClientStreamOwner;
  readonly #incoming: IncomingQueue;
  #rest: Uint8Array | undefined = undefined;
  #writable: Deferred<void> | undefined = undefined;
  #writeEnded = false;
  #peerEnded = false;
  #closed = false;
  #lost: { readonly error: unknown } | undefined = undefined;

  /** Takes a stream over whose CONNECT was accepted. */
  constructor(stream: ClientStream, owner: ClientStreamOwner) {
    this.#stream = stream;
    this.#owner = owner;
    this.#incoming = stream.beginBody(undefined);
  }

  /** This end, of the connection. */
  get localAddr(): Address {
    return this.#owner.transport.localAddr;
  }

  /** The other end, of the connection. */
  get remoteAddr(): Address {
    return this.#owner.transport.remoteAddr;
  }

  /** What TLS agreed on, for the connection. */
  get tls(): TlsInfo | undefined {
    return this.#owner.transport.tls;
  }

  /** Whether the bytes travel encrypted. */
  get encrypted(): boolean {
    return this.#owner.transport.encrypted;
  }

  /** See {@linkcode Transport.read}. */
  async read(into: Uint8Array): Promise<number | null> {
    if (this.#closed) throw closedError("read");
    const chunk = this.#rest ?? await this.#incoming.pull();
    if (chunk === undefined) return null;
    const count = Math.min(chunk.length, into.length);
    into.set(count === chunk.length ? chunk : chunk.subarray(0, count));
    this.#rest = count === chunk.length ? undefined : chunk.subarray(count);
    return count;
  }

  /** See {@linkcode Transport.write}. */
  async write(bytes: Uint8Array): Promise<number> {
    // Behind the end as well: when both halves have ended, no window would ever open again.
    if (this.#closed || this.#writeEnded) throw closedError("write");
    if (this.#lost !== undefined) throw this.#lost.error;
    if (bytes.length === 0) return 0;
    // What waits for the window is not copied by the core, and is the caller's again afterwards.
    const isWelcome = this.#owner.core.sendData(this.#stream.streamId, bytes.slice());
    this.#owner.flushSoon();
    if (!isWelcome) await (this.#writable ??= new Deferred()).promise;
    return bytes.length;
  }

  /** See {@linkcode Transport.closeWrite}. */
  closeWrite(): Promise<void> {
    if (this.#closed || this.#writeEnded || this.#lost !== undefined) return Promise.resolve();
    this.#writeEnded = true;
    this.#owner.core.sendEnd(this.#stream.streamId);
    this.#owner.flushSoon();
    this.#endIfBothHave();
    return Promise.resolve();
  }

  /** See {@linkcode Transport.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const error = closedError("use");
    this.#awaken(error);
    // RFC 8441 §5: what a reset is to TCP, RST_STREAM with CANCEL is here.
    const isOver = this.#lost !== undefined || this.#writeEnded && this.#peerEnded;
    if (!isOver) this.#owner.drop(this.#stream, error);
  }

  /** There was a handshake already, of the connection. */
  handshake(): Promise<void> {
    return Promise.resolve();
  }

  /** Does nothing: the connection keeps the process alive. */
  ref(): void {}

  /** Does nothing: the connection keeps the process alive. */
  unref(): void {}

  /** More is welcome on the stream. */
  becomeWritable(): void {
    this.#writable?.resolve();
    this.#writable = undefined;
  }

  /** The peer has ended its half. */
  endRead(): void {
    this.#peerEnded = true;
    this.#stream.end(undefined);
    this.#endIfBothHave();
  }

  /** The stream is lost. */
  lose(error: unknown): void {
    this.#lost = { error };
    this.#awaken(error);
  }

  #awaken(error: unknown): void {
    this.#writable?.reject(error);
    this.#writable = undefined;
  }

  #endIfBothHave(): void {
    if (this.#writeEnded && this.#peerEnded) this.#owner.tunnelEnded(this.#stream);
  }
}

function closedError(doing: string): NetworkError {
  return new NetworkError(`Cannot ${doing} the stream as it is closed`, { code: "CLOSED" });
}
