/**
 * A promise that is settled from outside.
 *
 * @module
 */

/**
 * A promise together with the functions that settle it.
 *
 * @example An event as a promise
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Deferred } from "@avx/runtime/deferred";
 *
 * const opened = new Deferred<string>();
 * const greeting = opened.promise.then((name) => `hello ${name}`);
 * opened.resolve("world");
 * assertEquals(await greeting, "hello world");
 * ```
 */
export class Deferred<T> {
  /** Settles as {@linkcode resolve} or {@linkcode reject} says, whichever is called first. */
  readonly promise: Promise<T>;
  /** Fulfils the promise; later calls do nothing. */
  readonly resolve: (value: T | PromiseLike<T>) => void;
  /** Rejects the promise; later calls do nothing. */
  readonly reject: (reason?: unknown) => void;

  /** Makes a pending one. */
  constructor() {
    let resolve!: (value: T | PromiseLike<T>) => void;
    let reject!: (reason?: unknown) => void;
    this.promise = new Promise<T>((fulfil, fail) => {
      resolve = fulfil;
      reject = fail;
    });
    this.resolve = resolve;
    this.reject = reject;
  }
}
