/**
 * What a wait needs to know of an `AbortSignal`, so that pure files can take one.
 *
 * @module
 */

/** The part of `AbortSignal` that waits use. Every `AbortSignal` is one. */
export interface Cancellation {
  /** Whether the operation was given up. */
  readonly aborted: boolean;
  /** Why, once {@linkcode aborted}; what a wait rejects with. */
  readonly reason: unknown;
  /** Calls `listener` when the operation is given up. */
  addEventListener(type: "abort", listener: () => void): void;
  /** Takes `listener` back. */
  removeEventListener(type: "abort", listener: () => void): void;
}
