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
  const session = await startSession(conn, {
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

// Of what it refuses at once, such as a name that no certificate can have, Deno leaves the connection
// open, and of what it refuses later it does not.
async function startSession(
  conn: Deno.TcpConn,
  options: Deno.StartTlsOptions,
): Promise<Deno.TlsConn> {
  try {
    return await Deno.startTls(conn, options);
  } catch (error) {
    try {
      conn.close();
    } catch {
      // It is closed already.
    }
    throw error;
  }
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
    this.#info ??= new DenoTlsInfo(this.#conn, alpnProtocol ?? undefined, this.#serverName);
  }

  override unref(): void {
    this.#conn.unref?.();
  }

  override ref(): void {
    this.#conn.ref?.();
  }
}

/** What a session agreed on. The certificate is looked for when somebody asks. */
class DenoTlsInfo implements TlsInfo {
  readonly alpnProtocol: string | undefined;
  readonly serverName: string | undefined;
  readonly peerVerified: boolean;
  readonly #conn: Deno.TlsConn;
  #certificate: Uint8Array | undefined;

  constructor(
    conn: Deno.TlsConn,
    alpnProtocol: string | undefined,
    serverName: string | undefined,
  ) {
    this.alpnProtocol = alpnProtocol;
    this.serverName = serverName;
    this.peerVerified = serverName !== undefined;
    this.#conn = conn;
  }

  get peerCertificate(): Uint8Array | undefined {
    // Clients are not asked for one.
    if (this.#certificate === undefined && this.peerVerified) {
      this.#certificate = peerCertificateOf(this.#conn);
    }
    return this.#certificate;
  }
}

// Deno has a method that tells its own `node:tls` the certificate, under a symbol that it does not
// document. Where there is none of that name, the certificate is unknown.
function peerCertificateOf(conn: Deno.TlsConn): Uint8Array | undefined {
  const prototype = Object.getPrototypeOf(conn);
  const symbol = Object.getOwnPropertySymbols(prototype).find(({ description }) =>
    description === "getPeerCertificate"
  );
  if (symbol === undefined) return undefined;
  try {
    const { raw } = prototype[symbol].call(conn, false) ?? {};
    return raw instanceof Uint8Array ? raw : undefined;
  } catch {
    return undefined; // closed in the meantime
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
