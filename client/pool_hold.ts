/**
 * Which connections keep the process alive.
 *
 * @module
 */

import type { Lease } from "./lease.ts";

/**
 * Connections that carry a request keep the process alive. Idle ones need not, but telling the
 * platform costs a call, so they are let go together, when no request is left.
 */
export class PoolHold {
  readonly #held = new Set<Lease>();
  #lent = 0;

  /** A fresh connection keeps the process alive. */
  add(lease: Lease): void {
    this.#held.add(lease);
  }

  /** A request takes the connection. */
  lend(lease: Lease): void {
    this.#lent++;
    lease.lent++;
    if (lease.held) return;
    lease.held = true;
    this.#held.add(lease);
    lease.connection.transport.ref();
  }

  /** A request is done with the connection. */
  takeBack(lease: Lease): void {
    if (lease.lent === 0) return;
    lease.lent--;
    this.#lent--;
  }

  /** The connection is gone, and with it what was on it. */
  remove(lease: Lease): void {
    this.#held.delete(lease);
    this.#lent -= lease.lent;
    lease.lent = 0;
  }

  /** Lets the process end, if no request is left. */
  letGo(): void {
    if (this.#lent > 0) return;
    for (const lease of this.#held) {
      lease.held = false;
      lease.connection.transport.unref();
    }
    this.#held.clear();
  }
}
