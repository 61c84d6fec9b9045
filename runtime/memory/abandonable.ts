/**
 * Waits that a signal ends.
 *
 * @module
 */

/**
 * Waits for `promise`, but no longer than until `signal` is aborted.
 *
 * @param onAbort Called when the signal ends the wait.
 * @returns What `promise` settles to; rejects with the signal's reason.
 */
export function abandonable<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  onAbort: () => void = () => {},
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      onAbort();
      reject(signal.reason);
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort);
    promise.finally(() => signal.removeEventListener("abort", abort)).then(resolve, reject);
  });
}
