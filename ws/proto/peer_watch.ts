/**
 * Whether the peer is still there, and whether the connection is still used.
 *
 * @module
 */

import type { WebSocketTimeouts } from "./limits.ts";

/** What there is to do: ping, close an idle connection, give up a dead one. */
export type WatchOutcome = "ping" | "idle" | "lost" | undefined;

/** The deadlines of an open connection. What keeps them away costs an assignment. */
export class PeerWatch {
  readonly #timeouts: WebSocketTimeouts;
  #heardAt: number;
  #usedAt: number;
  /** When the ping was sent that nothing has followed; `Infinity` for none. */
  #pingedAt = Infinity;

  /** Starts all deadlines. */
  constructor(timeouts: WebSocketTimeouts, now: number) {
    this.#timeouts = timeouts;
    this.#heardAt = now;
    this.#usedAt = now;
  }

  /** When {@linkcode tick} has something to do; `Infinity` for never. */
  get deadline(): number {
    const { pingMs, pongMs, idleMs } = this.#timeouts;
    const alive = this.#pingedAt === Infinity ? this.#heardAt + pingMs : this.#pingedAt + pongMs;
    return Math.min(alive, this.#usedAt + idleMs);
  }

  /** Something came. */
  heard(now: number): void {
    this.#heardAt = now;
    this.#pingedAt = Infinity;
  }

  /** A message came or went. */
  used(now: number): void {
    this.#usedAt = now;
  }

  /** What is due. */
  tick(now: number): WatchOutcome {
    const { pingMs, pongMs, idleMs } = this.#timeouts;
    if (now >= this.#usedAt + idleMs) return "idle";
    if (this.#pingedAt !== Infinity) return now >= this.#pingedAt + pongMs ? "lost" : undefined;
    if (now < this.#heardAt + pingMs) return undefined;
    this.#pingedAt = now;
    return "ping";
  }
}
