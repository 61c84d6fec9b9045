/**
 * The sending half of a client's connection.
 *
 * @module
 */

import { type RequestBody, RequestUpload, type UploadOwner } from "@avx/semantics/requesting";
import type { Http1Request } from "./client_exchange.ts";
import type { ClientCore } from "./proto/client_core.ts";

/** Who hears how the sending goes. */
export interface RequestSenderOwner {
  /** The whole request has been given to the core; it may still wait to be written. */
  requestSent(): void;
  /** The body cannot be had, for which the caller is to blame. */
  uploadFailed(error: unknown): void;
  /** The core has bytes to write. */
  flush(): void;
}

const JOINED_BYTES = 64 * 1024; // a body up to this size leaves together with its head
const QUEUED_BYTES = 64 * 1024; // an upload waits while more than this waits to be written

/** Gives requests to the core, one after the other, and their bodies as fast as they are written. */
export class RequestSender implements UploadOwner {
  readonly #core: ClientCore;
  readonly #owner: RequestSenderOwner;
  #body: RequestBody | undefined;
  #upload: RequestUpload | undefined;
  #held = false;

  /** Makes one that has nothing to send. */
  constructor(core: ClientCore, owner: RequestSenderOwner) {
    this.#core = core;
    this.#owner = owner;
  }

  /** Whether a part of the body is still to come. */
  get isUploading(): boolean {
    return this.#body !== undefined;
  }

  /** Whether the body waits for `100 Continue`. */
  get isHeld(): boolean {
    return this.#held;
  }

  /**
   * Gives a request to the core.
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
    if (body === undefined) return true;
    if (whole && body.length <= JOINED_BYTES && !expectContinue) {
      if (body.length > 0) this.#core.sendData(body);
      this.#core.sendEnd();
      return true;
    }
    this.#body = whole ? new WholeBody(body) : body;
    this.#held = expectContinue;
    return false;
  }

  /** Sends the body. */
  proceed(): void {
    this.#held = false;
    if (this.#body === undefined) return;
    this.#upload = new RequestUpload(this.#body, this);
    this.#upload.run();
  }

  /** Everything that was given to the core is written. */
  written(): void {
    this.#upload?.becomeWritable();
  }

  /** Gives the rest of the body up. Returns whether there was one. */
  giveUp(reason: unknown): boolean {
    const body = this.#body;
    const upload = this.#upload;
    this.#body = this.#upload = undefined;
    this.#held = false;
    if (upload !== undefined) upload.stop(reason);
    else body?.cancel(reason);
    return body !== undefined;
  }

  // UploadOwner

  /** See {@linkcode UploadOwner.sendChunk}. */
  sendChunk(chunk: Uint8Array): boolean {
    this.#core.sendData(chunk);
    this.#owner.flush();
    return this.#core.queuedBytes <= QUEUED_BYTES;
  }

  /** See {@linkcode UploadOwner.sendEnd}. */
  sendEnd(): void {
    this.#core.sendEnd();
  }

  /** See {@linkcode UploadOwner.uploaded}. */
  uploaded(): void {
    this.#body = this.#upload = undefined;
    this.#owner.requestSent();
    this.#owner.flush();
  }

  /** See {@linkcode UploadOwner.uploadFailed}. */
  uploadFailed(error: unknown): void {
    this.#owner.uploadFailed(error);
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
