/**
 * From names to addresses: what is known already, or what a resolver says.
 *
 * @module
 */

import { ConnectError } from "@avx/runtime/errors";
import type { Resolution, Resolver } from "@avx/runtime/ports/resolver";
import { errorCode, translateError } from "@avx/runtime/translate-error";
import { DnsCache } from "./dns_cache.ts";
import type { DnsConfig } from "./dns_options.ts";
import { isIpAddress } from "./ip_address.ts";

// RFC 6761 §6.3: these never leave the machine, whatever a resolver says. IPv4 comes first as it is
// what most servers of a developer listen on; one that is not there is refused at once.
const LOOPBACK_ADDRESSES: readonly string[] = Object.freeze(["127.0.0.1", "::1"]);

/** Resolves names for a client. Who asks for a name that is being resolved waits along. */
export class NameLookup {
  readonly #config: DnsConfig;
  readonly #cache: DnsCache;
  readonly #pending = new Map<string, SharedLookup>();
  readonly #now: () => number;

  /** Makes one that knows nothing. */
  constructor(config: DnsConfig, now: () => number) {
    this.#config = config;
    this.#cache = new DnsCache(config);
    this.#now = now;
  }

  /** How many names are remembered. */
  get size(): number {
    return this.#cache.size;
  }

  /**
   * What is known of `hostname` without asking.
   *
   * @returns `undefined` where a resolver has to be asked, if there is one.
   * @throws {ConnectError} If the name is known not to exist.
   */
  known(hostname: string): readonly string[] | undefined {
    if (isIpAddress(hostname)) return [hostname];
    const name = plainName(hostname);
    const knowledge = this.#cache.look(name, this.#now());
    if (knowledge.tag === "missing") throw notFound(hostname);
    return knowledge.tag === "fresh" ? knowledge.addresses : undefined;
  }

  /**
   * Asks for the addresses of `hostname`.
   *
   * @param resolver The platform's, for those who brought none of their own.
   * @returns A promise where somebody is asked; the addresses of `localhost` at once; `undefined`
   *   where there is nobody to ask, as the network takes names.
   * @throws {ConnectError} If there are none.
   */
  ask(
    hostname: string,
    resolver: Resolver | undefined,
    signal: AbortSignal,
  ): Promise<readonly string[]> | readonly string[] | undefined {
    const { resolve } = this.#config;
    const name = plainName(hostname);
    if (name === "localhost" || name.endsWith(".localhost")) {
      // A network without a resolver is perhaps allowed the name, and not the addresses.
      return resolver && LOOPBACK_ADDRESSES;
    }
    if (resolve === undefined && resolver === undefined) return undefined;
    let lookup = this.#pending.get(name);
    if (lookup === undefined) {
      lookup = new SharedLookup((signal) => this.#run(hostname, name, resolver, signal));
      this.#pending.set(name, lookup);
      const ended = (): void => this.#ended(name, lookup);
      lookup.promise.then(ended, ended);
    }
    return lookup.wait(signal, () => this.#ended(name, lookup));
  }

  /** `address` was the first of `hostname` to take a connection: it is tried first from now on. */
  prefer(hostname: string, address: string): void {
    this.#cache.prefer(plainName(hostname), address);
  }

  /** The addresses of `hostname` led nowhere: it is asked for anew next time. */
  forget(hostname: string): void {
    this.#cache.forget(plainName(hostname));
  }

  /** Every name is asked for anew next time. */
  clear(): void {
    this.#cache.clear();
  }

  #ended(name: string, lookup: SharedLookup | undefined): void {
    if (this.#pending.get(name) === lookup) this.#pending.delete(name);
  }

  async #run(
    hostname: string,
    name: string,
    resolver: Resolver | undefined,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    let resolution: Resolution;
    try {
      const { resolve } = this.#config;
      resolution = resolutionOf(
        resolve === undefined
          ? await resolver!.resolve(hostname, { signal })
          : await resolve(hostname, { signal }),
      );
    } catch (error) {
      if (!isMissing(error)) return this.#staleOf(name, error);
      resolution = { addresses: [] };
    }
    this.#cache.store(name, resolution, this.#now());
    if (resolution.addresses.length === 0) throw notFound(hostname);
    return resolution.addresses;
  }

  #staleOf(name: string, error: unknown): readonly string[] {
    const knowledge = this.#cache.look(name, this.#now());
    if (knowledge.tag === "unknown" && knowledge.stale !== undefined) return knowledge.stale;
    throw translateError(error, "connect");
  }
}

/** A look-up that several wait for. It is given up when the last of them has gone. */
class SharedLookup {
  readonly promise: Promise<readonly string[]>;
  readonly #controller = new AbortController();
  #waiting = 0;

  constructor(run: (signal: AbortSignal) => Promise<readonly string[]>) {
    this.promise = run(this.#controller.signal);
  }

  wait(signal: AbortSignal, onAbandoned: () => void): Promise<readonly string[]> {
    this.#waiting++;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        reject(signal.reason);
        if (--this.#waiting > 0) return;
        onAbandoned();
        this.#controller.abort(signal.reason);
      };
      if (signal.aborted) return abort();
      signal.addEventListener("abort", abort);
      const settled = (): void => signal.removeEventListener("abort", abort);
      this.promise.finally(settled).then(resolve, reject);
    });
  }
}

// RFC 1034 §3.1: names are compared without case, and a dot at the end says that one is complete.
function plainName(hostname: string): string {
  const lower = hostname.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

function resolutionOf(answer: readonly string[] | Resolution): Resolution {
  const resolution = "addresses" in answer ? answer : { addresses: answer };
  const wrong = resolution.addresses.find((address) => !isIpAddress(address));
  if (wrong === undefined) return resolution;
  throw new ConnectError(`Cannot connect: "${wrong}" was resolved and is no IP address`, {
    code: "DNS_INVALID_ANSWER",
  });
}

const MISSING_CODES = new Set(["ENOTFOUND", "ENODATA", "EAI_NODATA", "EAI_NONAME"]);

function isMissing(error: unknown): boolean {
  const code = errorCode(error);
  return code !== undefined && MISSING_CODES.has(code);
}

function notFound(hostname: string): ConnectError {
  return new ConnectError(`Cannot connect: host name not found: "${hostname}"`, {
    code: "ENOTFOUND",
  });
}
