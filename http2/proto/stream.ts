/**
 * One stream: what both ends know of it, and nothing that acts by itself.
 *
 * @module
 */

import type { FieldLines } from "@avx/semantics/field-section";
import type { SendCredit } from "./flow_window.ts";
import { DEFAULT_URGENCY } from "@avx/semantics/priority";
import type { ReceiveCredit } from "./receive_window.ts";
import type { SendQueue } from "./send_queue.ts";
import { IDLE } from "./stream_state.ts";

/** The request's method is HEAD: the response has no content. */
export const IS_HEAD = 1;
/** The request's method is CONNECT: content is a tunnel, without trailers. */
export const IS_CONNECT = 2;
/** We have sent our head (a final one). */
export const HEAD_SENT = 4;
/** We have received the peer's head (a final one). */
export const HEAD_RECEIVED = 8;
/** Everything we have to send was given, trailers included. */
export const END_QUEUED = 16;
/** What still comes of content is dropped. */
export const DISCARDS = 32;
/** The sender was told to wait until the queue is short. */
export const WANTS_WRITABLE = 64;
/** The response to be sent has no content, whatever is given. */
export const BODYLESS = 128;
/** The stream stands in the scheduler. */
export const SCHEDULED = 256;
/** The client waits for a 100 before it sends content. */
export const EXPECTS_CONTINUE = 512;
/** The peer has opened the stream. */
export const BY_PEER = 1024;
/** Somebody wants to hear when the end has left the queue. */
export const WANTS_SENT = 2048;
/** Somebody was told that content waits for the peer's window. */
export const STALLED = 4096;

/** A stream. Objects are used again: only the table of streams may hold one. */
export class Stream implements SendCredit, ReceiveCredit {
  /** Its id; 0 while it is none. */
  id = 0;
  /** Its state, one of `stream_state.ts`. */
  state: number = IDLE;
  /** What else is true of it, in bits. */
  flags = 0;

  /** How much we may send. */
  sendWindow = 0;
  /** How much the peer may send. */
  available = 0;
  /** How much of what it has sent nobody has taken. */
  outstanding = 0;

  /** How much content the peer has declared; -1 if it has not. */
  expectedBytes = -1;
  /** How much has come. */
  receivedBytes = 0;
  /** How much of it was dropped. */
  drainedBytes = 0;
  /** How much we have declared; -1 if we have not. */
  declaredBytes = -1;
  /** How much was given to be sent. */
  givenBytes = 0;
  /** Interim responses that have come. */
  informational = 0;

  /** From 0, the most urgent, to 7. */
  urgency: number = DEFAULT_URGENCY;
  /** Whether it shares with others of its urgency. */
  incremental = false;
  /** What waits to be sent. */
  queue: SendQueue | undefined = undefined;
  /** The trailers to be sent behind it. */
  trailers: FieldLines | undefined = undefined;
  /** The one before it in its list of the scheduler. */
  previous: Stream | undefined = undefined;
  /** The one behind it. */
  next: Stream | undefined = undefined;

  /** Since when the peer is waited for to send, in ms; -1 if it is not. */
  bodySince = -1;
  /** Since when the peer's window is waited for, in ms; -1 if it is not. */
  stallSince = -1;
  /** What has been sent since then. */
  stallBytes = 0;

  /** Becomes another stream. */
  begin(id: number, state: number, sendWindow: number, receiveWindow: number): void {
    this.id = id;
    this.state = state;
    this.flags = 0;
    this.sendWindow = sendWindow;
    this.available = receiveWindow;
    this.outstanding = 0;
    this.expectedBytes = -1;
    this.receivedBytes = 0;
    this.drainedBytes = 0;
    this.declaredBytes = -1;
    this.givenBytes = 0;
    this.informational = 0;
    this.urgency = DEFAULT_URGENCY;
    this.incremental = false;
    this.trailers = undefined;
    this.bodySince = -1;
    this.stallSince = -1;
    this.stallBytes = 0;
  }

  /** How many bytes wait to be sent. */
  get queuedBytes(): number {
    return this.queue === undefined ? 0 : this.queue.byteCount;
  }

  /** Whether one of `flags` is set. */
  has(flags: number): boolean {
    return (this.flags & flags) !== 0;
  }
}
