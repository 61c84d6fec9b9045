/**
 * A request's body on its way, pulled as fast as the peer takes it.
 *
 * @module
 */

/** A request's body, pulled a chunk at a time. */
export interface RequestBody {
  /** The next chunk; `undefined` at the end. What it rejects with fails the exchange. */
  read(): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted. */
  cancel(reason: unknown): void;
}

/** Who sends what an upload pulls. */
export interface UploadOwner {
  /**
   * Sends a chunk, which is not empty.
   *
   * @returns Whether more is welcome; if not, {@linkcode RequestUpload.becomeWritable} says when.
   */
  sendChunk(chunk: Uint8Array): boolean;
  /** Ends the body. */
  sendEnd(): void;
  /** Everything was sent. */
  uploaded(): void;
  /** The body cannot be had, or is not what was declared, for which the caller is to blame. */
  uploadFailed(error: unknown): void;
}

/**
 * Sends a body that is pulled.
 *
 * @example Two chunks
 * ```ts
 * import { RequestUpload } from "@avx/semantics/requesting";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = [new Uint8Array([1, 2]), new Uint8Array([3])];
 * const sent: (number | string)[] = [];
 * const upload = new RequestUpload({
 *   read: () => Promise.resolve(chunks.shift()),
 *   cancel() {},
 * }, {
 *   sendChunk: (chunk) => sent.push(...chunk) > 0,
 *   sendEnd: () => void sent.push("end"),
 *   uploaded: () => void sent.push("uploaded"),
 *   uploadFailed() {},
 * });
 * await upload.run();
 * assertEquals(sent, [1, 2, 3, "end", "uploaded"]);
 * ```
 */
export class RequestUpload {
  readonly #body: RequestBody;
  readonly #owner: UploadOwner;
  #stopped = false;
  #wake: (() => void) | undefined = undefined;

  /** Makes one; {@linkcode run} starts it. */
  constructor(body: RequestBody, owner: UploadOwner) {
    this.#body = body;
    this.#owner = owner;
  }

  /** Pulls and sends until the end. Never rejects. */
  async run(): Promise<void> {
    const owner = this.#owner;
    try {
      for (;;) {
        const chunk = await this.#body.read();
        if (this.#stopped) return;
        if (chunk === undefined) break;
        if (chunk.length === 0 || owner.sendChunk(chunk)) continue;
        await new Promise<void>((resolve) => this.#wake = resolve);
        if (this.#stopped) return;
      }
      owner.sendEnd();
    } catch (error) {
      // The caller's fault, so its error goes back as it is; the request cannot be completed.
      if (!this.#stopped) owner.uploadFailed(error);
      return;
    }
    this.#stopped = true;
    owner.uploaded();
  }

  /** More is welcome. */
  becomeWritable(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Sends nothing more. Does nothing once everything was sent. */
  stop(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.becomeWritable();
    this.#body.cancel(reason);
  }
}
