/** A server connection over an in-memory transport, for tests of the driver. */

import { BufferPool } from "@avx/runtime/buffer-pool";
import {
  ManualClock,
  memoryPair,
  type MemoryPairOptions,
  type MemoryTransport,
} from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import type { Handler } from "@avx/semantics/handler";
import { DateLine } from "@avx/semantics/serving";
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type Http1Limits,
  Http1ServerConnection,
  type Http1ServerTimeouts,
} from "@avx/http1";

export interface DriverOptions {
  limits?: Partial<Http1Limits>;
  timeouts?: Partial<Http1ServerTimeouts>;
  onError?: (error: unknown) => Response | Promise<Response>;
  observer?: Observer;
  received?: string;
  maxBufferedBodyBytes?: number;
  link?: MemoryPairOptions;
}

/** A running connection and its peer. */
export class Driver {
  readonly clock = new ManualClock();
  readonly timers = new Timers(this.clock);
  readonly peer: MemoryTransport;
  readonly connection: Http1ServerConnection;
  readonly errors: unknown[] = [];
  readonly done: Promise<void>;
  #read = "";

  constructor(handler: Handler, options: DriverOptions = {}) {
    const [peer, transport] = memoryPair(options.link);
    this.peer = peer;
    const { received } = options;
    this.connection = new Http1ServerConnection(
      transport,
      {
        handler,
        onError: options.onError ?? ((error) => {
          this.errors.push(error);
          return new Response("failed", { status: 500 });
        }),
        limits: { ...DEFAULT_LIMITS, ...options.limits },
        timeouts: {
          ...DEFAULT_TIMEOUTS,
          handlerMs: Infinity,
          writeMs: 60_000,
          lingerMs: 2_000,
          ...options.timeouts,
        },
        maxBufferedBodyBytes: options.maxBufferedBodyBytes ?? Infinity,
        timers: this.timers,
        buffers: new BufferPool(),
        date: new DateLine(() => 784111777000),
        observer: options.observer,
      },
      received === undefined ? undefined : new TextEncoder().encode(received),
    );
    this.done = this.connection.run().then(() => {});
  }

  /** Sends text to the server, a byte a character. */
  async send(text: string): Promise<void> {
    let bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    while (bytes.length > 0) bytes = bytes.subarray(await this.peer.write(bytes));
  }

  /** Reads until what was read so far ends with `end`, or the server ends its half. */
  async receive(end: string): Promise<string> {
    const into = new Uint8Array(16 * 1024);
    while (!this.#read.endsWith(end)) {
      const count = await this.peer.read(into);
      if (count === null) break;
      for (const byte of into.subarray(0, count)) this.#read += String.fromCharCode(byte);
    }
    const text = this.#read;
    this.#read = "";
    return text;
  }

  /** Reads to the end of the server's half. */
  rest(): Promise<string> {
    return this.receive("\0never\0");
  }

  /** Lets everything go that is under way. */
  settle(): Promise<void> {
    return this.clock.advance(0);
  }

  /** Closes the peer and waits until nothing of the connection is left. */
  async end(): Promise<void> {
    this.peer.close();
    await this.done;
    this.timers.close();
  }
}
