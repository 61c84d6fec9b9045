/**
 * TLS by Deno itself: the alternative server, and the client.
 *
 * The server cannot set TCP_NODELAY, reload a certificate, choose one by name or ask clients for
 * theirs. It costs less on small requests. Who prefers it asks for the backend `deno`.
 *
 * In Deno 2.9 a session that is closed in the middle of its handshake keeps its socket until the
 * peer does something, on either side. A server of this backend is therefore not safe against
 * clients that connect and stay silent: its descriptors are theirs. The backend `node` is.
 *
 * @module
 */

import type {
  Listener,
  TlsConnectOptions,
  TlsInfo,
  TlsListenOptions,
  Transport,
} from "../ports/transport.ts";
import { DenoListener } from "./deno_listener.ts";
import { DenoTransport } from "./deno_transport.ts";
import type { TcpListenOptions } from "./deno_tcp.ts";
import { checkKeyPair } from "./key_pair.ts";

/**
 * Listens with `Deno.listenTls`.
 *
 * @throws {TypeError} If something is asked for that only the backend `node` has.
 */
export function listenDenoTls(address: TcpListenOptions, options: TlsListenOptions): Listener {
  refuseMissing(address, options);
  checkKeyPair(options);
  const { hostname, port, backlog: tcpBacklog = 511 } = address;
  const { cert, key, alpnProtocols } = options;
  const listener = Deno.listenTls(
    {
      hostname,
      port,
      cert,
      key,
      alpnProtocols: [...alpnProtocols],
      tcpBacklog,
    } as Deno.ListenTlsOptions & Deno.TlsCertifiedKeyPem,
  );
  return new DenoListener(listener, (conn) => new DenoTlsTransport(conn, undefined));
}

/**
 * Does a TLS handshake as a client. The connection is closed where it fails.
 *
 * @throws {Error} Why the handshake failed, or the signal's reason.
 */
export async function startDenoTls(
  conn: Deno.TcpConn,
  options: TlsConnectOptions,
): Promise<Transport> {
  const { serverName, alpnProtocols, caCerts = [], signal } = options;
  if (signal?.aborted) {
    conn.close();
    throw signal.reason;
  }
  const session = await Deno.startTls(conn, {
    hostname: serverName,
    alpnProtocols: [...alpnProtocols],
    caCerts: [...caCerts],
  });
  const transport = new DenoTlsTransport(session, serverName);
  // A handshake cannot be given up but by closing.
  const abort = (): void => transport.close();
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  try {
    await transport.handshake();
  } catch (error) {
    transport.close();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", abort);
  }
  return transport;
}

/** A session of Deno's. `read` and `write` drive the handshake, too. */
class DenoTlsTransport extends DenoTransport {
  readonly #conn: Deno.TlsConn;
  readonly #serverName: string | undefined;
  #info: TlsInfo | undefined;

  constructor(conn: Deno.TlsConn, serverName: string | undefined) {
    super(conn);
    this.#conn = conn;
    this.#serverName = serverName;
  }

  override get tls(): TlsInfo | undefined {
    return this.#info;
  }

  override get encrypted(): boolean {
    return true;
  }

  override async handshake(): Promise<void> {
    const { alpnProtocol } = await this.#conn.handshake();
    this.#info ??= {
      alpnProtocol: alpnProtocol ?? undefined,
      serverName: this.#serverName,
      peerCertificate: undefined,
      peerVerified: this.#serverName !== undefined,
    };
  }

  override unref(): void {
    this.#conn.unref?.();
  }

  override ref(): void {
    this.#conn.ref?.();
  }
}

function refuseMissing(address: TcpListenOptions, options: TlsListenOptions): void {
  const { resolveCertificate, clientCertificate = "none", minVersion = "TLSv1.2" } = options;
  const missing = [
    resolveCertificate !== undefined && "resolveCertificate",
    clientCertificate !== "none" && "clientCertificate",
    minVersion !== "TLSv1.2" && "minVersion",
    address.reusePort && "reusePort",
  ].filter((name) => name);
  if (missing.length === 0) return;
  throw new TypeError(
    `Cannot listen with the TLS backend "deno" as it has no ${missing.join(", ")}: use "node"`,
  );
}
