/**
 * HTTP/1.1 and HTTP/2 on one clear-text port.
 *
 * @module
 */

import { matchPreface, PREFACE } from "@avx/http2/preface";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import type { TakenConnection } from "@avx/semantics/serving";
import type { ServedConnection } from "./connections.ts";

/** What a sniffer chooses from. */
export interface SnifferOptions {
  /** Time for {@linkcode firstBytesMs}. */
  readonly timers: Timers;
  /** How long the first bytes may take, in milliseconds. */
  readonly firstBytesMs: number;
  /** Serves HTTP/1.1, beginning with what was received. */
  readonly http1: (transport: Transport, received: Uint8Array) => ServedConnection;
  /** Serves HTTP/2, beginning with what was received. */
  readonly http2: (transport: Transport, received: Uint8Array) => ServedConnection;
}

const FIRST_READ_BYTES = 1024;

// "PRI * HTTP/2.0" and its line end. No request of HTTP/1.1 begins so: RFC 9113 §11.6 reserves the
// method. What goes wrong behind it is therefore an error of HTTP/2, and told in its frames (§3.4).
const FIRST_LINE_BYTES = 16;

/**
 * Reads until it is certain whether a connection begins with the preface of HTTP/2 (RFC 9113 §3.3,
 * prior knowledge), which takes one byte of anything else, and serves what it turned out to be.
 */
export class PrefaceSniffer implements ServedConnection {
  readonly #transport: Transport;
  readonly #options: SnifferOptions;
  #served: ServedConnection | undefined = undefined;

  /** Makes the sniffer of a connection that was just accepted. */
  constructor(transport: Transport, options: SnifferOptions) {
    this.#transport = transport;
    this.#options = options;
  }

  /** @inheritdoc */
  async run(): Promise<TakenConnection | undefined> {
    const { timers, firstBytesMs, http1, http2 } = this.#options;
    const timer = new WheelTimer(() => this.#transport.close());
    timers.schedule(timer, firstBytesMs);
    let received: Uint8Array;
    try {
      received = await this.#readFirst();
    } catch {
      // Whoever leaves before a word is nobody's trouble.
      this.#transport.close();
      return undefined;
    } finally {
      timers.cancel(timer);
    }
    if (received.length === 0) {
      this.#transport.close();
      return undefined;
    }
    const isHttp2 = matchPreface(received, 0, FIRST_LINE_BYTES) === FIRST_LINE_BYTES;
    this.#served = (isHttp2 ? http2 : http1)(this.#transport, received);
    return this.#served.run();
  }

  /** @inheritdoc */
  shutdown(): void {
    if (this.#served === undefined) this.#transport.close();
    else this.#served.shutdown();
  }

  /** @inheritdoc */
  close(): void {
    if (this.#served === undefined) this.#transport.close();
    else this.#served.close();
  }

  /** What was read when it was certain, or when the peer ended its half. */
  async #readFirst(): Promise<Uint8Array> {
    const buffer = new Uint8Array(FIRST_READ_BYTES);
    let length = 0;
    for (;;) {
      const count = await this.#transport.read(buffer.subarray(length));
      if (count === null) break;
      length += count;
      const matched = matchPreface(buffer, 0, length);
      if (matched < 0 || matched === PREFACE.length) break;
    }
    return buffer.subarray(0, length);
  }
}
