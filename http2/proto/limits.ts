/**
 * Every limit and every wait of HTTP/2, with the defaults of others beside ours. What is there to
 * stop abuse is in {@linkcode AbuseLimits}.
 *
 * @module
 */

import { type AbuseLimits, DEFAULT_ABUSE_LIMITS } from "./abuse_limits.ts";

export type { AbuseLimits } from "./abuse_limits.ts";
export { DEFAULT_ABUSE_LIMITS } from "./abuse_limits.ts";

/** How much a peer may send, and how much is kept for it. */
export interface Http2Limits {
  /**
   * Streams that the peer may have open. More are refused with REFUSED_STREAM, which a client may
   * try again.
   *
   * nginx 128, Go 250, hyper 200, Node 2^32-1, Deno.serve 200; RFC 9113 §6.5.2 wants 100 at least.
   *
   * @default {100}
   */
  readonly maxConcurrentStreams: number;
  /**
   * A field section, decoded: name, value and 32 for each line, in bytes. A request with more is
   * answered with 431.
   *
   * Go 1 MiB, nginx 32 KiB, Node 64 KiB, hyper 16 KiB.
   *
   * @default {32768}
   */
  readonly maxHeaderListBytes: number;
  /**
   * A field section as it travels, HEADERS and its CONTINUATIONs together, in bytes. The connection
   * fails with ENHANCE_YOUR_CALM.
   *
   * nghttp2 64 KiB, Go and Envoy by the decoded list, hyper 4 times the list.
   *
   * @default {65536}
   */
  readonly maxHeaderBlockBytes: number;
  /**
   * The dynamic table of the decoder, in bytes.
   *
   * RFC 9113 §6.5.2 4 KiB, and so nearly everyone; nginx 0–4 KiB, Chromium 64 KiB.
   *
   * @default {4096}
   */
  readonly maxDecoderTableBytes: number;
  /**
   * The dynamic table of the encoder, in bytes, if the peer allows as much.
   *
   * Go 4 KiB, nghttp2 4 KiB, hyper 4 KiB.
   *
   * @default {4096}
   */
  readonly maxEncoderTableBytes: number;
  /**
   * The largest frame that is taken, in bytes: 16,384 to 16,777,215. Larger ones are a
   * FRAME_SIZE_ERROR.
   *
   * RFC 9113 §6.5.2 16 KiB, and so nearly everyone; Go's server 1 MiB.
   *
   * @default {16384}
   */
  readonly maxFrameBytes: number;
  /**
   * The window of a stream at first, in bytes.
   *
   * nginx 64 KiB, Go 1 MiB, hyper 1 MiB, Node 64 KiB, Chromium 6 MiB.
   *
   * @default {262144}
   */
  readonly streamWindowBytes: number;
  /**
   * The window of a stream at most; it grows up to here with the measured bandwidth-delay product.
   *
   * gRPC 16 MiB, hyper 16 MiB.
   *
   * @default {8388608}
   */
  readonly maxStreamWindowBytes: number;
  /**
   * The window of the connection at first, in bytes; 65,535 at least.
   *
   * Go 1 MiB, hyper 1 MiB, Chromium 15 MiB.
   *
   * @default {1048576}
   */
  readonly connectionWindowBytes: number;
  /**
   * The window of the connection at most.
   *
   * gRPC 16 MiB, hyper 16 MiB.
   *
   * @default {16777216}
   */
  readonly maxConnectionWindowBytes: number;
  /**
   * What a connection may hold of bodies that nobody has read yet, in bytes, unless its window has
   * grown beyond. Below it a stream that is not read holds up no other one.
   *
   * Go's server 1 MiB, Go's client 1 GiB, hyper 1 MiB, Chromium 15 MiB: their windows.
   *
   * @default {4194304}
   */
  readonly maxUnreadBytes: number;
  /**
   * A message's content, in bytes. The stream fails with CANCEL; a server may answer 413.
   *
   * nginx 1 MiB; Node, Go, hyper and Deno.serve have none.
   *
   * @default {Infinity}
   */
  readonly maxBodyBytes: number;
  /**
   * Content that nobody wants and that is still read so that the stream can end well, in bytes.
   * Beyond it the peer may send no more, and once its response is complete the stream is reset with
   * NO_ERROR (RFC 9113 §8.1).
   *
   * Go 0, nginx 64 KiB (http2_body_preread_size).
   *
   * @default {262144}
   */
  readonly maxDrainBytes: number;
  /**
   * Content that waits to be sent on one stream before the sender is told to wait, in bytes.
   *
   * Node 16 KiB (a stream's high-water mark), hyper 400 KiB.
   *
   * @default {65536}
   */
  readonly sendBufferBytes: number;
  /**
   * What may wait to be written to the peer, in bytes, before its frames are no longer read. It
   * bounds what answers to SETTINGS, PING and the like may take.
   *
   * Go 10,000 frames, nghttp2 1,000 frames.
   *
   * @default {262144}
   */
  readonly maxQueuedBytes: number;
  /**
   * Interim responses (1xx) before a final one; a client's limit. The stream fails with
   * ENHANCE_YOUR_CALM.
   *
   * Go 5, curl none.
   *
   * @default {20}
   */
  readonly maxInformational: number;
  /**
   * Pushed responses that a client holds at once, if it takes any. More are refused.
   *
   * nghttp2 200, Chromium 100 (as it still had them).
   *
   * @default {100}
   */
  readonly maxPushes: number;
  /**
   * Content of pushed responses that nobody has read yet, of all together, in bytes; of a client
   * that takes any. A push that brings more is reset with CANCEL.
   *
   * Firefox 128 KiB for each (as it still had them), Chromium by its windows.
   *
   * @default {1048576}
   */
  readonly maxPushBytes: number;
  /** What stops abuse. @default {DEFAULT_ABUSE_LIMITS} */
  readonly abuse: AbuseLimits;
}

/**
 * The limits where nothing else was asked for.
 *
 * @example More streams
 * ```ts
 * import { DEFAULT_LIMITS, type Http2Limits } from "@avx/http2/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const limits: Http2Limits = { ...DEFAULT_LIMITS, maxConcurrentStreams: 10_000 };
 * assertEquals(limits.maxHeaderListBytes, 32_768);
 * ```
 */
export const DEFAULT_LIMITS: Http2Limits = Object.freeze({
  maxConcurrentStreams: 100,
  maxHeaderListBytes: 32 * 1024,
  maxHeaderBlockBytes: 64 * 1024,
  maxDecoderTableBytes: 4096,
  maxEncoderTableBytes: 4096,
  maxFrameBytes: 16 * 1024,
  streamWindowBytes: 256 * 1024,
  maxStreamWindowBytes: 8 * 1024 * 1024,
  connectionWindowBytes: 1024 * 1024,
  maxConnectionWindowBytes: 16 * 1024 * 1024,
  maxUnreadBytes: 4 * 1024 * 1024,
  maxBodyBytes: Infinity,
  maxDrainBytes: 256 * 1024,
  sendBufferBytes: 64 * 1024,
  maxQueuedBytes: 256 * 1024,
  maxInformational: 20,
  maxPushes: 100,
  maxPushBytes: 1024 * 1024,
  abuse: DEFAULT_ABUSE_LIMITS,
});

/** How long a peer may take. `Infinity` waits for ever. */
export interface Http2Timeouts {
  /**
   * Preface, SETTINGS and the acknowledgement of ours. In ms. SETTINGS_TIMEOUT.
   *
   * Go 10 s (preface), nghttp2 10 s, hyper none.
   *
   * @default {10000}
   */
  readonly settingsMs: number;
  /**
   * A field section, from HEADERS to the last CONTINUATION. In ms. ENHANCE_YOUR_CALM.
   *
   * Node 60 s, nginx 60 s.
   *
   * @default {30000}
   */
  readonly headMs: number;
  /**
   * A connection without a stream. In ms. It is shut down.
   *
   * nginx 75 s (keepalive_timeout), Go as HTTP/1.1, Node none.
   *
   * @default {75000}
   */
  readonly idleMs: number;
  /**
   * Between two parts of a request's content while the response has not begun. In ms. The stream
   * fails with CANCEL; status 408. On a client: of a response's content.
   *
   * nginx 60 s, Apache 20 s, Node 300 s for the whole request.
   *
   * @default {30000} For a server; Infinity for a client.
   */
  readonly bodyMs: number;
  /**
   * How long a request may still send content that nobody wants after it was answered, before its
   * stream is reset with NO_ERROR (RFC 9113 §8.1). In ms. See {@linkcode Http2Limits.maxDrainBytes}.
   *
   * nginx 30 s (lingering_time), Go 0.
   *
   * @default {1000}
   */
  readonly drainMs: number;
  /**
   * Silence after which a PING asks whether the peer is still there. In ms.
   *
   * Go off, hyper off, gRPC 2 h (server), Node off.
   *
   * @default {Infinity}
   */
  readonly pingIntervalMs: number;
  /**
   * How long a PING may stay without an answer. In ms.
   *
   * Go 15 s, hyper 20 s, gRPC 20 s.
   *
   * @default {20000}
   */
  readonly pingTimeoutMs: number;
  /**
   * How long the peer may hold a window at zero, or let it open slower than
   * {@linkcode minSendBytesPerSecond}, while something waits for it. In ms. The stream fails, or
   * with the connection's window the connection, with ENHANCE_YOUR_CALM.
   *
   * nginx 60 s (send_timeout), Apache 60 s, Go by WriteTimeout (none).
   *
   * @default {60000}
   */
  readonly stallMs: number;
  /**
   * The least that the peer's windows must let through while something waits for them, in bytes a
   * second, over {@linkcode stallMs}.
   *
   * Kestrel 240, Apache 500 (mod_reqtimeout, the other way).
   *
   * @default {240}
   */
  readonly minSendBytesPerSecond: number;
  /**
   * How long the second GOAWAY of a shutdown waits for the answer to the PING behind the first.
   * In ms.
   *
   * Go 1 s, nghttp2 by the caller.
   *
   * @default {1000}
   */
  readonly shutdownMs: number;
}

/**
 * The waits of a server where nothing else was asked for.
 *
 * @example Asking a silent peer whether it is still there
 * ```ts
 * import { DEFAULT_TIMEOUTS, type Http2Timeouts } from "@avx/http2/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const timeouts: Http2Timeouts = { ...DEFAULT_TIMEOUTS, pingIntervalMs: 15_000 };
 * assertEquals(timeouts.pingTimeoutMs, 20_000);
 * ```
 */
export const DEFAULT_TIMEOUTS: Http2Timeouts = Object.freeze({
  settingsMs: 10_000,
  headMs: 30_000,
  idleMs: 75_000,
  bodyMs: 30_000,
  drainMs: 1000,
  pingIntervalMs: Infinity,
  pingTimeoutMs: 20_000,
  stallMs: 60_000,
  minSendBytesPerSecond: 240,
  shutdownMs: 1000,
});

/**
 * The waits of a client where nothing else was asked for. How long responses may take is a matter
 * of the client above.
 *
 * @example A client that gives silent responses up
 * ```ts
 * import { DEFAULT_CLIENT_TIMEOUTS, type Http2Timeouts } from "@avx/http2/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const timeouts: Http2Timeouts = { ...DEFAULT_CLIENT_TIMEOUTS, bodyMs: 60_000 };
 * assertEquals(timeouts.idleMs, Infinity);
 * ```
 */
export const DEFAULT_CLIENT_TIMEOUTS: Http2Timeouts = Object.freeze({
  ...DEFAULT_TIMEOUTS,
  idleMs: Infinity,
  bodyMs: Infinity,
});
