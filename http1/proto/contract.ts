/* DRAFT CONTRACT - to be replaced by the real classes; kept only while the cores are being written. */
import type { FieldLines, FieldSection } from "@avx/semantics/field-section";
import type { ClientEvent, ServerEvent } from "./events.ts";

export interface RequestHeadContract {
  readonly method: string; // interned for registered methods
  readonly target: string; // as sent; equal to the connection's previous one => the same string
  readonly minorVersion: 0 | 1;
  readonly fields: FieldSection; // WireFields over the received bytes; indexes itself only when first asked
  readonly hasBody: boolean;
  readonly contentLength: number | undefined; // undefined: chunked (or no body)
  readonly expectsContinue: boolean;
  readonly upgrade: string | undefined; // lower-case value of Upgrade where Connection lists it, HTTP/1.1 only
  readonly keepAlive: boolean; // what the peer asked for
  readonly host: string | undefined; // value of Host
}
export interface ResponseHeadContract {
  readonly status: number; readonly reason: string; readonly minorVersion: 0 | 1;
  readonly fields: FieldSection; readonly contentLength: number | undefined; readonly keepAlive: boolean;
}
/** Common verbs (DESIGN section 2). */
interface Core<E> {
  receive(bytes: Uint8Array, now: number): void;
  next(): E | undefined;
  transmit(): Uint8Array | undefined;
  readonly deadline: number | undefined;
  tick(now: number): void;
  readonly wantsInput: boolean;
}
export interface ServerCoreContract extends Core<ServerEvent> {
  // Pipelining: next() yields request n+1 while n is unanswered only if n's body is complete, n asked for no upgrade,
  // and fewer than limits.maxPipelinedRequests are unanswered. All sends concern the OLDEST unanswered request ("front").
  readonly unanswered: number;
  /** Complete response in one call. body string is UTF-8 encoded. lines must be validated or pre-validated block. */
  sendWhole(status: number, reason: string, lines: FieldLines, body: string | Uint8Array | undefined): void;
  /** Head of a response whose body follows. length undefined: chunked on 1.1, until close on 1.0. */
  sendHead(status: number, reason: string, lines: FieldLines, length: number | undefined): void;
  sendInformational(status: number, lines: FieldLines): void;
  sendContinue(): void; // 100, once, only if the newest request expects it and nothing was sent yet
  sendData(bytes: Uint8Array): void; // counted against the declared length; throws LocalProtocolError past it
  sendEnd(trailers?: FieldLines): void; // throws LocalProtocolError if short of the declared length
  sendUpgrade(status: 101 | 200, lines: FieldLines): void; // then takeRemainder()
  takeRemainder(): Uint8Array;
  abort(): void; // the response cannot be completed: close without making it look complete
  discardBody(): void; // nobody will read the newest request's body: drain within limits.maxDrainBytes, else close
  shutdown(): void; // answer what is in flight with `connection: close`, take no new request
  readonly queuedBytes: number; // not yet transmitted
  /** What the driver does once everything is transmitted. */
  readonly disposition: "open" | "close" | "linger" | "upgraded";
}
export interface ClientCoreContract extends Core<ClientEvent> {
  sendHead(head: { method: string; target: string; lines: FieldLines; body: "none" | "chunked" | number; expectContinue?: boolean; upgrade?: boolean }): void;
  sendData(bytes: Uint8Array): void;
  sendEnd(trailers?: FieldLines): void;
  takeRemainder(): Uint8Array;
  readonly queuedBytes: number;
  readonly state: "new" | "active" | "idle" | "closed"; // idle: may carry another request
}
