/**
 * A request on a client's connection, as whoever sends it and whoever carries it see it.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldLines, FieldSection } from "@avx/semantics/field-section";
import type { RequestBody } from "@avx/semantics/requesting";
import type { Http2ResponseHead } from "./proto/response_head.ts";

/** A request as a connection sends it. */
export interface Http2ClientRequest {
  /** The method. */
  readonly method: string;
  /** The path and the query. */
  readonly target: string;
  /** Valid field lines, `host` included, without those that frame the body. */
  readonly lines: FieldLines;
  /** All of the body, or where to get it from. */
  readonly body: Uint8Array | RequestBody | undefined;
  /** The length of a body that is pulled, in bytes; `undefined` where nobody knows. */
  readonly length: number | undefined;
  /** Send `expect: 100-continue` and hold the body back until the peer asks for it. */
  readonly expectContinue: boolean;
  /** The protocol of an extended CONNECT (RFC 8441), which takes the place of the method. */
  readonly protocol?: string;
  /** Asked for the trailers when the body has ended. */
  readonly trailers?: () => FieldLines | undefined;
}

/**
 * How far a failed exchange came: nothing was sent or nothing of it was acted upon, nothing came
 * back, or part of an answer did.
 */
export type Http2ExchangeProgress = "unsent" | "unanswered" | "answered";

/** A request and whoever wants its response. The members are called from the read loop. */
export interface Http2Exchange {
  /** What is sent. */
  readonly request: Http2ClientRequest;
  /** The stream it is on; 0 before it has one. The connection's to write. */
  streamId: number;
  /** An interim response has arrived (RFC 9110 §15.2). */
  informed(head: Http2ResponseHead): void;
  /**
   * The head of the final response has arrived. A body that came with it whole is given as bytes
   * together with the trailers, and nothing follows; of a {@linkcode BodySource} the rest does,
   * and `finished` is called at its end.
   */
  answered(
    head: Http2ResponseHead,
    body: Uint8Array | BodySource | undefined,
    trailers: FieldSection | undefined,
    now: number,
  ): void;
  /** The body given to `answered` has ended, with `error` if it was cut short. */
  finished(error: unknown): void;
  /** An extended CONNECT was accepted: the stream, as a transport, belongs to you. */
  upgraded(head: Http2ResponseHead, transport: Transport, received: Uint8Array): void;
  /** There is no response. */
  failed(error: unknown, progress: Http2ExchangeProgress): void;
}
