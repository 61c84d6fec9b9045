/**
 * What the two HTTP/1.1 cores tell their drivers.
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";
import type { RequestHead } from "./request_head.ts";
import type { ResponseHead } from "./response_head.ts";

/** Why a connection failed. Each names one rule or limit. */
export type FailureCode =
  | "BAD_REQUEST_LINE"
  | "BAD_STATUS_LINE"
  | "BAD_VERSION"
  | "BAD_METHOD"
  | "BAD_TARGET"
  | "TARGET_TOO_LONG"
  | "BAD_FIELD"
  | "HEAD_TOO_LARGE"
  | "TOO_MANY_FIELDS"
  | "FIELD_TOO_LARGE"
  | "BAD_HOST"
  | "BAD_CONTENT_LENGTH"
  | "BAD_TRANSFER_ENCODING"
  | "LENGTH_CONFLICT"
  | "BAD_CHUNK"
  | "CHUNK_LINE_TOO_LONG"
  | "TRAILERS_TOO_LARGE"
  | "BAD_TRAILER"
  | "BODY_TOO_LARGE"
  | "EXPECTATION_FAILED"
  | "UNEXPECTED_EOF"
  | "UNEXPECTED_DATA"
  | "HEAD_TIMEOUT"
  | "BODY_TIMEOUT"
  | "IDLE_TIMEOUT"
  | "BODY_TOO_SLOW"
  | "TOO_MANY_INFORMATIONAL"
  | "UPGRADE_REFUSED";

/** The peer broke a rule or a limit: the connection reads nothing more. */
export interface Failed {
  /** Tag. */
  readonly type: "failed";
  /** HTTP/1.1 has no streams: always the whole connection. */
  readonly scope: "connection";
  /** Which rule or limit. */
  readonly code: FailureCode;
  /** The status a server answers with, where it still can. */
  readonly statusHint: number | undefined;
  /** What was expected and what came. */
  readonly reason: string;
}

/** A request's head. Its body, if `head.hasBody`, follows as {@linkcode BodyData} and {@linkcode BodyEnd}. */
export interface RequestEvent {
  /** Tag. */
  readonly type: "request";
  /** The head. The event is used again for the next request; the head is not. */
  readonly head: RequestHead;
}

/** A part of the body of the newest message. */
export interface BodyData {
  /** Tag. */
  readonly type: "data";
  /** A view into the bytes given to `receive`; never empty. */
  readonly bytes: Uint8Array;
}

/** The body of the newest message is complete. */
export interface BodyEnd {
  /** Tag. */
  readonly type: "end";
  /** The trailer section, if it has a line. */
  readonly trailers: FieldSection | undefined;
}

/** The peer has ended its half between two messages. */
export interface PeerClosed {
  /** Tag. */
  readonly type: "closed";
}

/** What the server core tells. */
export type ServerEvent = RequestEvent | BodyData | BodyEnd | Failed | PeerClosed;

/** An interim response (1xx, not 101). */
export interface InformationalEvent {
  /** Tag. */
  readonly type: "informational";
  /** Its head. */
  readonly head: ResponseHead;
}

/** The final response's head. {@linkcode BodyData} may follow, {@linkcode BodyEnd} always does. */
export interface ResponseEvent {
  /** Tag. */
  readonly type: "response";
  /** The head. */
  readonly head: ResponseHead;
}

/** 101, or 2xx to CONNECT: the connection is another protocol's. */
export interface UpgradedEvent {
  /** Tag. */
  readonly type: "upgraded";
  /** The head. What came behind it is to be had from `takeRemainder`. */
  readonly head: ResponseHead;
}

/** What the client core tells. */
export type ClientEvent =
  | InformationalEvent
  | ResponseEvent
  | BodyData
  | BodyEnd
  | UpgradedEvent
  | Failed
  | PeerClosed;
