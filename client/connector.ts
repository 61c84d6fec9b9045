/**
 * From a route to a transport that is ready for its first request.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { attemptOrder } from "./connecting/address_order.ts";
import { Dialer, type HostPort } from "./connecting/dialer.ts";
import {
  type ConnectingPhase,
  type PhaseAttempt,
  type PhaseTerms,
  within,
} from "./connecting/phase.ts";
import { startTls } from "./connecting/tls_start.ts";
import { throughProxy } from "./connecting/tunnel.ts";
import type { ClientConfig, ClientProtocol } from "./options.ts";
import type { Route } from "./route.ts";

/** How long the phases of connecting took, in milliseconds. */
export interface ConnectTimes {
  /** Names to be resolved; 0 where they were known. */
  readonly dnsMs: number;
  /** The connection, to the proxy where there is one. */
  readonly connectMs: number;
  /** The proxy, until the way was open, TLS with it included; 0 without one. */
  readonly proxyMs: number;
  /** The TLS handshake; 0 in clear text. */
  readonly tlsMs: number;
}

/** A transport and how long it took. */
export interface Connected extends ConnectTimes {
  /** Ready for use: the handshake is complete. */
  readonly transport: Transport;
  /** What is spoken over it. */
  readonly protocol: "http/1.1" | "h2";
}

const ALPN_PROTOCOLS: Readonly<Record<ClientProtocol, readonly string[]>> = Object.freeze({
  "auto": ["h2", "http/1.1"],
  "h2": ["h2"],
  "http/1.1": ["http/1.1"],
});

/** An attempt to connect, as whoever carries it out sees it. */
export interface ConnectAttempt extends PhaseAttempt {
  /**
   * The origin's name has these addresses, as text. Who asked may find that a connection to one of
   * them will do (RFC 9113 §9.1.1): then the signal is aborted before this returns.
   */
  resolved?(addresses: readonly string[]): void;
}

type Addresses = readonly string[] | undefined;

/** Makes the connections of a client. */
export class Connector {
  readonly #config: ClientConfig;
  readonly #timers: Timers;
  readonly #dialer: Dialer;

  /** Makes one that knows no host yet. */
  constructor(config: ClientConfig, timers: Timers) {
    this.#config = config;
    this.#timers = timers;
    this.#dialer = new Dialer({ ...config, timers });
  }

  /**
   * Connects.
   *
   * @param attempt Gives the attempt up when it is aborted. It is aborted from here as well, when
   *   a phase takes too long.
   * @throws {ConnectError} If there is no way to the server.
   * @throws {TlsError} If the handshake fails or the certificate does not fit.
   * @throws {TimeoutError} If phase `dns`, `connect` or `tls` takes too long.
   */
  async connect(route: Route, attempt: ConnectAttempt): Promise<Connected> {
    const { origin } = route;
    const timers = this.#timers;
    const { transport: plain, ...times } = await this.#reach(route, attempt);
    const wanted = route.onlyHttp1 ? "http/1.1" : this.#config.protocol;
    const byDefault = wanted === "h2" ? "h2" : "http/1.1";
    // RFC 9113 §3.3: in clear text HTTP/2 is spoken by prior knowledge alone.
    if (!origin.encrypted) return { transport: plain, protocol: byDefault, ...times, tlsMs: 0 };
    const { network, observer } = this.#config;
    const { signal } = attempt;
    const alpnProtocols = ALPN_PROTOCOLS[wanted];
    const { hostname } = origin;
    const { tls } = route;
    const options = { network, tls, hostname, alpnProtocols, signal, timers, observer };
    const start = timers.now();
    const transport = await within(this.#terms("tls", attempt), () => startTls(plain, options));
    const chosen = transport.tls?.alpnProtocol ?? byDefault;
    const protocol = chosen === "h2" ? "h2" : "http/1.1";
    return { transport, protocol, ...times, tlsMs: timers.now() - start };
  }

  /** Connects in clear text, to the origin or as far as the way through the proxy. */
  async #reach(
    route: Route,
    attempt: ConnectAttempt,
  ): Promise<Omit<Connected, "tlsMs" | "protocol">> {
    const { origin, proxy, socketPath } = route;
    const { signal } = attempt;
    const timers = this.#timers;
    const start = timers.now();
    const first = proxy ?? origin;
    const addresses = socketPath === undefined
      ? await this.#addresses(first.hostname, attempt)
      : undefined;
    if (proxy === undefined && addresses !== undefined) attempt.resolved?.(addresses);
    const target = proxy === undefined ? undefined : await this.#target(route, attempt);
    if (signal.aborted) throw signal.reason;
    const resolved = timers.now();
    let connected = resolved;
    const transport = await within(this.#terms("connect", attempt), async () => {
      const opened = socketPath === undefined
        ? await this.#dialer.dial(first, addresses, signal)
        : await this.#dialer.dialPath(socketPath, signal);
      connected = timers.now();
      if (proxy === undefined) return opened;
      const { network, observer } = this.#config;
      return throughProxy(opened, { network, proxy, target, signal, timers, observer });
    });
    return {
      transport,
      dnsMs: resolved - start,
      connectMs: connected - resolved,
      proxyMs: timers.now() - connected,
    };
  }

  /** What a proxy is asked for; `undefined` where it is given requests. */
  async #target(route: Route, attempt: ConnectAttempt): Promise<HostPort | undefined> {
    const { origin, proxy, forwarded } = route;
    if (forwarded) return undefined;
    if (proxy?.protocol !== "socks5") return origin;
    const addresses = await this.#addresses(origin.hostname, attempt);
    const [first = origin.hostname] = attemptOrder(addresses ?? [], this.#config.preferredFamily);
    return { hostname: first, port: origin.port };
  }

  /** The network is another one now. */
  networkChanged(): void {
    this.#dialer.networkChanged();
  }

  /** What a host's name leads to; `undefined` where the network takes names. */
  #addresses(hostname: string, attempt: ConnectAttempt): Addresses | Promise<Addresses> {
    const known = this.#dialer.known(hostname);
    if (known !== undefined) return known;
    const asked = this.#dialer.resolve(hostname, attempt.signal);
    return asked instanceof Promise ? within(this.#terms("dns", attempt), () => asked) : asked;
  }

  #terms(phase: ConnectingPhase, attempt: PhaseAttempt): PhaseTerms {
    return { phase, limitMs: this.#config.timeouts[phase], timers: this.#timers, attempt };
  }
}
