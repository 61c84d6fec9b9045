/**
 * From a route to a transport that is ready for its first request.
 *
 * @module
 */

import { TimeoutError, type TimeoutPhase } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import type { ClientConfig, ClientProtocol } from "./options.ts";
import type { Route } from "./route.ts";

/** A transport and how long it took. */
export interface Connected {
  /** Ready for use: the handshake is complete. */
  readonly transport: Transport;
  /** What is spoken over it. */
  readonly protocol: "http/1.1" | "h2";
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
export interface ConnectAttempt {
  /** Gives the attempt up. */
  readonly signal: AbortSignal;
  /** Gives it up from here, when a phase takes too long. */
  abort(reason: unknown): void;
  /**
   * The origin's name has these addresses, as text. Who asked may find that a connection to one of
   * them will do (RFC 9113 §9.1.1): then the signal is aborted before this returns.
   */
  resolved?(addresses: readonly string[]): void;
}

/**
 * Connects.
 *
 * @param attempt Gives the attempt up when it is aborted. It is aborted from here as well, when
 *   a phase takes too long.
 * @throws {ConnectError} If there is no way to the server.
 * @throws {TlsError} If the handshake fails or the certificate does not fit.
 * @throws {TimeoutError} If phase `connect` or `tls` takes too long.
 */
export async function connect(
  route: Route,
  config: ClientConfig,
  timers: Timers,
  attempt: ConnectAttempt,
): Promise<Connected> {
  const { origin, tls, socketPath } = route;
  const { network, timeouts } = config;
  const { signal } = attempt;
  const start = timers.now();
  const address = socketPath === undefined
    ? { hostname: origin.hostname, port: origin.port, signal }
    : { path: socketPath, signal };
  const opening = withDeadline(
    () => network.connect(address),
    { phase: "connect", limitMs: timeouts.connect, timers, attempt },
  );
  const plain = await opening.catch((error) => {
    throw signal.aborted ? signal.reason : translateError(error, "connect");
  });
  if (signal.aborted) {
    plain.close();
    throw signal.reason;
  }
  const connected = timers.now();
  const connectMs = connected - start;
  const wanted = route.onlyHttp1 ? "http/1.1" : config.protocol;
  if (!origin.encrypted) {
    // RFC 9113 §3.3: in clear text HTTP/2 is spoken by prior knowledge alone.
    const protocol = wanted === "h2" ? "h2" : "http/1.1";
    return { transport: plain, protocol, connectMs, tlsMs: 0 };
  }
  const options = {
    serverName: tls.serverName ?? origin.hostname,
    alpnProtocols: ALPN_PROTOCOLS[wanted],
    caCerts: tls.caCerts,
    clientCertificate: tls.clientCertificate,
    verify: tls.verify,
    signal,
  };
  try {
    const transport = await withDeadline(
      () => network.startTls(plain, options),
      { phase: "tls", limitMs: timeouts.tls, timers, attempt },
    );
    if (signal.aborted) transport.close();
    else {
      const chosen = transport.tls?.alpnProtocol ?? (wanted === "h2" ? "h2" : "http/1.1");
      const protocol = chosen === "h2" ? "h2" : "http/1.1";
      return { transport, protocol, connectMs, tlsMs: timers.now() - connected };
    }
  } catch (error) {
    plain.close();
    if (!signal.aborted) throw translateError(error, "tls");
  }
  throw signal.reason;
}

interface Deadline {
  readonly phase: TimeoutPhase;
  readonly limitMs: number;
  readonly timers: Timers;
  readonly attempt: ConnectAttempt;
}

async function withDeadline<T>(act: () => Promise<T>, deadline: Deadline): Promise<T> {
  const { phase, limitMs, timers, attempt } = deadline;
  const timer = new WheelTimer(() => attempt.abort(new TimeoutError(phase, limitMs)));
  timers.schedule(timer, limitMs);
  try {
    return await act();
  } finally {
    timers.cancel(timer);
  }
}
