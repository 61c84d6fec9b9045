/**
 * Who is told what happens on a connection, beside what its driver has to act upon.
 *
 * A core has a witness only where somebody observes it: without one, each point is a check for
 * `undefined`. A witness acts upon nothing.
 *
 * @module
 */

import type { FrameDirection } from "@avx/runtime/ports/observer";
import type { Settings } from "../frame/settings.ts";
import type { AbuseCounts } from "./abuse_meter.ts";
import type { Http2Failed } from "./events.ts";

/** The points of a core. */
export interface Http2Witness {
  /** SETTINGS. The object is used again. */
  settings(direction: FrameDirection, settings: Readonly<Settings>): void;
  /** GOAWAY. */
  goaway(direction: FrameDirection, lastStreamId: number, code: number, debug: string): void;
  /** RST_STREAM. */
  reset(direction: FrameDirection, streamId: number, code: number): void;
  /** A PING of ours was answered; `purpose` is one of `ping_keeper.ts`. */
  pong(purpose: number, roundTripMs: number): void;
  /** What is to be sent waits for a window of the peer's, or waits no more; 0 is the connection's. */
  flowControl(streamId: number, stalled: boolean, queuedBytes: number): void;
  /** Our windows have grown. */
  window(connectionBytes: number, streamBytes: number, roundTripMs: number): void;
  /** A limit was crossed. */
  limit(failure: Http2Failed, counts: Readonly<AbuseCounts>): void;
  /** PUSH_PROMISE. */
  push(
    direction: FrameDirection,
    streamId: number,
    promisedId: number,
    method: string,
    target: string,
  ): void;
  /** PRIORITY_UPDATE. */
  priority(
    direction: FrameDirection,
    streamId: number,
    urgency: number,
    incremental: boolean,
  ): void;
}
