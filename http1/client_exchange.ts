/**
 * A request on a client's connection, as whoever sends it and whoever carries it see it.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldLines, FieldSection } from "@avx/semantics/field-section";
import type { RequestBody } from "@avx/semantics/requesting";
import type { ResponseHead } from "./proto/response_head.ts";

export type { RequestBody } from "@avx/semantics/requesting";

/** A request as a connection sends it. */
export interface Http1Request {
  /** The method, in the case it is sent in. */
  readonly method: string;
  /** The request target, in the form that is sent. */
  readonly target: string;
  /** Valid field lines, `host` included, without those that frame the body. */
  readonly lines: FieldLines;
  /** All of the body, or where to get it from. */
  readonly body: Uint8Array | RequestBody | undefined;
  /** The length of a body that is pulled, in bytes; `undefined` sends it chunked. */
  readonly length: number | undefined;
  /** Send `expect: 100-continue` and hold the body back until the peer asks for it. */
  readonly expectContinue: boolean;
  /** The lines ask for an upgrade, which the peer may grant with 101. */
  readonly upgrade: boolean;
}

/**
 * How far a failed exchange came: nothing was sent, nothing came back, or part of an answer did.
 * What was not answered can be sent again where the method is idempotent (RFC 9112 §9.3.1).
 */
export type ExchangeProgress = "unsent" | "unanswered" | "answered";

/** A request and whoever wants its response. The members are called from the read loop. */
export interface Http1Exchange {
  /** What is sent. */
  readonly request: Http1Request;
  /** An interim response has arrived (RFC 9110 §15.2). */
  informed(head: ResponseHead): void;
  /**
   * The head of the final response has arrived. A body that came with it whole is given as bytes
   * together with the trailers, and nothing follows; of a {@linkcode BodySource} the rest does,
   * and `finished` is called at its end.
   */
  answered(
    head: ResponseHead,
    body: Uint8Array | BodySource | undefined,
    trailers: FieldSection | undefined,
    now: number,
  ): void;
  /** The body given to `answered` has ended, with `error` if it was cut short. */
  finished(error: unknown): void;
  /** The peer has switched protocols: the transport, and what was read of it, belong to you. */
  upgraded(head: ResponseHead, transport: Transport, received: Uint8Array): void;
  /** There is no response. */
  failed(error: unknown, progress: ExchangeProgress): void;
}
