/**
 * When a connection has to look at the time.
 *
 * @module
 */

import type { Http2Timeouts } from "./limits.ts";

/** How often streams are looked at while one of them waits for the peer, in ms. */
export const SWEEP_MS = 1000;

/** The deadlines of a connection, each `Infinity` while there is none. In ms. */
export class ConnectionClock {
  /** When the peer's SETTINGS and its acknowledgement of ours must be there. */
  settingsAt: number;
  /** When the section that is coming in must be complete. */
  headAt = Infinity;
  /** When a connection without streams is closed. */
  idleAt: number;
  /** When a silent peer is asked whether it is there. */
  pingAt: number;
  /** When a PING must be answered. */
  pongAt = Infinity;
  /** When the second GOAWAY of a shutdown is sent. */
  shutdownAt = Infinity;
  /** When streams are looked at. */
  sweepAt = Infinity;
  /** Since when the connection's window is waited for; -1 if it is not. */
  stallSince = -1;

  readonly #timeouts: Http2Timeouts;

  /** Starts for a connection just opened. */
  constructor(timeouts: Http2Timeouts, now: number) {
    this.#timeouts = timeouts;
    this.settingsAt = now + timeouts.settingsMs;
    this.idleAt = now + timeouts.idleMs;
    this.pingAt = now + timeouts.pingIntervalMs;
  }

  /** The first of them; `undefined` if there is none. */
  get next(): number | undefined {
    let at = this.settingsAt;
    if (this.headAt < at) at = this.headAt;
    if (this.idleAt < at) at = this.idleAt;
    if (this.pingAt < at) at = this.pingAt;
    if (this.pongAt < at) at = this.pongAt;
    if (this.shutdownAt < at) at = this.shutdownAt;
    if (this.sweepAt < at) at = this.sweepAt;
    return at === Infinity ? undefined : at;
  }

  /** Something came from the peer. */
  heard(now: number): void {
    this.pingAt = now + this.#timeouts.pingIntervalMs;
  }

  /** The last stream has gone. */
  beginIdle(now: number): void {
    this.idleAt = now + this.#timeouts.idleMs;
  }

  /** There is a stream. */
  endIdle(): void {
    this.idleAt = Infinity;
  }

  /** A stream waits for the peer. */
  watch(now: number): void {
    if (this.sweepAt === Infinity) this.sweepAt = now + SWEEP_MS;
  }

  /** Nothing is due any more. */
  stop(): void {
    this.settingsAt = Infinity;
    this.headAt = Infinity;
    this.idleAt = Infinity;
    this.pingAt = Infinity;
    this.pongAt = Infinity;
    this.shutdownAt = Infinity;
    this.sweepAt = Infinity;
  }
}
