/**
 * The resolver port: from a host's name to its addresses.
 *
 * @module
 */

/**
 * What a name led to.
 *
 * @example A name with both families
 * ```ts
 * import type { Resolution } from "@avx/runtime/ports/resolver";
 * import { assertEquals } from "@std/assert";
 *
 * const resolution: Resolution = { addresses: ["2001:db8::1", "192.0.2.1"], ttlMs: 60_000 };
 * assertEquals(resolution.addresses.length, 2);
 * ```
 */
export interface Resolution {
  /** IP addresses, those first that are to be tried first. None: the name does not exist. */
  readonly addresses: readonly string[];
  /** For how long they are good, in milliseconds, where that is known. */
  readonly ttlMs?: number;
}

/**
 * Finds addresses.
 *
 * @example A fixed table
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const network = new MemoryNetwork({ names: { "a.example": ["192.0.2.1"] } });
 * const { addresses } = await network.resolver!.resolve("a.example", {});
 * assertEquals(addresses, ["192.0.2.1"]);
 * ```
 */
export interface Resolver {
  /**
   * The addresses of `hostname`, which is no address itself. Rejects with the platform's error; that
   * a name does not exist has the code `ENOTFOUND`.
   *
   * @param options With a signal that gives the wait up.
   */
  resolve(
    hostname: string,
    options: { readonly signal?: AbortSignal },
  ): Promise<Resolution>;
}
