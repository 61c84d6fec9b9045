/**
 * Every limit and every wait of a WebSocket connection, with the defaults of others beside ours.
 *
 * @module
 */

/** How much a peer may send, and may leave unread. */
export interface WebSocketLimits {
  /**
   * A message, decompressed or not, in bytes. Close code 1009.
   *
   * npm `ws` 100 MiB, Bun 16 MiB, Deno 64 MiB, Python `websockets` 1 MiB, Go `x/net` 32 MiB.
   *
   * @default {16777216}
   */
  readonly maxMessageBytes: number;
  /**
   * The payload of one frame, in bytes. Close code 1009.
   *
   * Deno 64 MiB, tungstenite 16 MiB, Netty 64 KiB; npm `ws` and Bun as the message.
   *
   * @default {16777216}
   */
  readonly maxFrameBytes: number;
  /**
   * Frames of one message. Close code 1008. The Autobahn suite sends 65,536.
   *
   * Jetty, npm `ws`, Bun and Deno have none; Python `websockets` by bytes.
   *
   * @default {131072}
   */
  readonly maxFragments: number;
  /**
   * Control frames without a data frame between them that come within one second. Close code 1008.
   *
   * Nobody we know of has one for WebSocket; for HTTP/2 Node has 1,000 frames of the kind, and Go
   * 10,000 queued ones.
   *
   * @default {1000}
   */
  readonly maxControlFrames: number;
  /**
   * What waits for the peer to take it, in bytes, before senders are told to wait (`drained`, and the
   * writer of a stream). A server reads nothing from a client meanwhile: whoever does not listen is
   * not listened to. A client reads on, or both could wait for each other. Nothing fails.
   *
   * Node 16 KiB, Bun 64 KiB for a call of `drain`, `Http1ServerConnection` 64 KiB.
   *
   * @default {262144}
   */
  readonly highWaterBytes: number;
  /**
   * What may wait for the peer at most, in bytes; see `slowPeer`.
   *
   * Bun 16 MiB (`backpressureLimit`); npm `ws` and Deno have none.
   *
   * @default {67108864}
   */
  readonly maxQueuedBytes: number;
  /**
   * What becomes of a peer for which more waits than `maxQueuedBytes`: `close` ends the connection
   * with code 1008; `pause` leaves it to the sender, and topics pass it over.
   *
   * Bun `pause` (`closeOnBackpressureLimit: false`).
   *
   * @default {"close"}
   */
  readonly slowPeer: "close" | "pause";
  /**
   * The head of a server's response to a client's handshake, in bytes, where the client makes the
   * connection itself. Then there is no connection.
   *
   * Node 16 KiB, Python `websockets` 128 lines of 8 KiB, `Http1Limits` 32 KiB.
   *
   * @default {32768}
   */
  readonly maxHandshakeBytes: number;
}

/**
 * The limits where nothing else was asked for.
 *
 * @example Small messages only
 * ```ts
 * import { DEFAULT_WEB_SOCKET_LIMITS, type WebSocketLimits } from "@avx/ws/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const limits: WebSocketLimits = { ...DEFAULT_WEB_SOCKET_LIMITS, maxMessageBytes: 4096 };
 * assertEquals(limits.maxFragments, 131_072);
 * ```
 */
export const DEFAULT_WEB_SOCKET_LIMITS: WebSocketLimits = Object.freeze({
  maxMessageBytes: 16 * 1024 * 1024,
  maxFrameBytes: 16 * 1024 * 1024,
  maxFragments: 128 * 1024,
  maxControlFrames: 1000,
  highWaterBytes: 256 * 1024,
  maxQueuedBytes: 64 * 1024 * 1024,
  slowPeer: "close",
  maxHandshakeBytes: 32 * 1024,
});

/**
 * Lets limits through that make sense.
 *
 * @throws {RangeError} If a number is not positive.
 * @throws {TypeError} If `slowPeer` is not one of its values.
 *
 * @example A message of at least a byte
 * ```ts
 * import { checkedLimits, DEFAULT_WEB_SOCKET_LIMITS } from "@avx/ws/limits";
 * import { assertThrows } from "@std/assert";
 *
 * const limits = { ...DEFAULT_WEB_SOCKET_LIMITS, maxMessageBytes: -1 };
 * assertThrows(() => checkedLimits(limits), RangeError);
 * ```
 */
export function checkedLimits(limits: WebSocketLimits): WebSocketLimits {
  const { slowPeer, ...numbers } = limits;
  if (slowPeer !== "close" && slowPeer !== "pause") {
    throw new TypeError(
      `Cannot use limits.slowPeer as it must be "close" or "pause": it is "${slowPeer}"`,
    );
  }
  checkPositive("limits", numbers);
  return limits;
}

/** How long a peer may take. `Infinity` waits for ever. */
export interface WebSocketTimeouts {
  /**
   * For a client's connection to open: to connect, TLS and the handshake. Then there is none. For
   * servers it has no meaning: requests have timeouts of their own. In ms.
   *
   * Python `websockets` 10 s, Gorilla 45 s, Chromium 240 s; npm `ws` and Deno have none.
   *
   * @default {30000}
   */
  readonly openMs: number;
  /**
   * How long nothing may come before a ping is sent. In ms.
   *
   * Deno 30 s (`idleTimeout`), Bun 120 s, Python `websockets` 20 s; npm `ws` never.
   *
   * @default {30000}
   */
  readonly pingMs: number;
  /**
   * For anything to come after that ping. Then the connection is lost: 1006. In ms.
   *
   * Deno 30 s, Python `websockets` 20 s.
   *
   * @default {30000}
   */
  readonly pongMs: number;
  /**
   * How long neither side may send a message before the connection is closed with 1001. In ms.
   *
   * nginx 60 s as a proxy; Deno, Bun and npm `ws` never, while pongs come.
   *
   * @default {Infinity}
   */
  readonly idleMs: number;
  /**
   * For the peer to answer a close frame, and then to end the connection. In ms.
   *
   * npm `ws` 30 s, Python `websockets` 10 s, Chromium 2 s and 2 s.
   *
   * @default {5000}
   */
  readonly closeMs: number;
  /**
   * For the peer to take some of what is written to it. In ms.
   *
   * nginx 60 s (`proxy_send_timeout`).
   *
   * @default {60000}
   */
  readonly writeMs: number;
}

/**
 * The waits where nothing else was asked for.
 *
 * @example Connections that must be used
 * ```ts
 * import { DEFAULT_WEB_SOCKET_TIMEOUTS, type WebSocketTimeouts } from "@avx/ws/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const timeouts: WebSocketTimeouts = { ...DEFAULT_WEB_SOCKET_TIMEOUTS, idleMs: 600_000 };
 * assertEquals(timeouts.pingMs, 30_000);
 * ```
 */
export const DEFAULT_WEB_SOCKET_TIMEOUTS: WebSocketTimeouts = Object.freeze({
  openMs: 30_000,
  pingMs: 30_000,
  pongMs: 30_000,
  idleMs: Infinity,
  closeMs: 5_000,
  writeMs: 60_000,
});

/**
 * Lets waits through that make sense.
 *
 * @throws {RangeError} If one is not positive.
 *
 * @example No wait is shorter than nothing
 * ```ts
 * import { checkedTimeouts, DEFAULT_WEB_SOCKET_TIMEOUTS } from "@avx/ws/limits";
 * import { assertThrows } from "@std/assert";
 *
 * const timeouts = { ...DEFAULT_WEB_SOCKET_TIMEOUTS, closeMs: 0 };
 * assertThrows(() => checkedTimeouts(timeouts), RangeError);
 * ```
 */
export function checkedTimeouts(timeouts: WebSocketTimeouts): WebSocketTimeouts {
  checkPositive("timeouts", { ...timeouts });
  return timeouts;
}

function checkPositive(option: string, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value > 0) continue;
    throw new RangeError(
      `Cannot use ${option}.${name} as it must be positive: current value is ${value}`,
    );
  }
}
