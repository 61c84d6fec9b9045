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

/** What the server core tells. */
export type ServerEvent =
  /** A request's head. Its body, if `head.hasBody`, follows as `data` … `end`. */
  | { readonly type: "request"; readonly head: RequestHead }
  /** A part of the body of the newest request; a view into the bytes given to `receive`. */
  | { readonly type: "data"; readonly bytes: Uint8Array }
  /** The body of the newest request is complete. */
  | { readonly type: "end"; readonly trailers: FieldSection | undefined }
  | Failed
  /** The peer has ended its half between two messages: finish answering, then close. */
  | { readonly type: "closed" };

/** What the client core tells. */
export type ClientEvent =
  /** An interim response (1xx, not 101). */
  | { readonly type: "informational"; readonly head: ResponseHead }
  /** The final response's head. Its body, if any, follows as `data` …; `end` always follows. */
  | { readonly type: "response"; readonly head: ResponseHead }
  /** A part of the body; a view into the bytes given to `receive`. */
  | { readonly type: "data"; readonly bytes: Uint8Array }
  /** The response is complete. */
  | { readonly type: "end"; readonly trailers: FieldSection | undefined }
  /** 101, or 2xx to CONNECT: take the rest with `takeRemainder` and the transport with it. */
  | { readonly type: "upgraded"; readonly head: ResponseHead }
  | Failed
  /** The peer has ended its half while no response was due. */
  | { readonly type: "closed" };
