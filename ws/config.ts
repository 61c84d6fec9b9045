/**
 * What a connection is told, complete, so that nothing is defaulted inside.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { clock, random as platformRandom, rawDeflate } from "@avx/runtime/platform";
import type { Random } from "@avx/runtime/ports/random";
import { Timers } from "@avx/runtime/timers";
import {
  checkedLimits,
  checkedTimeouts,
  DEFAULT_WEB_SOCKET_LIMITS,
  DEFAULT_WEB_SOCKET_TIMEOUTS,
  type WebSocketLimits,
  type WebSocketTimeouts,
} from "./proto/limits.ts";
import { SharedCodecs } from "./proto/message_deflate.ts";
import {
  type DeflateConfig,
  deflateConfig,
  type DeflateOptions,
} from "./proto/permessage_deflate.ts";

/** What both ends can be told. */
export interface WebSocketOptions {
  /**
   * Compress messages (RFC 7692) where the peer does: `true`, or how.
   *
   * npm `ws` does not unless told to, as windows cost up to 300 KiB a connection.
   *
   * @default {false}
   */
  readonly compress?: boolean | DeflateOptions;
  /** How much the peer may send; see {@linkcode WebSocketLimits} for each default. */
  readonly limits?: Partial<WebSocketLimits>;
  /** How long the peer may take; see {@linkcode WebSocketTimeouts} for each default. */
  readonly timeouts?: Partial<WebSocketTimeouts>;
  /**
   * What the bytes of messages are shown as. Of those that a listener may keep, `uint8array` is the
   * cheapest: small messages share a buffer, which must not be transferred therefore. `lent` copies nothing: the listener gets a `Uint8Array`
   * over the memory that was read into, which is read into again when the listener returns, as in
   * uWebSockets.
   *
   * @default {"blob"}
   */
  readonly binaryType?: SocketBinaryType;
  /**
   * Where all deadlines live.
   *
   * @default {the platform's clock}
   */
  readonly timers?: Timers;
  /**
   * Where masks and keys come from.
   *
   * @default {the platform's source}
   */
  readonly random?: Random;
}

/** What the bytes of messages are shown as. */
export type SocketBinaryType = "blob" | "arraybuffer" | "uint8array" | "lent";

/** {@linkcode WebSocketOptions}, complete. */
export interface WebSocketConfig {
  /** How messages are compressed; `undefined` for not at all. */
  readonly deflate: DeflateConfig | undefined;
  /** How much the peer may send. */
  readonly limits: WebSocketLimits;
  /** How long the peer may take. */
  readonly timeouts: WebSocketTimeouts;
  /** What the bytes of messages are shown as. */
  readonly binaryType: SocketBinaryType;
  /** Where all deadlines live. */
  readonly timers: Timers;
  /** Where masks and keys come from. */
  readonly random: Random;
  /** Where buffers for sending come from. */
  readonly buffers: BufferPool;
  /** The codecs that connections share. */
  readonly codecs: SharedCodecs;
}

/** What connections that echo large messages pass from one to the next. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

// One of each for all connections of the process: they hold what is idle and nothing else.
const timers = new Timers(clock);
const buffers = new BufferPool({ maxHeldBytes: MAX_HELD_BYTES });
const codecs = new SharedCodecs(rawDeflate);

/**
 * Completes the options.
 *
 * @example One limit of one's own
 * ```ts
 * import { webSocketConfig } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * const config = webSocketConfig({ limits: { maxMessageBytes: 1000 } });
 * assertEquals(config.limits.maxMessageBytes, 1000);
 * assertEquals(config.timeouts.closeMs, 5_000);
 * ```
 *
 * @param options What differs from the defaults.
 * @returns All of it.
 * @throws {RangeError} If a limit or a wait is not positive, or compression cannot be as it is asked
 * for.
 * @throws {TypeError} If `slowPeer` is not one of its values.
 */
export function webSocketConfig(options: WebSocketOptions): WebSocketConfig {
  const { compress = false } = options;
  return Object.freeze({
    deflate: compress === false ? undefined : deflateConfig(compress === true ? {} : compress),
    limits: checkedLimits({ ...DEFAULT_WEB_SOCKET_LIMITS, ...options.limits }),
    timeouts: checkedTimeouts({ ...DEFAULT_WEB_SOCKET_TIMEOUTS, ...options.timeouts }),
    binaryType: options.binaryType ?? "blob",
    timers: options.timers ?? timers,
    random: options.random ?? platformRandom,
    buffers,
    codecs,
  });
}
