/**
 * A request's body on its way, pulled as fast as the peer takes it.
 *
 * @module
 */

import type { Http2RequestBody } from "./client_exchange.ts";
import type { ClientStream, ClientStreamOwner } from "./client_stream.ts";

/** Sends a body that is pulled. */
export class RequestUpload {
  readonly #stream: ClientStream;
  readonly #body: Http2RequestBody;
  readonly #owner: ClientStreamOwner;
  #stopped = false;
  #wake: (() => void) | undefined = undefined;

  /** Makes one; {@linkcode run} starts it. */
  constructor(stream: ClientStream, body: Http2RequestBody, owner: ClientStreamOwner) {
    this.#stream = stream;
    this.#body = body;
    this.#owner = owner;
  }

  /** Pulls and sends until the end. Never rejects. */
  async run(): Promise<void> {
    const { core } = this.#owner;
    const { streamId } = this.#stream;
    try {
      for (;;) {
        const chunk = await this.#body.read();
        if (this.#stopped) return;
        if (chunk === undefined) break;
        if (chunk.length === 0) continue;
        const isWelcome = core.sendData(streamId, chunk);
        this.#owner.flushSoon();
        if (isWelcome) continue;
        await new Promise<void>((resolve) => this.#wake = resolve);
        if (this.#stopped) return;
      }
      core.sendEnd(streamId, this.#stream.exchange.request.trailers?.());
    } catch (error) {
      // The caller's fault, so its error goes back as it is; the request cannot be completed.
      if (!this.#stopped) this.#owner.uploadFailed(this.#stream, error);
      return;
    }
    this.#stopped = true;
    this.#owner.requestSent(this.#stream);
  }

  /** More is welcome. */
  becomeWritable(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Sends nothing more. Does nothing once everything was given to the core. */
  stop(reason: unknown): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.becomeWritable();
    this.#body.cancel(reason);
  }
}
