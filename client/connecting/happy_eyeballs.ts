/**
 * Happy Eyeballs (RFC 8305 §5): the addresses of a host one after another, each given a head start,
 * and the first connection wins.
 *
 * @module
 */

import { ConnectError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { errorCode, translateError } from "@avx/runtime/translate-error";

/** How to race. */
export interface RaceOptions {
  /** How long an attempt has to itself before the next one starts, in milliseconds. */
  readonly delayMs: number;
  /** The wheel. */
  readonly timers: Timers;
  /** Gives all attempts up. */
  readonly signal: AbortSignal;
  /** Hears which address was the first of several. */
  readonly onWon?: (address: string) => void;
  /** Connects to one address. */
  readonly open: (address: string, signal: AbortSignal) => Promise<Transport>;
}

/**
 * Connects to whichever of `addresses` answers first. An attempt that fails starts the next one at
 * once. The others are given up, and one that succeeds all the same is closed.
 *
 * @param addresses In the order to try; at least one.
 * @throws {ConnectError} If none answers: with one address its error, with several one whose
 *   `cause` is an `AggregateError` of them all.
 */
export function raceAddresses(
  addresses: readonly string[],
  options: RaceOptions,
): Promise<Transport> {
  const { signal, open } = options;
  if (addresses.length > 1) return new Race(addresses, options).run();
  return open(addresses[0], signal).catch((error) => {
    throw signal.aborted ? signal.reason : translateError(error, "connect");
  });
}

class Race {
  readonly #addresses: readonly string[];
  readonly #options: RaceOptions;
  readonly #attempts = new Map<number, AbortController>();
  readonly #errors: Error[] = [];
  readonly #next: WheelTimer;
  readonly #abort: () => void;
  #started = 0;
  #over = false;
  #resolve!: (transport: Transport) => void;
  #reject!: (error: unknown) => void;

  constructor(addresses: readonly string[], options: RaceOptions) {
    this.#addresses = addresses;
    this.#options = options;
    this.#next = new WheelTimer(() => this.#start());
    this.#abort = () => this.#lose(options.signal.reason);
  }

  run(): Promise<Transport> {
    const { signal } = this.#options;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (signal.aborted) return this.#abort();
      signal.addEventListener("abort", this.#abort);
      this.#start();
    });
  }

  #start(): void {
    const { timers, delayMs, open } = this.#options;
    const index = this.#started++;
    const controller = new AbortController();
    this.#attempts.set(index, controller);
    if (this.#started < this.#addresses.length) timers.schedule(this.#next, delayMs);
    open(this.#addresses[index], controller.signal).then(
      (transport) => this.#opened(index, transport),
      (error) => this.#failed(index, error),
    );
  }

  #opened(index: number, transport: Transport): void {
    if (this.#over) return transport.close();
    this.#attempts.delete(index);
    this.#end();
    this.#options.onWon?.(this.#addresses[index]);
    this.#resolve(transport);
  }

  #failed(index: number, error: unknown): void {
    if (this.#over) return;
    this.#attempts.delete(index);
    this.#errors[index] = told(error, this.#addresses[index]);
    if (this.#started < this.#addresses.length) return this.#start();
    if (this.#attempts.size === 0) this.#lose(this.#unreachable());
  }

  #unreachable(): ConnectError {
    const errors = this.#errors;
    const cause = new AggregateError(errors, "No address of the host takes a connection");
    const code = errorCode(errors[0]);
    return new ConnectError(
      `Cannot connect: none of ${errors.length} addresses answers, the first: ${errors[0].message}`,
      { cause, code },
    );
  }

  #lose(reason: unknown): void {
    this.#end();
    this.#reject(reason);
  }

  #end(): void {
    this.#over = true;
    const { signal, timers } = this.#options;
    signal.removeEventListener("abort", this.#abort);
    timers.cancel(this.#next);
    for (const attempt of this.#attempts.values()) attempt.abort();
    this.#attempts.clear();
  }
}

function told(error: unknown, address: string): Error {
  const { code, message } = translateError(error, "connect");
  return new ConnectError(`${message} (${address})`, { cause: error, code });
}
