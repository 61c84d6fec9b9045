/**
 * What the two HTTP/2 cores tell their drivers.
 *
 * Events are good until the next call of `next`; some objects are used again. Heads, field sections
 * and content stay good for as long as anyone holds them.
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";
import type { AbuseLimits, Http2Limits, Http2Timeouts } from "./limits.ts";
import type { Http2RequestHead } from "./request_head.ts";
import type { Http2ResponseHead } from "./response_head.ts";

/** A limit or a wait, by its name. */
export type Http2LimitName =
  | Exclude<keyof Http2Limits, "abuse">
  | Exclude<keyof AbuseLimits, "intervalMs">
  | keyof Http2Timeouts;

/**
 * The peer broke a rule or a limit: its stream is reset, or the connection ends. On a stream that
 * was never handed over, nothing need be done.
 */
export interface Http2Failed {
  /** Tag. */
  readonly type: "failed";
  /** What is lost. */
  readonly scope: "stream" | "connection";
  /** The stream; 0 for the connection. */
  readonly streamId: number;
  /** The error code that the peer is told (RFC 9113 §7). */
  readonly code: number;
  /** The status that HTTP/1.1 would have answered with, if there is one. */
  readonly statusHint: number | undefined;
  /** The limit that was crossed; `undefined` if a rule was broken. */
  readonly limit: Http2LimitName | undefined;
  /** What was expected and what came. */
  readonly reason: string;
}

/** A request. Its content, if `head.hasBody`, follows as {@linkcode Http2Data} and {@linkcode Http2End}. */
export interface Http2RequestEvent {
  /** Tag. */
  readonly type: "request";
  /** The stream. */
  readonly streamId: number;
  /** The head. */
  readonly head: Http2RequestHead;
}

/** An interim response (1xx). */
export interface Http2InformationalEvent {
  /** Tag. */
  readonly type: "informational";
  /** The stream. */
  readonly streamId: number;
  /** Its head. */
  readonly head: Http2ResponseHead;
}

/** A response. Its content, if `head.hasBody`, follows as {@linkcode Http2Data} and {@linkcode Http2End}. */
export interface Http2ResponseEvent {
  /** Tag. */
  readonly type: "response";
  /** The stream. */
  readonly streamId: number;
  /** The head. */
  readonly head: Http2ResponseHead;
}

/** The server promises the response to a request that it has thought up (RFC 9113 §8.4). */
export interface Http2PushEvent {
  /** Tag. */
  readonly type: "push";
  /** The stream of the request that it belongs to. */
  readonly streamId: number;
  /** The stream that the response will come on. */
  readonly promisedId: number;
  /** The request. */
  readonly head: Http2RequestHead;
}

/** A part of a message's content. Each byte has to be consumed, read or not. */
export interface Http2Data {
  /** Tag. */
  readonly type: "data";
  /** The stream. */
  readonly streamId: number;
  /** A view into the bytes given to `receive`; never empty. */
  readonly bytes: Uint8Array;
}

/** A message's content is complete. */
export interface Http2End {
  /** Tag. */
  readonly type: "end";
  /** The stream. */
  readonly streamId: number;
  /** The trailer section, if there is one. */
  readonly trailers: FieldSection | undefined;
}

/** The peer has ended a stream at once. */
export interface Http2Reset {
  /** Tag. */
  readonly type: "reset";
  /** The stream. */
  readonly streamId: number;
  /** Why (RFC 9113 §7). With REFUSED_STREAM nothing was done: the request may be sent again. */
  readonly code: number;
}

/** What waited to be sent on a stream has become little: more is welcome. */
export interface Http2Writable {
  /** Tag. */
  readonly type: "writable";
  /** The stream. */
  readonly streamId: number;
}

/** The end of a message, which had to wait, was put into a frame; told to whom asked for it. */
export interface Http2Sent {
  /** Tag. */
  readonly type: "sent";
  /** The stream. */
  readonly streamId: number;
}

/** The peer takes no new streams. Those above `lastStreamId` follow as {@linkcode Http2Reset}. */
export interface Http2GoawayEvent {
  /** Tag. */
  readonly type: "goaway";
  /** The last of our streams that the peer may have done something for. */
  readonly lastStreamId: number;
  /** Why (RFC 9113 §7). */
  readonly code: number;
}

/** The peer has told its settings: for the first time, or anew. */
export interface Http2SettingsEvent {
  /** Tag. */
  readonly type: "settings";
  /** How many streams it lets us open. */
  readonly maxConcurrentStreams: number;
  /** Whether extended CONNECT may be used (RFC 8441). */
  readonly enableConnectProtocol: boolean;
}

/** The answer to a PING that was asked for. */
export interface Http2Pong {
  /** Tag. */
  readonly type: "pong";
  /** What `ping` returned. */
  readonly pingId: number;
  /** The round trip, in ms. */
  readonly roundTripMs: number;
}

/** The peer has ended the connection. Streams that were open follow as {@linkcode Http2Reset}. */
export interface Http2Closed {
  /** Tag. */
  readonly type: "closed";
}

/** What both cores tell. */
export type Http2CommonEvent =
  | Http2Data
  | Http2End
  | Http2Reset
  | Http2Writable
  | Http2Sent
  | Http2GoawayEvent
  | Http2SettingsEvent
  | Http2Pong
  | Http2Failed
  | Http2Closed;

/** What the server core tells. */
export type Http2ServerEvent = Http2RequestEvent | Http2CommonEvent;

/** What the client core tells. */
export type Http2ClientEvent =
  | Http2InformationalEvent
  | Http2ResponseEvent
  | Http2PushEvent
  | Http2CommonEvent;

/** What either core tells. */
export type Http2Event = Http2ServerEvent | Http2ClientEvent;
