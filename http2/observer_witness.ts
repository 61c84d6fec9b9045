/**
 * The points of a core as records of the observer's.
 *
 * @module
 */

import type { FrameDirection, Http2Observer, Observer } from "@avx/runtime/ports/observer";
import { errorCodeName } from "./frame/error_code.ts";
import type { Settings } from "./frame/settings.ts";
import type { AbuseCounts } from "./proto/abuse_meter.ts";
import type { Http2Failed } from "./proto/events.ts";
import { FOR_BANDWIDTH, FOR_CALLER, FOR_SHUTDOWN } from "./proto/ping_keeper.ts";
import type { Http2Witness } from "./proto/witness.ts";

/** A witness for `observer`; `undefined` if that has no point of HTTP/2. */
export function witnessOf(
  observer: Observer | undefined,
  connectionId: number,
): Http2Witness | undefined {
  if (observer === undefined) return undefined;
  // Asked for by name: those of a class are on its prototype, where no loop finds them.
  for (const point of POINTS) {
    if (observer[point] !== undefined) return new ObserverWitness(observer, connectionId);
  }
  return undefined;
}

const POINTS = Object.keys(
  {
    "h2.settings": true,
    "h2.goaway": true,
    "h2.reset": true,
    "h2.ping": true,
    "h2.flowControl": true,
    "h2.window": true,
    "h2.limit": true,
    "h2.push": true,
    "h2.priority": true,
  } satisfies Record<keyof Http2Observer, true>,
) as (keyof Http2Observer)[];

/** Calls the points of an observer. */
class ObserverWitness implements Http2Witness {
  readonly #observer: Observer;
  readonly #connectionId: number;

  constructor(observer: Observer, connectionId: number) {
    this.#observer = observer;
    this.#connectionId = connectionId;
  }

  settings(direction: FrameDirection, settings: Readonly<Settings>): void {
    this.#observer["h2.settings"]?.({
      connectionId: this.#connectionId,
      direction,
      headerTableBytes: settings.headerTableBytes,
      enablePush: settings.enablePush,
      maxConcurrentStreams: settings.maxConcurrentStreams,
      initialWindowBytes: settings.initialWindowBytes,
      maxFrameBytes: settings.maxFrameBytes,
      maxHeaderListBytes: settings.maxHeaderListBytes,
      enableConnectProtocol: settings.enableConnectProtocol,
    });
  }

  goaway(direction: FrameDirection, lastStreamId: number, code: number, debug: string): void {
    this.#observer["h2.goaway"]?.({
      connectionId: this.#connectionId,
      direction,
      code: errorCodeName(code),
      lastStreamId,
      debug,
    });
  }

  reset(direction: FrameDirection, streamId: number, code: number): void {
    this.#observer["h2.reset"]?.({
      connectionId: this.#connectionId,
      direction,
      streamId,
      code: errorCodeName(code),
    });
  }

  pong(purpose: number, roundTripMs: number): void {
    this.#observer["h2.ping"]?.({
      connectionId: this.#connectionId,
      purpose: purposeName(purpose),
      roundTripMs,
    });
  }

  flowControl(streamId: number, stalled: boolean, queuedBytes: number): void {
    this.#observer["h2.flowControl"]?.({
      connectionId: this.#connectionId,
      streamId,
      stalled,
      queuedBytes,
    });
  }

  window(connectionBytes: number, streamBytes: number, roundTripMs: number): void {
    this.#observer["h2.window"]?.({
      connectionId: this.#connectionId,
      connectionBytes,
      streamBytes,
      roundTripMs,
    });
  }

  limit(failure: Http2Failed, counts: Readonly<AbuseCounts>): void {
    this.#observer["h2.limit"]?.({
      connectionId: this.#connectionId,
      streamId: failure.streamId,
      limit: failure.limit!,
      code: errorCodeName(failure.code),
      reason: failure.reason,
      counts: { ...counts },
    });
  }

  push(
    direction: FrameDirection,
    streamId: number,
    promisedId: number,
    method: string,
    target: string,
  ): void {
    this.#observer["h2.push"]?.({
      connectionId: this.#connectionId,
      direction,
      streamId,
      promisedId,
      method,
      target,
    });
  }

  priority(
    direction: FrameDirection,
    streamId: number,
    urgency: number,
    incremental: boolean,
  ): void {
    this.#observer["h2.priority"]?.({
      connectionId: this.#connectionId,
      direction,
      streamId,
      urgency,
      incremental,
    });
  }
}

function purposeName(purpose: number): "probe" | "keepAlive" | "bandwidth" | "shutdown" {
  switch (purpose) {
    case FOR_CALLER:
      return "probe";
    case FOR_BANDWIDTH:
      return "bandwidth";
    case FOR_SHUTDOWN:
      return "shutdown";
    default:
      return "keepAlive";
  }
}
