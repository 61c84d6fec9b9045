/**
 * When a connection to one host may carry requests for another (RFC 9113 §9.1.1).
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import { type CertificateNames, certificateNames, isNamed } from "@avx/semantics/certificate-names";
import type { Route } from "./route.ts";

/** Whom a connection can speak for beside the host it was opened for. */
export interface Authority {
  /** The address that it was opened to, as text. */
  readonly address: string;
  /** The names of its server's certificate, which was verified. */
  readonly names: CertificateNames;
}

/**
 * Whom a connection over `route` can speak for.
 *
 * @returns `undefined` where nobody knows: in clear text, through a proxy, with a name other than
 *   the host's, without verification, or where the platform does not tell the certificate.
 */
export function authorityOf(route: Route, transport: Transport): Authority | undefined {
  const { remoteAddr } = transport;
  if (!mayBeHost(route) || remoteAddr.transport !== "tcp") return undefined;
  const { peerCertificate, peerVerified = false } = transport.tls ?? {};
  if (peerCertificate === undefined || !peerVerified) return undefined;
  const names = certificateNames(peerCertificate);
  return names === undefined ? undefined : { address: remoteAddr.hostname, names };
}

/** Whether requests by `route` may go over a connection of another at all. */
export function mayCoalesce(route: Route): boolean {
  return mayBeHost(route) && !route.onlyHttp1;
}

/**
 * Whether a connection over `host`, with that authority, can carry requests by `guest`.
 *
 * @param addresses Those that the guest's name has.
 */
export function canServe(
  host: Route,
  authority: Authority,
  guest: Route,
  addresses: readonly string[],
): boolean {
  // The same port, as an authority is a host and a port and a certificate names hosts only.
  return host.origin.port === guest.origin.port && host.tls.key === guest.tls.key &&
    addresses.includes(authority.address) && isNamed(authority.names, guest.origin.hostname);
}

function mayBeHost({ origin, proxy, tls, socketPath }: Route): boolean {
  return origin.encrypted && proxy === undefined && socketPath === undefined &&
    tls.serverName === undefined && tls.verify;
}
