/**
 * The observer port: named points at which a stack tells what it does.
 *
 * No observer, no cost: each point is one `undefined` check. A point's argument is one record of
 * plain values; an observer must not keep it or throw.
 *
 * @module
 */

/** What can be observed. Every member is optional; names are `subject.event`. */
export interface Observer {
  /** A connection was opened, by either end. */
  readonly "connection.open"?: (event: ConnectionOpened) => void;
  /** A connection is gone. */
  readonly "connection.close"?: (event: ConnectionClosed) => void;
  /** Accepting a connection failed and will be tried again after a pause. */
  readonly "accept.error"?: (event: AcceptFailed) => void;
  /** A request's head is complete (server) or about to be sent (client). */
  readonly "request.start"?: (event: RequestStarted) => void;
  /** A response has been sent (server) or received (client), or has failed. */
  readonly "request.end"?: (event: RequestEnded) => void;
  /** A peer broke the protocol or a limit. */
  readonly "protocol.error"?: (event: ProtocolViolated) => void;
  /** A request waits for a connection of the pool. */
  readonly "pool.wait"?: (event: { readonly origin: string; readonly waiting: number }) => void;
  /** A connection was taken from the pool for a request. */
  readonly "pool.acquire"?: (event: { readonly origin: string; readonly reused: boolean }) => void;
  /** A connection went back to the pool, or was dropped. */
  readonly "pool.release"?: (event: { readonly origin: string; readonly kept: boolean }) => void;
}

/** See {@linkcode Observer}. */
export interface ConnectionOpened {
  /** Which connection; unique within the process. */
  readonly connectionId: number;
  /** Which end we are. */
  readonly role: "client" | "server";
  /** The protocol spoken. */
  readonly protocol: string;
  /** Whether it is encrypted. */
  readonly encrypted: boolean;
}

/** See {@linkcode Observer}. */
export interface ConnectionClosed {
  /** Which connection. */
  readonly connectionId: number;
  /** How many requests it carried. */
  readonly requests: number;
  /** What ended it; `undefined` for a regular close. */
  readonly error: Error | undefined;
}

/** See {@linkcode Observer}. */
export interface AcceptFailed {
  /** The system's error code, such as `EMFILE`. */
  readonly code: string;
  /** The pause before the next try, in milliseconds. */
  readonly retryInMs: number;
}

/** See {@linkcode Observer}. */
export interface RequestStarted {
  /** Which connection. */
  readonly connectionId: number;
  /** Which request; unique within the process. */
  readonly requestId: number;
  /** The method, as sent. */
  readonly method: string;
  /** The request target, as sent. */
  readonly target: string;
}

/** See {@linkcode Observer}. */
export interface RequestEnded {
  /** Which connection. */
  readonly connectionId: number;
  /** Which request. */
  readonly requestId: number;
  /** The final status; 0 where there was none. */
  readonly status: number;
  /** From start to end, in milliseconds. */
  readonly durationMs: number;
  /** What went wrong, if anything. */
  readonly error: Error | undefined;
}

/** See {@linkcode Observer}. */
export interface ProtocolViolated {
  /** Which connection. */
  readonly connectionId: number;
  /** The violation's code, such as `HEAD_TOO_LARGE`. */
  readonly code: string;
  /** What was expected and what came. */
  readonly reason: string;
}
