/**
 * TLS clients that `Deno.startTls` cannot be: with a certificate of their own, without
 * verification, or over something that is not a TCP connection of Deno's.
 *
 * Unlike Deno's own sessions these do not tell a bare FIN from a closing alert: both are the end.
 *
 * @module
 */

import { isIP } from "node:net";
import * as tls from "node:tls";
import type { Address, TlsConnectOptions, TlsInfo, Transport } from "../ports/transport.ts";
import { NodeStream } from "./node_stream.ts";
import { tlsInfoOf } from "./node_tls_transport.ts";
import { duplexOf } from "./transport_duplex.ts";

/**
 * Does a TLS handshake as a client with `node:tls`. The transport is closed where it fails.
 *
 * @throws {Error} Why the handshake failed, or the signal's reason.
 */
export function startNodeTls(
  transport: Transport,
  options: TlsConnectOptions,
): Promise<Transport> {
  const { signal } = options;
  if (signal?.aborted) {
    transport.close();
    return Promise.reject(signal.reason);
  }
  const session = tls.connect({ ...connectOptions(options), socket: duplexOf(transport) });
  return new Promise((resolve, reject) => {
    const settled = (): void => signal?.removeEventListener("abort", abort);
    const fail = (error: Error): void => {
      settled();
      session.destroy();
      transport.close();
      reject(error);
    };
    const abort = (): void => fail(signal?.reason);
    signal?.addEventListener("abort", abort);
    session.once("error", fail);
    session.once("secureConnect", () => {
      settled();
      session.removeListener("error", fail);
      resolve(new NodeTlsClientTransport(transport, session, options.serverName));
    });
  });
}

class NodeTlsClientTransport implements Transport {
  readonly localAddr: Address;
  readonly remoteAddr: Address;
  readonly tls: TlsInfo;
  readonly encrypted: boolean = true;
  readonly #below: Transport;
  readonly #stream: NodeStream;
  #closed = false;

  constructor(below: Transport, session: tls.TLSSocket, serverName: string) {
    this.localAddr = below.localAddr;
    this.remoteAddr = below.remoteAddr;
    this.tls = { ...tlsInfoOf(session), serverName };
    this.#below = below;
    this.#stream = new NodeStream(session);
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#stream.read(into);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#stream.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#stream.closeWrite();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.close();
    this.#below.close();
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  ref(): void {
    this.#below.ref();
  }

  unref(): void {
    this.#below.unref();
  }
}

function connectOptions(options: TlsConnectOptions): tls.ConnectionOptions {
  const { serverName, alpnProtocols, caCerts, clientCertificate, verify = true } = options;
  return {
    // RFC 6066 §3: an address is not sent as a name, but it is verified.
    host: serverName,
    ...isIP(serverName) === 0 && { servername: serverName },
    ALPNProtocols: [...alpnProtocols],
    rejectUnauthorized: verify,
    ...caCerts && { ca: [...tls.rootCertificates, ...caCerts] },
    ...clientCertificate && { cert: clientCertificate.cert, key: clientCertificate.key },
  };
}
