/**
 * The default TLS server: `node:tls`, for what it has and `Deno.listenTls` has not.
 *
 * That is TCP_NODELAY (without it a fresh connection's first response waits 42 ms for a client that
 * delays its acknowledgements), a certificate chosen by server name, replaced while running, and
 * certificates of clients.
 *
 * @module
 */

import type { AddressInfo, Server as NetServer, Socket } from "node:net";
import * as tls from "node:tls";
import type {
  Address,
  KeyPair,
  TlsListener,
  TlsListenOptions,
  Transport,
} from "../ports/transport.ts";
import { closedError, systemError } from "../translate_error.ts";
import { checkKeyPair } from "./key_pair.ts";
import { bindHandle, type BindTarget, keepAccepting, type ServerHandle } from "./node_handle.ts";
import { NodeTlsTransport } from "./node_tls_transport.ts";

/** Where and how to listen. */
export interface NodeTlsListenOptions {
  /** The address to bind. */
  readonly target: BindTarget;
  /** Pending connections the system holds. */
  readonly backlog: number;
  /** How to identify. */
  readonly tls: TlsListenOptions;
}

/**
 * Listens with `node:tls`.
 *
 * @throws {Error} If the address cannot be had or the certificate cannot be read.
 */
export function listenNodeTls(options: NodeTlsListenOptions): TlsListener {
  return new NodeTlsListener(options);
}

class NodeTlsListener implements TlsListener {
  readonly addr: Address;
  readonly #options: TlsListenOptions;
  readonly #server: tls.Server;
  readonly #maxWaiting: number;
  readonly #path: string | undefined;
  readonly #transports = new WeakMap<Socket, NodeTlsTransport>();
  readonly #waiting: NodeTlsTransport[] = [];
  readonly #stopRepair: () => void;
  #acceptor: PendingAccept | undefined;
  #error: Error | undefined;
  #closed = false;

  constructor({ target, backlog, tls: options }: NodeTlsListenOptions) {
    checkKeyPair(options);
    this.#options = options;
    this.#maxWaiting = backlog;
    this.#path = "path" in target ? target.path : undefined;
    this.#server = tls.createServer(serverOptions(options));
    this.#server.prependListener("connection", (socket) => this.#accepted(socket));
    this.#server.on("secureConnection", (session) => this.#of(session)?.secured(session));
    this.#server.on("tlsClientError", (error, session) => this.#handshakeFailed(session, error));
    this.#server.on("error", (error) => this.#fail(error));
    const handle = bindHandle(target);
    listenOn(this.#server, handle, backlog);
    this.addr = this.#path === undefined
      ? addressOf(this.#server.address() as AddressInfo)
      : { transport: "unix", path: this.#path };
    this.#stopRepair = this.#path === undefined ? keepAccepting(handle, backlog) : () => {};
  }

  accept(): Promise<Transport> {
    const transport = this.#waiting.shift();
    if (transport !== undefined) return Promise.resolve(transport);
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#acceptor !== undefined) {
      return Promise.reject(new TypeError("Cannot accept as another accept is pending"));
    }
    return new Promise((resolve, reject) => {
      this.#acceptor = { resolve, reject };
    });
  }

  setCertificate(pair: KeyPair): void {
    checkKeyPair(pair);
    this.#server.setSecureContext(contextOptions(this.#options, pair));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopRepair();
    this.#server.close();
    for (const transport of this.#waiting.splice(0)) transport.close();
    this.#fail(closedError("The listener has been closed"));
  }

  ref(): void {
    this.#server.ref();
  }

  unref(): void {
    this.#server.unref();
  }

  #accepted(socket: Socket): void {
    socket.on("error", ignore); // told by the session, too
    if (this.#closed || this.#waiting.length >= this.#maxWaiting) return void socket.destroy();
    const transport = new NodeTlsTransport(socket, this.#path);
    this.#transports.set(socket, transport);
    const acceptor = this.#acceptor;
    this.#acceptor = undefined;
    if (acceptor === undefined) this.#waiting.push(transport);
    else acceptor.resolve(transport);
  }

  #handshakeFailed(session: tls.TLSSocket, error: Error): void {
    this.#of(session)?.failed(error);
    session.destroy();
  }

  // The session tells the socket below it; a session that could not even start is that socket.
  #of(session: tls.TLSSocket): NodeTlsTransport | undefined {
    const below = (session as unknown as { _parent?: Socket })._parent;
    return this.#transports.get(below ?? session);
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#acceptor?.reject(this.#error);
    this.#acceptor = undefined;
  }
}

interface PendingAccept {
  readonly resolve: (transport: Transport) => void;
  readonly reject: (error: Error) => void;
}

function ignore(): void {}

function listenOn(server: NetServer, handle: ServerHandle, backlog: number): void {
  server.listen(handle, backlog);
  if (server.listening) return;
  // The reason comes with an event, later. The address could be had a moment ago; what is left is
  // that somebody was faster, or holds a port that was to be shared.
  throw systemError("AddrInUse", "EADDRINUSE", "Address already in use");
}

function serverOptions(options: TlsListenOptions): tls.TlsOptions {
  const { clientCertificate = "none", resolveCertificate } = options;
  return {
    ...contextOptions(options, options),
    noDelay: true,
    ALPNProtocols: [...options.alpnProtocols],
    requestCert: clientCertificate !== "none",
    rejectUnauthorized: clientCertificate === "require",
    ...resolveCertificate && { SNICallback: sniCallback(options, resolveCertificate) },
  };
}

function contextOptions(options: TlsListenOptions, pair: KeyPair): tls.SecureContextOptions {
  const { clientCaCerts, minVersion } = options;
  return {
    cert: pair.cert,
    key: pair.key,
    ...clientCaCerts && { ca: [...clientCaCerts] },
    ...minVersion && { minVersion },
  };
}

type SniCallback = NonNullable<tls.TlsOptions["SNICallback"]>;

function sniCallback(
  options: TlsListenOptions,
  resolve: NonNullable<TlsListenOptions["resolveCertificate"]>,
): SniCallback {
  // A pair given again is not parsed again. One that is dropped takes its context along.
  const contexts = new WeakMap<KeyPair, tls.SecureContext>();
  const contextOf = (pair: KeyPair): tls.SecureContext => {
    const known = contexts.get(pair);
    if (known !== undefined) return known;
    checkKeyPair(pair);
    const context = tls.createSecureContext(contextOptions(options, pair));
    contexts.set(pair, context);
    return context;
  };
  const choose = async (serverName: string): Promise<tls.SecureContext | undefined> => {
    const pair = serverName === "" ? undefined : await resolve(serverName);
    return pair && contextOf(pair);
  };
  return (serverName, done) => {
    choose(serverName).then(
      (context) => done(null, context),
      (error: unknown) => done(error as Error),
    );
  };
}

function addressOf({ address, port }: AddressInfo): Address {
  return { transport: "tcp", hostname: address, port };
}
