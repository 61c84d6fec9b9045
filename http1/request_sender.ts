/**
 * The writing half of a client's connection.
 *
 * @module
 */

import type { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import type { Transport } from "@avx/runtime/ports/transport";
import { translateError } from "@avx/runtime/translate-error";
import type { Http1ClientConfig } from "./client_config.ts";
import type { Http1Request, RequestBody } from "./client_exchange.ts";
import type { ClientCore } from "./proto/client_core.ts";

/** Who hears how the sending goes. */
export interface RequestSenderOwner {
  /** The whole request has been given to the core; it may still wait to be written. */
  requestSent(now: number): void;
  /** The body cannot be had, for which the caller is to blame. */
  uploadFailed(error: unknown): void;
  /** The peer takes no more. It may have answered before. */
  writeFailed(): void;
  /** Everything is written. */
  allWritten(): void;
  /** A deadline has changed. */
  rearm(): void;
}

const JOINED_BYTES = 64 * 1024; // a body up to this size leaves together with its head
const QUEUED_BYTES = 64 * 1024; // an upload waits while more than this waits to be written

/** Gives requests to the core and writes what comes out, one write at a time. */
export class RequestSender {
  readonly #transport: Transport;
  readonly #core: ClientCore;
  readonly #config: Http1ClientConfig;
  readonly #alarm: ConnectionAlarm;
  readonly #owner: RequestSenderOwner;
  readonly #onWritten: (count: number) => void;
  readonly #onError: (error: unknown) => void;
  #outgoing: Uint8Array = EMPTY;
  #writing = false;
  #broken = false;
  #stopped = false;
  #wrote = false;
  #upload: RequestBody | undefined;
  #held = false;
  #wake: (() => void) | undefined;

  /** Makes one that has nothing to send. */
  constructor(
    transport: Transport,
    core: ClientCore,
    config: Http1ClientConfig,
    alarm: ConnectionAlarm,
    owner: RequestSenderOwner,
  ) {
    this.#transport = transport;
    this.#core = core;
    this.#config = config;
    this.#alarm = alarm;
    this.#owner = owner;
    this.#onWritten = (count) => this.#written(count);
    this.#onError = (error) => this.#failed(error);
  }

  /** Whether a write is in flight. */
  get isWriting(): boolean {
    return this.#writing;
  }

  /** Whether a part of the body is still to come. */
  get isUploading(): boolean {
    return this.#upload !== undefined;
  }

  /** Whether the body waits for `100 Continue`. */
  get isHeld(): boolean {
    return this.#held;
  }

  /** Whether the peer has stopped taking anything. */
  get isBroken(): boolean {
    return this.#broken;
  }

  /** Whether any of the present request may have reached the peer. */
  get mayHaveSent(): boolean {
    return this.#wrote || this.#writing;
  }

  /**
   * Gives a request to the core. Nothing is written before {@linkcode flush}.
   *
   * @returns Whether that was all of it; else {@linkcode proceed} sends the body.
   * @throws {TypeError} If it could not travel as it is.
   * @throws {LocalProtocolError} If it contradicts itself.
   */
  begin(request: Http1Request): boolean {
    const { body, expectContinue } = request;
    const whole = body instanceof Uint8Array;
    this.#core.sendHead({
      method: request.method,
      target: request.target,
      lines: request.lines,
      body: body === undefined ? "none" : whole ? body.length : request.length ?? "chunked",
      expectContinue,
      upgrade: request.upgrade,
    });
    this.#wrote = false;
    if (body === undefined) return true;
    if (whole && body.length <= JOINED_BYTES && !expectContinue) {
      if (body.length > 0) this.#core.sendData(body);
      this.#core.sendEnd();
      return true;
    }
    this.#upload = whole ? new WholeBody(body) : body;
    this.#held = expectContinue;
    return false;
  }

  /** Sends the body. */
  proceed(): void {
    this.#held = false;
    if (this.#upload !== undefined) this.#send(this.#upload);
  }

  /** Writes what the core has, unless a write is in flight. */
  flush(now: number): void {
    if (this.#writing || this.#broken || this.#stopped) return;
    const bytes = this.#core.transmit();
    if (bytes === undefined) return this.#awaken();
    this.#outgoing = bytes;
    this.#alarm.writeBy = now + this.#config.timeouts.requestMs;
    this.#write();
  }

  /** Gives the rest of the body up. Returns whether there was one. */
  giveUp(reason: unknown): boolean {
    const upload = this.#upload;
    this.#upload = undefined;
    this.#held = false;
    this.#awaken();
    upload?.cancel(reason);
    return upload !== undefined;
  }

  /** Writes nothing more: the transport is closed, or somebody else's. */
  stop(reason: unknown): void {
    this.#stopped = true;
    this.giveUp(reason);
  }

  #write(): void {
    this.#writing = true;
    this.#transport.write(this.#outgoing).then(this.#onWritten, this.#onError);
  }

  #written(count: number): void {
    this.#writing = false;
    if (this.#stopped) return;
    this.#wrote = true;
    if (count < this.#outgoing.length) {
      this.#outgoing = this.#outgoing.subarray(count);
      this.#alarm.writeBy = this.#config.timers.now() + this.#config.timeouts.requestMs;
      this.#write();
      return this.#owner.rearm();
    }
    this.#outgoing = EMPTY;
    this.#alarm.writeBy = Infinity;
    if (this.#core.queuedBytes > 0) {
      this.flush(this.#config.timers.now());
      return this.#owner.rearm();
    }
    this.#awaken();
    this.#owner.allWritten();
  }

  #failed(error: unknown): void {
    this.#writing = false;
    if (this.#stopped) return;
    this.#broken = true;
    this.#alarm.writeBy = Infinity;
    this.giveUp(translateError(error, "write"));
    this.#owner.writeFailed();
  }

  #awaken(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  async #send(upload: RequestBody): Promise<void> {
    const { timers } = this.#config;
    try {
      for (;;) {
        const chunk = await upload.read();
        if (this.#upload !== upload) return;
        if (chunk === undefined) break;
        if (chunk.length === 0) continue;
        this.#core.sendData(chunk);
        this.flush(timers.now());
        this.#owner.rearm();
        if (this.#core.queuedBytes <= QUEUED_BYTES) continue;
        await new Promise<void>((resolve) => this.#wake = resolve);
        if (this.#upload !== upload) return;
      }
      this.#core.sendEnd();
    } catch (error) {
      // The caller's fault, so its error goes back as it is; the request cannot be completed.
      if (this.#upload === upload) this.#owner.uploadFailed(error);
      return;
    }
    this.#upload = undefined;
    const now = timers.now();
    this.#owner.requestSent(now);
    this.flush(now);
    this.#owner.rearm();
  }
}

/** A large body that is there already: sent in parts, so that it is never copied as a whole. */
class WholeBody implements RequestBody {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Promise<Uint8Array | undefined> {
    const start = this.#offset;
    if (start >= this.#bytes.length) return Promise.resolve(undefined);
    this.#offset = start + JOINED_BYTES;
    return Promise.resolve(this.#bytes.subarray(start, this.#offset));
  }

  cancel(): void {
    this.#offset = this.#bytes.length;
  }
}

const EMPTY = new Uint8Array(0);
