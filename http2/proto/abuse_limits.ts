/**
 * What a peer may do only so often: frames that cost it little and us much.
 *
 * Each limit counts within {@linkcode AbuseLimits.intervalMs}. Who goes over one loses the
 * connection with ENHANCE_YOUR_CALM, and the `failed` event names the limit.
 *
 * @module
 */

/** How often a peer may do what. */
export interface AbuseLimits {
  /**
   * The time within which is counted, in ms.
   *
   * swift-nio-http2 30 s, nghttp2 1 s (a token bucket).
   *
   * @default {10000}
   */
  readonly intervalMs: number;
  /**
   * RST_STREAM received: the rapid reset (CVE-2023-44487).
   *
   * nghttp2 1,000 and 33 more a second, swift-nio-http2 200 in 30 s, Go by running handlers,
   * Envoy 0.5 of 500 streams.
   *
   * @default {500}
   */
  readonly maxPeerResets: number;
  /**
   * RST_STREAM that faulty frames make us send: the rapid reset that the victim is made to do
   * itself (CVE-2025-8671).
   *
   * hyper 1,024 in all, swift-nio-http2 200 in 30 s, nghttp2 as above.
   *
   * @default {200}
   */
  readonly maxProvokedResets: number;
  /**
   * CONTINUATION frames of one field section, whatever they hold (CVE-2024-27316 and its kin). By
   * bytes they are limited too.
   *
   * nghttp2 8, hyper by list size, Go by list size, Apache by fields.
   *
   * @default {32}
   */
  readonly maxContinuations: number;
  /**
   * SETTINGS that ask for an acknowledgement (CVE-2019-9515).
   *
   * nghttp2 1,000 unanswered, Envoy by queued frames, swift-nio-http2 by queued frames.
   *
   * @default {100}
   */
  readonly maxSettings: number;
  /**
   * PING that asks for an answer, beside one for each DATA frame that was sent (CVE-2019-9512).
   *
   * nghttp2 1,000 unanswered, gRPC 2 in 5 min without streams, Envoy by queued frames.
   *
   * @default {200}
   */
  readonly maxPings: number;
  /**
   * PRIORITY and PRIORITY_UPDATE, beside 8 for each stream opened (CVE-2019-9513).
   *
   * Envoy 100 for each stream.
   *
   * @default {500}
   */
  readonly maxPriorities: number;
  /**
   * DATA without content and without END_STREAM, and HEADERS or CONTINUATION without content
   * (CVE-2019-9518).
   *
   * Envoy 1 in a row, swift-nio-http2 1 in a row.
   *
   * @default {100}
   */
  readonly maxEmptyFrames: number;
  /**
   * WINDOW_UPDATE, beside 10 for each DATA frame that was sent and 4 for each stream opened, which
   * may come at any later time.
   *
   * Envoy 10 for each DATA frame sent and 5 more.
   *
   * @default {500}
   */
  readonly maxWindowUpdates: number;
  /**
   * Frames of unknown types.
   *
   * Envoy, nghttp2 and Go have none.
   *
   * @default {1000}
   */
  readonly maxUnknownFrames: number;
}

/**
 * The limits where nothing else was asked for.
 *
 * @example Fewer resets
 * ```ts
 * import { type AbuseLimits, DEFAULT_ABUSE_LIMITS } from "@avx/http2/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const abuse: AbuseLimits = { ...DEFAULT_ABUSE_LIMITS, maxPeerResets: 100 };
 * assertEquals(abuse.intervalMs, 10_000);
 * ```
 */
export const DEFAULT_ABUSE_LIMITS: AbuseLimits = Object.freeze({
  intervalMs: 10_000,
  maxPeerResets: 500,
  maxProvokedResets: 200,
  maxContinuations: 32,
  maxSettings: 100,
  maxPings: 200,
  maxPriorities: 500,
  maxEmptyFrames: 100,
  maxWindowUpdates: 500,
  maxUnknownFrames: 1000,
});
