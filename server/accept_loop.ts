/**
 * Accepting connections: a loop that survives what the system throws at it.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Listener, Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { errorCode, isClosedError } from "@avx/runtime/translate-error";

/** What an {@linkcode AcceptLoop} works with. */
export interface AcceptLoopOptions {
  /** Where connections come from. */
  readonly listener: Listener;
  /** Takes each connection. Does not throw. */
  readonly admit: (transport: Transport) => void;
  /** Whether another connection may be accepted. */
  readonly hasRoom: () => boolean;
  /** Time for the pauses. */
  readonly timers: Timers;
  /** Is told of each failure. */
  readonly observer: Observer | undefined;
}

/**
 * Accepts until it is stopped or the listener is closed.
 *
 * `for await` over a listener ends at the first error, and a process out of descriptors gets
 * EMFILE from every accept, at once. Here each failure is followed by a pause that doubles from
 * 5 ms to 1 s (as in Go's net/http); a connection that leaves ends the pause early, since it gives
 * a descriptor back.
 */
export class AcceptLoop {
  readonly #options: AcceptLoopOptions;
  readonly #timer = new WheelTimer(() => this.#wake());
  #stopped = false;
  #failures = 0;
  #pause: Deferred<void> | undefined;

  /** Makes a loop that does nothing before {@linkcode run}. */
  constructor(options: AcceptLoopOptions) {
    this.#options = options;
  }

  /** Accepts; settles once it is stopped and never rejects. Call it once. */
  async run(): Promise<void> {
    const { listener, admit, hasRoom } = this.#options;
    while (!this.#stopped) {
      if (!hasRoom()) {
        await this.#paused();
        continue;
      }
      let transport;
      try {
        transport = await listener.accept();
      } catch (error) {
        if (this.#stopped || isClosedError(error)) return;
        await this.#failed(error);
        continue;
      }
      this.#failures = 0;
      if (this.#stopped) transport.close();
      else admit(transport);
    }
  }

  /** Ends a pause, as a connection has left. */
  resume(): void {
    this.#wake();
  }

  /** Closes the listener and ends the loop. */
  stop(): void {
    this.#stopped = true;
    this.#options.listener.close();
    this.#wake();
  }

  async #failed(error: unknown): Promise<void> {
    const { timers, observer } = this.#options;
    const code = errorCode(error) ?? "UNKNOWN";
    const retryInMs = pauseMs(code, this.#failures++);
    observer?.["accept.error"]?.({ code, retryInMs });
    if (retryInMs === 0) return;
    timers.schedule(this.#timer, retryInMs);
    await this.#paused();
    timers.cancel(this.#timer);
  }

  #paused(): Promise<void> {
    this.#pause = new Deferred<void>();
    return this.#pause.promise;
  }

  #wake(): void {
    this.#pause?.resolve();
    this.#pause = undefined;
  }
}

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 1_000;

// The peer gave up while it waited in the queue: nothing is wrong here.
const LOST_IN_QUEUE = new Set(["ECONNABORTED", "ECONNRESET", "EPROTO"]);

function pauseMs(code: string, failuresBefore: number): number {
  if (LOST_IN_QUEUE.has(code) && failuresBefore === 0) return 0;
  return Math.min(FIRST_PAUSE_MS * 2 ** failuresBefore, LONGEST_PAUSE_MS);
}
