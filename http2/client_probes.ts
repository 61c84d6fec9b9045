/**
 * Questions whether the peer is still there (RFC 9113 §6.7).
 *
 * @module
 */

import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import type { Http2ClientCore } from "./proto/client_core.ts";

interface Probe {
  readonly pingId: number;
  readonly timer: WheelTimer;
  readonly resolve: (isThere: boolean) => void;
}

/** The probes on their way. */
export class ClientProbes {
  readonly #core: Http2ClientCore;
  readonly #timers: Timers;
  readonly #pending = new Set<Probe>();
  #lastPingId = 0;

  /** Makes one without probes. */
  constructor(core: Http2ClientCore, timers: Timers) {
    this.#core = core;
    this.#timers = timers;
  }

  /**
   * Sends a PING.
   *
   * @param timeoutMs How long to wait for its answer.
   * @returns Whether the answer came in time.
   */
  send(timeoutMs: number): Promise<boolean> {
    const sent = this.#core.ping(this.#timers.now());
    // Where too many are on their way already, the last of them is as good.
    if (sent === undefined && this.#pending.size === 0) return Promise.resolve(false);
    const pingId = this.#lastPingId = sent ?? this.#lastPingId;
    return new Promise((resolve) => {
      const probe = { pingId, resolve, timer: new WheelTimer(() => this.#end(probe, false)) };
      this.#pending.add(probe);
      this.#timers.schedule(probe.timer, timeoutMs);
    });
  }

  /** A PING was answered, and with it all that were sent before (RFC 9113 §6.7). */
  answered(pingId: number): void {
    for (const probe of this.#pending) if (probe.pingId <= pingId) this.#end(probe, true);
  }

  /** The connection is gone. */
  stop(): void {
    for (const probe of this.#pending) this.#end(probe, false);
  }

  #end(probe: Probe, isThere: boolean): void {
    this.#pending.delete(probe);
    this.#timers.cancel(probe.timer);
    probe.resolve(isThere);
  }
}
