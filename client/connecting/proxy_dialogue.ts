/**
 * What is said to a proxy until it gives the way to the target, and how it answers.
 *
 * A dialogue is pure: it says what to send and how much to read, and is told what came.
 *
 * @module
 */

/** Why a proxy gives no way. */
export interface ProxyFailure {
  /** The code of the error that the caller gets. */
  readonly code: string;
  /** What was expected and what came. */
  readonly reason: string;
  /** What the proxy answered: an HTTP status, or the reply of SOCKS. */
  readonly status?: number;
}

/** One dialogue with a proxy. */
export interface ProxyDialogue {
  /** What is to be sent now; taken once. */
  take(): Uint8Array | undefined;
  /**
   * How many bytes may be read: so few that none of them can be the target's, as those belong to
   * whoever uses the connection next. 0 once the way is open.
   */
  readonly wantsBytes: number;
  /** These came. */
  receive(bytes: Uint8Array): ProxyFailure | undefined;
}
