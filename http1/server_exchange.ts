/**
 * An exchange on a connection that answers in order.
 *
 * @module
 */

import type { FieldLines } from "@avx/semantics/field-section";
import { Exchange, type ExchangeOwner, type IncomingQueue } from "@avx/semantics/serving";
import type { ResponseParts } from "@avx/semantics/web";
import type { RequestHead } from "./proto/request_head.ts";

/** One request and its response, and what waits until it is their turn. */
export class ServerExchange extends Exchange {
  declare readonly head: RequestHead;
  /** The exchange behind this one. */
  following: ServerExchange | undefined = undefined;
  /** The response, while it waits for its turn. */
  parts: ResponseParts | undefined = undefined;
  /** Interim responses that wait for their turn: status and lines in turn. */
  interim: (number | FieldLines)[] | undefined = undefined;
  /** Whether the core answers this request itself, as it was broken. */
  refused = false;

  /** Makes the exchange of a request whose head has just arrived. */
  constructor(owner: ExchangeOwner, head: RequestHead, incoming: IncomingQueue | undefined) {
    super(owner, head, head.minorVersion === 0 ? "http/1.0" : "http/1.1", incoming);
  }

  /** @inheritdoc */
  override lose(error: Error): void {
    this.parts?.upgrade?.fail(error);
    this.parts = undefined;
    super.lose(error);
  }
}
