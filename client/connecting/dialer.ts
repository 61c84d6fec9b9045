/**
 * From a host to a connection in clear text.
 *
 * @module
 */

import type { Observer } from "@avx/runtime/ports/observer";
import type { Network, Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { type AddressFamily, attemptOrder } from "./address_order.ts";
import type { DnsConfig } from "./dns_options.ts";
import { raceAddresses } from "./happy_eyeballs.ts";
import { NameLookup } from "./name_lookup.ts";
import { inTime, reported } from "./phase.ts";

/** What a dialer needs. */
export interface DialerOptions {
  /** The way to the outside. */
  readonly network: Network;
  /** How names become addresses. */
  readonly dns: DnsConfig;
  /** The head start of each address, in milliseconds. */
  readonly attemptDelayMs: number;
  /** The family to begin with. */
  readonly preferredFamily: AddressFamily | undefined;
  /** The wheel. */
  readonly timers: Timers;
  /** Hears what happens. */
  readonly observer: Observer | undefined;
}

/** A host and a port. */
export interface HostPort {
  /** The name or the address, an IPv6 address without brackets. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
}

/** Connects to hosts, and remembers their addresses. */
export class Dialer {
  readonly #options: DialerOptions;
  readonly #names: NameLookup;

  /** Makes one that knows no host. */
  constructor(options: DialerOptions) {
    this.#options = options;
    this.#names = new NameLookup(options.dns, () => options.timers.now());
  }

  /**
   * The addresses of a host as far as they are known without asking.
   *
   * @returns `undefined` where {@linkcode resolve} has to ask.
   * @throws {ConnectError} If the name is known not to exist.
   */
  known(hostname: string): readonly string[] | undefined {
    return this.#names.known(hostname);
  }

  /** The network is another one now: what was known of names may not hold there. */
  networkChanged(): void {
    this.#names.clear();
  }

  /**
   * Asks for the addresses of a host.
   *
   * @returns A promise where somebody is asked; `undefined` where there is nobody to ask, as the
   *   network takes names.
   */
  resolve(
    hostname: string,
    signal: AbortSignal,
  ): Promise<readonly string[]> | readonly string[] | undefined {
    const { network, observer, timers } = this.#options;
    const asked = this.#names.ask(hostname, network.resolver, signal);
    if (observer === undefined || !(asked instanceof Promise)) return asked;
    observer["dns.start"]?.({ hostname });
    return reported(asked, timers, (end, addresses = []) => {
      observer["dns.end"]?.({ hostname, addresses, ...end });
    });
  }

  /**
   * Connects to a host whichever of its addresses answers first.
   *
   * @param addresses As resolved; `undefined` where the network takes names.
   */
  async dial(
    { hostname, port }: HostPort,
    addresses: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<Transport> {
    const { attemptDelayMs, preferredFamily, timers } = this.#options;
    try {
      return await raceAddresses(attemptOrder(addresses ?? [hostname], preferredFamily), {
        delayMs: attemptDelayMs,
        timers,
        signal,
        onWon: (address) => this.#names.prefer(hostname, address),
        open: (address, signal) =>
          this.#open({ hostname: address, port, signal }, { hostname, address, port }, signal),
      });
    } catch (error) {
      // Whoever has moved may have said so in the DNS by now.
      if (addresses !== undefined) this.#names.forget(hostname);
      throw error;
    }
  }

  /** Connects to a unix socket. */
  dialPath(path: string, signal: AbortSignal): Promise<Transport> {
    return this.#open({ path, signal }, { hostname: path, address: path, port: 0 }, signal);
  }

  async #open(
    target: Parameters<Network["connect"]>[0],
    event: HostPort & { readonly address: string },
    signal: AbortSignal,
  ): Promise<Transport> {
    const { network, observer, timers } = this.#options;
    if (observer === undefined) return inTime(await network.connect(target), signal);
    observer["connect.start"]?.(event);
    const opening = network.connect(target).catch((error) => {
      throw signal.aborted ? error : translateError(error, "connect");
    });
    const opened = await reported(opening, timers, (end) => {
      observer["connect.end"]?.({ ...event, ...end });
    });
    return inTime(opened, signal);
  }
}
