/**
 * A response as a connection received it.
 *
 * @module
 */

import type { Address, Transport } from "@avx/runtime/ports/transport";
import type { FieldSection } from "@avx/semantics/field-section";
import type { ResponseHead } from "@avx/semantics/head";
import type { ClientBody } from "./client_body.ts";
import type { Lease } from "./lease.ts";
import type { PreparedRequest } from "./prepared_request.ts";
import type { ClientResponse, RequestTimings, SwitchedConnection } from "./response.ts";

/** The head of a response over any version; of HTTP/1.x, it says which. */
export interface AnyHead extends ResponseHead {
  /** The minor version of HTTP/1.x. */
  readonly minorVersion?: number;
}

/** {@linkcode RequestTimings} as they come to be. */
export class Timings implements RequestTimings {
  readonly startedAt: number;
  /** See {@linkcode RequestTimings.connectionMs}. */
  connectionMs = 0;
  /** See {@linkcode RequestTimings.reused}. */
  reused = false;
  /** See {@linkcode RequestTimings.dnsMs}. */
  dnsMs = 0;
  /** See {@linkcode RequestTimings.connectMs}. */
  connectMs = 0;
  /** See {@linkcode RequestTimings.proxyMs}. */
  proxyMs = 0;
  /** See {@linkcode RequestTimings.tlsMs}. */
  tlsMs = 0;
  /** See {@linkcode RequestTimings.headersMs}. */
  headersMs = 0;
  /** See {@linkcode RequestTimings.totalMs}. */
  totalMs: number | undefined = undefined;

  /** Starts them. */
  constructor(startedAt: number) {
    this.startedAt = startedAt;
  }
}

/** {@linkcode ClientResponse} over a received head. */
export class Answer implements ClientResponse {
  readonly body: ClientBody;
  readonly timings: RequestTimings;
  readonly upgrade: SwitchedConnection | undefined;
  readonly protocol: ClientResponse["protocol"];
  readonly redirected = false;
  readonly #prepared: PreparedRequest;
  readonly #head: AnyHead;
  readonly #transport: Transport;

  /** Makes one of what a connection has received. */
  constructor(
    head: AnyHead,
    body: ClientBody,
    timings: RequestTimings,
    lease: Lease,
    upgrade: SwitchedConnection | undefined,
    prepared: PreparedRequest,
  ) {
    this.#head = head;
    this.body = body;
    this.timings = timings;
    this.#transport = lease.connection.transport;
    this.upgrade = upgrade;
    this.protocol = lease.protocol === "http/1.1" && head.minorVersion === 0
      ? "http/1.0"
      : lease.protocol;
    this.#prepared = prepared;
  }

  /** See {@linkcode ClientResponse.url}. */
  get url(): string {
    const { route: { origin, forwarded }, target } = this.#prepared;
    if (forwarded) return target; // a proxy is told all of it
    return `${origin.encrypted ? "https" : "http"}://${origin.authority}${target}`;
  }

  /** See {@linkcode ClientResponse.status}. */
  get status(): number {
    return this.#head.status;
  }

  /** See {@linkcode ClientResponse.statusText}. */
  get statusText(): string {
    return this.#head.reason;
  }

  /** See {@linkcode ClientResponse.headers}. */
  get headers(): FieldSection {
    return this.#head.fields;
  }

  /** See {@linkcode ClientResponse.remoteAddr}. */
  get remoteAddr(): Address {
    return this.#transport.remoteAddr;
  }

  /** See {@linkcode ClientResponse.trailers}. */
  get trailers(): FieldSection | undefined {
    return this.body.trailers;
  }
}
