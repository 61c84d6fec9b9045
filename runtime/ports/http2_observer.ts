/**
 * What can be observed of HTTP/2, in either role.
 *
 * @module
 */

/** Which way a frame has gone: from us to the peer, or from the peer to us. */
export type FrameDirection = "sent" | "received";

/** The points of HTTP/2; those of every version are in `Observer`. */
export interface Http2Observer {
  /** SETTINGS: ours when the connection begins, the peer's each time they come. */
  readonly "h2.settings"?: (event: Http2SettingsSeen) => void;
  /** GOAWAY: one end says that it will go, or goes. */
  readonly "h2.goaway"?: (event: Http2GoawaySeen) => void;
  /** RST_STREAM: one end has given a stream up. */
  readonly "h2.reset"?: (event: Http2ResetSeen) => void;
  /** A PING of ours was answered. */
  readonly "h2.ping"?: (event: Http2PingAnswered) => void;
  /** What we want to send waits for the peer's window, or waits no more. */
  readonly "h2.flowControl"?: (event: Http2FlowControlChanged) => void;
  /** The windows that the peer may send in have grown with the measured bandwidth. */
  readonly "h2.window"?: (event: Http2WindowGrown) => void;
  /** The peer went over a limit, or took too long: all limits and waits of HTTP/2 by name. */
  readonly "h2.limit"?: (event: Http2LimitCrossed) => void;
  /** PUSH_PROMISE: a server promises a response that nobody has asked for. */
  readonly "h2.push"?: (event: Http2PushSeen) => void;
  /** PRIORITY_UPDATE: a client says how urgent a response is (RFC 9218 §7.1). */
  readonly "h2.priority"?: (event: Http2PrioritySeen) => void;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example Room for a hundred requests
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2SettingsSeen } from "@avx/runtime/ports/observer";
 *
 * const event: Http2SettingsSeen = {
 *   connectionId: 7,
 *   direction: "received",
 *   headerTableBytes: 4096,
 *   enablePush: false,
 *   maxConcurrentStreams: 100,
 *   initialWindowBytes: 65_535,
 *   maxFrameBytes: 16_384,
 *   maxHeaderListBytes: Infinity,
 *   enableConnectProtocol: false,
 * };
 * assertEquals(event.maxConcurrentStreams, 100);
 * ```
 */
export interface Http2SettingsSeen {
  /** Which connection. */
  readonly connectionId: number;
  /** Whose they are: ours are `sent`. */
  readonly direction: FrameDirection;
  /** The dynamic table that the sender decodes with, in bytes. */
  readonly headerTableBytes: number;
  /** Whether the sender takes pushed responses; of meaning from a client only. */
  readonly enablePush: boolean;
  /** Streams that the sender lets its peer open; `Infinity` where it does not say. */
  readonly maxConcurrentStreams: number;
  /** The window of a new stream, in bytes. */
  readonly initialWindowBytes: number;
  /** The largest frame that the sender takes, in bytes. */
  readonly maxFrameBytes: number;
  /** The largest field section that the sender takes, in bytes; `Infinity` without a limit. */
  readonly maxHeaderListBytes: number;
  /** Whether the sender knows extended CONNECT (RFC 8441). */
  readonly enableConnectProtocol: boolean;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A peer that goes in good order
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2GoawaySeen } from "@avx/runtime/ports/observer";
 *
 * const event: Http2GoawaySeen = {
 *   connectionId: 7,
 *   direction: "received",
 *   code: "NO_ERROR",
 *   lastStreamId: 11,
 *   debug: "",
 * };
 * assertEquals(event.code, "NO_ERROR");
 * ```
 */
export interface Http2GoawaySeen {
  /** Which connection. */
  readonly connectionId: number;
  /** Who goes: we do if it was `sent`. */
  readonly direction: FrameDirection;
  /** Why, by the name of RFC 9113 §7. */
  readonly code: string;
  /** The last of the receiver's streams for which something was, or will be, done. */
  readonly lastStreamId: number;
  /** What the sender says about it, 1,024 characters at most. Not to be trusted. */
  readonly debug: string;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A request given up
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2ResetSeen } from "@avx/runtime/ports/observer";
 *
 * const event: Http2ResetSeen = {
 *   connectionId: 7,
 *   direction: "sent",
 *   streamId: 3,
 *   code: "CANCEL",
 * };
 * assertEquals(event.direction, "sent");
 * ```
 */
export interface Http2ResetSeen {
  /** Which connection. */
  readonly connectionId: number;
  /** Who gave it up: we did if it was `sent`. */
  readonly direction: FrameDirection;
  /** Which stream. */
  readonly streamId: number;
  /** Why, by the name of RFC 9113 §7. */
  readonly code: string;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A round trip
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2PingAnswered } from "@avx/runtime/ports/observer";
 *
 * const event: Http2PingAnswered = { connectionId: 7, purpose: "keepAlive", roundTripMs: 40 };
 * assertEquals(event.roundTripMs, 40);
 * ```
 */
export interface Http2PingAnswered {
  /** Which connection. */
  readonly connectionId: number;
  /**
   * What it was for: somebody has asked, the peer was silent, the bandwidth is measured, or the end
   * of a shutdown is awaited.
   */
  readonly purpose: "probe" | "keepAlive" | "bandwidth" | "shutdown";
  /** From its sending to its answer, in milliseconds. */
  readonly roundTripMs: number;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A reader that is behind
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2FlowControlChanged } from "@avx/runtime/ports/observer";
 *
 * const event: Http2FlowControlChanged = {
 *   connectionId: 7,
 *   streamId: 5,
 *   stalled: true,
 *   queuedBytes: 100_000,
 * };
 * assertEquals(event.stalled, true);
 * ```
 */
export interface Http2FlowControlChanged {
  /** Which connection. */
  readonly connectionId: number;
  /** Whose window it is: a stream's, or with 0 the connection's. */
  readonly streamId: number;
  /** Whether something waits for it from now on. */
  readonly stalled: boolean;
  /** What waits, in bytes. */
  readonly queuedBytes: number;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A fast and distant peer
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2WindowGrown } from "@avx/runtime/ports/observer";
 *
 * const event: Http2WindowGrown = {
 *   connectionId: 7,
 *   connectionBytes: 4_194_304,
 *   streamBytes: 4_194_304,
 *   roundTripMs: 100,
 * };
 * assertEquals(event.streamBytes, 4_194_304);
 * ```
 */
export interface Http2WindowGrown {
  /** Which connection. */
  readonly connectionId: number;
  /** The connection's window from now on, in bytes. */
  readonly connectionBytes: number;
  /** The window of each of its streams from now on, in bytes. */
  readonly streamBytes: number;
  /** The round trip within which so much came, in milliseconds. */
  readonly roundTripMs: number;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A rapid reset
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2LimitCrossed } from "@avx/runtime/ports/observer";
 *
 * const event: Http2LimitCrossed = {
 *   connectionId: 7,
 *   streamId: 0,
 *   limit: "maxPeerResets",
 *   code: "ENHANCE_YOUR_CALM",
 *   reason: "The peer went over maxPeerResets",
 *   counts: { maxPeerResets: 501 },
 * };
 * assertEquals(event.counts.maxPeerResets, 501);
 * ```
 */
export interface Http2LimitCrossed {
  /** Which connection. */
  readonly connectionId: number;
  /** The stream that is lost for it; 0 if the connection is. */
  readonly streamId: number;
  /** The option that sets it, such as `maxConcurrentStreams` or `stallMs`. */
  readonly limit: string;
  /** What the peer is told, by the name of RFC 9113 §7. */
  readonly code: string;
  /** What was expected and what came. */
  readonly reason: string;
  /** What the peer has done lately of what it may do only so often, by the name of its limit. */
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example A style sheet ahead of its page
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2PushSeen } from "@avx/runtime/ports/observer";
 *
 * const event: Http2PushSeen = {
 *   connectionId: 7,
 *   direction: "sent",
 *   streamId: 1,
 *   promisedId: 2,
 *   method: "GET",
 *   target: "/style.css",
 * };
 * assertEquals(event.promisedId, 2);
 * ```
 */
export interface Http2PushSeen {
  /** Which connection. */
  readonly connectionId: number;
  /** Whether we push, or are pushed to. */
  readonly direction: FrameDirection;
  /** The stream of the request that it belongs to. */
  readonly streamId: number;
  /** The stream that the response comes on. */
  readonly promisedId: number;
  /** The method of the request that it answers. */
  readonly method: string;
  /** Its target. */
  readonly target: string;
}

/**
 * See {@linkcode Http2Observer}.
 *
 * @example An image that came into view
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Http2PrioritySeen } from "@avx/runtime/ports/observer";
 *
 * const event: Http2PrioritySeen = {
 *   connectionId: 7,
 *   direction: "received",
 *   streamId: 9,
 *   urgency: 2,
 *   incremental: true,
 * };
 * assertEquals(event.urgency, 2);
 * ```
 */
export interface Http2PrioritySeen {
  /** Which connection. */
  readonly connectionId: number;
  /** Whether we say it, or are told. */
  readonly direction: FrameDirection;
  /** Which stream. */
  readonly streamId: number;
  /** From 0, the most urgent, to 7. */
  readonly urgency: number;
  /** Whether it is of use before it is complete. */
  readonly incremental: boolean;
}
