/**
 * From a route to a transport that is ready for its first request.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { Dialer } from "./connecting/dialer.ts";
import {
  type ConnectingPhase,
  type PhaseAttempt,
  type PhaseTerms,
  within,
} from "./connecting/phase.ts";
import { startTls } from "./connecting/tls_start.ts";
import type { ClientConfig, ClientProtocol } from "./options.ts";
import type { Route } from "./route.ts";

/** A transport and how long it took. */
export interface Connected {
  /** Ready for use: the handshake is complete. */
  readonly transport: Transport;
  /** What is spoken over it. */
  readonly protocol: "http/1.1" | "h2";
  /** For the name to be resolved, in milliseconds; 0 where it was known. */
  readonly dnsMs: number;
  /** For the connection, in milliseconds. */
  readonly connectMs: number;
  /** For the TLS handshake, in milliseconds; 0 in clear text. */
  readonly tlsMs: number;
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
    const { origin, socketPath } = route;
    const { signal } = attempt;
    const timers = this.#timers;
    const dialer = this.#dialer;
    const start = timers.now();
    const addresses = socketPath === undefined
      ? await this.#addresses(origin.hostname, attempt)
      : undefined;
    if (addresses !== undefined) attempt.resolved?.(addresses);
    if (signal.aborted) throw signal.reason;
    const resolved = timers.now();
    const plain = await within(
      this.#terms("connect", attempt),
      () =>
        socketPath === undefined
          ? dialer.dial(origin, addresses, signal)
          : dialer.dialPath(socketPath, signal),
    );
    const connected = timers.now();
    const times = { dnsMs: resolved - start, connectMs: connected - resolved };
    const wanted = route.onlyHttp1 ? "http/1.1" : this.#config.protocol;
    const byDefault = wanted === "h2" ? "h2" : "http/1.1";
    // RFC 9113 §3.3: in clear text HTTP/2 is spoken by prior knowledge alone.
    if (!origin.encrypted) return { transport: plain, protocol: byDefault, ...times, tlsMs: 0 };
    const { network, observer } = this.#config;
    const alpnProtocols = ALPN_PROTOCOLS[wanted];
    const { hostname } = origin;
    const { tls } = route;
    const options = { network, tls, hostname, alpnProtocols, signal, timers, observer };
    const transport = await within(
      this.#terms("tls", attempt),
      () => startTls(plain, options),
    );
    const chosen = transport.tls?.alpnProtocol ?? byDefault;
    const protocol = chosen === "h2" ? "h2" : "http/1.1";
    return { transport, protocol, ...times, tlsMs: timers.now() - connected };
  }

  /** The network is another one now. */
  networkChanged(): void {
    this.#dialer.networkChanged();
  }

  /** What a host's name leads to; `undefined` where the network takes names. */
  #addresses(
    hostname: string,
    attempt: ConnectAttempt,
  ): readonly string[] | undefined | Promise<readonly string[] | undefined> {
    const known = this.#dialer.known(hostname);
    if (known !== undefined) return known;
    const asked = this.#dialer.resolve(hostname, attempt.signal);
    return asked && within(this.#terms("dns", attempt), () => asked);
  }

  #terms(phase: ConnectingPhase, attempt: PhaseAttempt): PhaseTerms {
    return { phase, limitMs: this.#config.timeouts[phase], timers: this.#timers, attempt };
  }
}
