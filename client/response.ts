/**
 * The plain record of a response: what `Client.request` gives.
 *
 * @module
 */

import type { Address, Transport } from "@avx/runtime/ports/transport";
import type { FieldSection } from "@avx/semantics/field-section";
import type { ClientBody } from "./client_body.ts";

/** How long the phases of a request took, in milliseconds from its start. */
export interface RequestTimings {
  /** When the request was made, in milliseconds on the scale of `performance.now()`. */
  readonly startedAt: number;
  /** Until it had a connection. */
  readonly connectionMs: number;
  /** Whether that connection had carried a request before. */
  readonly reused: boolean;
  /** How long the look-up of the name took, where one was needed; else 0. Not counted from the start. */
  readonly dnsMs: number;
  /** How long connecting took, on a connection that was opened; else 0. Not counted from the start. */
  readonly connectMs: number;
  /** How long a proxy took to open the way, TLS with it included; else 0. Not counted from the start. */
  readonly proxyMs: number;
  /** How long its TLS handshake took; else 0. Not counted from the start. */
  readonly tlsMs: number;
  /** Until the head of the response had arrived. */
  readonly headersMs: number;
  /** Until the body had ended; `undefined` before that. */
  readonly totalMs: number | undefined;
}

/**
 * A connection that has switched to another protocol (RFC 9110 §7.8), or over HTTP/2 a stream of one
 * (RFC 8441). It is yours to close.
 */
export interface SwitchedConnection {
  /** The transport, with no read or write pending. */
  readonly transport: Transport;
  /** What was read of the new protocol already. */
  readonly received: Uint8Array;
}

/** An informational response (RFC 9110 §15.2). */
export interface InformationalResponse {
  /** 100 to 199, but not 101. */
  readonly status: number;
  /** Its header section. */
  readonly headers: FieldSection;
}

/** A response. */
export interface ClientResponse {
  /** The status code. */
  readonly status: number;
  /** The reason phrase, which may be empty. */
  readonly statusText: string;
  /** The header section as received. */
  readonly headers: FieldSection;
  /** The URL that was asked for at last, without its fragment. */
  readonly url: string;
  /** Whether redirects led there. */
  readonly redirected: boolean;
  /** The protocol it came over. */
  readonly protocol: "http/1.0" | "http/1.1" | "h2";
  /** The server. */
  readonly remoteAddr: Address;
  /** The body. Read it, or `cancel()` it: until then the connection is taken. */
  readonly body: ClientBody;
  /** The trailer section, once the body was read to its end; `undefined` where there is none. */
  readonly trailers: FieldSection | undefined;
  /** How long it took. */
  readonly timings: RequestTimings;
  /** The connection, where the server switched (101, over HTTP/2 200); it has no body then. */
  readonly upgrade: SwitchedConnection | undefined;
}
