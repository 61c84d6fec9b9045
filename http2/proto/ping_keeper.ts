/**
 * The PINGs we send and what each was for (RFC 9113 §6.7).
 *
 * @module
 */

import type { OutputQueue } from "@avx/runtime/output-queue";
import { writePing } from "../frame/frame_writer.ts";

/** Sent for the caller. */
export const FOR_CALLER = 0x70696e67;
/** Sent to find out whether the peer is still there. */
export const FOR_LIFE = 0x6c696665;
/** Sent to measure a round trip's worth of content. */
export const FOR_BANDWIDTH = 0x62616e64;
/** Sent behind the first GOAWAY of a shutdown. */
export const FOR_SHUTDOWN = 0x73687574;

const MAX_PENDING = 16;

/** A PING on its way. */
export interface Ping {
  /** What it is for. */
  readonly purpose: number;
  /** Its number. */
  readonly id: number;
  /** When it was sent, in ms. */
  readonly sentAt: number;
}

/** The PINGs on their way. */
export class PingKeeper {
  readonly #pending: Ping[] = [];
  #lastId = 0;

  /** When the oldest one was sent, in ms; `undefined` if there is none. */
  get since(): number | undefined {
    return this.#pending.length === 0 ? undefined : this.#pending[0].sentAt;
  }

  /** Whether another one may be sent. */
  get canSend(): boolean {
    return this.#pending.length < MAX_PENDING;
  }

  /** Sends one. Returns its number. */
  send(out: OutputQueue, purpose: number, now: number): number {
    const id = this.#lastId = (this.#lastId + 1) >>> 0;
    this.#pending.push({ purpose, id, sentAt: now });
    writePing(out, 0, purpose, id);
    return id;
  }

  /** Takes an answer. Returns the PING it belongs to; `undefined` if there is none. */
  answer(purpose: number, id: number): Ping | undefined {
    const index = this.#pending.findIndex((ping) => ping.id === id && ping.purpose === purpose);
    if (index < 0) return undefined;
    // PINGs are answered in order: what is older will not be answered any more.
    const ping = this.#pending[index];
    this.#pending.splice(0, index + 1);
    return ping;
  }
}
