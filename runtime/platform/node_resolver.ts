/**
 * The system's resolver, by `node:dns`: the hosts file, search domains and all other sources that
 * the system knows. It does not tell how long an answer is good.
 *
 * @module
 */

import { lookup } from "node:dns";
import type { Resolution, Resolver } from "../ports/resolver.ts";

/** `getaddrinfo`. */
export class NodeResolver implements Resolver {
  /**
   * See {@linkcode Resolver.resolve}. The system cannot be told that nobody waits any more: the
   * signal ends the wait alone.
   */
  resolve(hostname: string, { signal }: { readonly signal?: AbortSignal }): Promise<Resolution> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const abort = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", abort);
      lookup(hostname, { all: true, verbatim: true }, (error, found) => {
        signal?.removeEventListener("abort", abort);
        if (error) reject(error);
        else resolve({ addresses: found.map(({ address }) => address) });
      });
    });
  }
}
