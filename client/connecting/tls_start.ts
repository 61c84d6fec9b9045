/**
 * From clear text to TLS.
 *
 * @module
 */

import type { Observer } from "@avx/runtime/ports/observer";
import type { Network, Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import type { TlsIdentity } from "../route.ts";
import { inTime, reported } from "./phase.ts";

/** What a handshake needs. */
export interface TlsStartOptions {
  /** The way to the outside. */
  readonly network: Network;
  /** How the client identifies itself and the server. */
  readonly tls: TlsIdentity;
  /** The host, whose name is sent and verified unless `tls` has another. */
  readonly hostname: string;
  /** Protocols offered by ALPN, best first. */
  readonly alpnProtocols: readonly string[];
  /** Gives the handshake up. */
  readonly signal: AbortSignal;
  /** The time. */
  readonly timers: Timers;
  /** Hears what happens. */
  readonly observer: Observer | undefined;
}

/**
 * Does a handshake over `plain`, which is closed where it fails.
 *
 * @throws The platform's error, or the signal's reason.
 */
export async function startTls(plain: Transport, options: TlsStartOptions): Promise<Transport> {
  const { network, tls, hostname, alpnProtocols, signal, timers, observer } = options;
  const { caCerts, clientCertificate, verify } = tls;
  const serverName = tls.serverName ?? hostname;
  observer?.["tls.start"]?.({ serverName });
  const starting = network.startTls(plain, {
    serverName,
    alpnProtocols,
    caCerts,
    clientCertificate,
    verify,
    signal,
  }).catch((error) => {
    plain.close();
    throw signal.aborted ? signal.reason : translateError(error, "tls");
  });
  if (observer === undefined) return inTime(await starting, signal);
  const started = await reported(starting, timers, (end, transport) => {
    const alpnProtocol = transport?.tls?.alpnProtocol;
    observer["tls.end"]?.({ serverName, alpnProtocol, ...end });
  });
  return inTime(started, signal);
}
