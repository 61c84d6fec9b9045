/**
 * What a wait needs to know of an `AbortSignal`, so that pure files can take one.
 *
 * @module
 */

/**
 * The part of `AbortSignal` that waits use. Every `AbortSignal` is one.
 *
 * @example A wait that can be given up
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Cancellation } from "@avx/runtime/cancellation";
 *
 * function whenAborted(signal: Cancellation): Promise<unknown> {
 *   return new Promise((resolve) => {
 *     if (signal.aborted) resolve(signal.reason);
 *     else signal.addEventListener("abort", () => resolve(signal.reason));
 *   });
 * }
 *
 * const controller = new AbortController();
 * const reason = whenAborted(controller.signal);
 * controller.abort("enough");
 * assertEquals(await reason, "enough");
 * ```
 */
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
