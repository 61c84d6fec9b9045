/**
 * A connection with `node:tls` on it as a {@linkcode Transport}.
 *
 * @module
 */

import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Address, TlsInfo, Transport } from "../ports/transport.ts";
import { closedError, systemError } from "../translate_error.ts";
import { valveOf } from "./node_handle.ts";
import { NodeStream } from "./node_stream.ts";
import { shortcutOf } from "./node_tls_shortcut.ts";

/** An accepted connection: first a socket on which a handshake runs, then a TLS session. */
export class NodeTlsTransport implements Transport {
  /** See {@linkcode Transport.localAddr}. */
  readonly localAddr: Address;
  /** See {@linkcode Transport.remoteAddr}. */
  readonly remoteAddr: Address;
  /** See {@linkcode Transport.encrypted}. */
  readonly encrypted: boolean = true;
  readonly #socket: Socket;
  readonly #handshake: Promise<void>;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  #stream: NodeStream | undefined;
  #tls: TlsInfo | undefined;
  #closed = false;

  /** Wraps the socket below; `secured` or `failed` tell what became of the handshake. */
  constructor(socket: Socket, path?: string) {
    this.#socket = socket;
    this.localAddr = path === undefined
      ? tcpAddress(socket.localAddress, socket.localPort)
      : { transport: "unix", path };
    this.remoteAddr = path === undefined
      ? tcpAddress(socket.remoteAddress, socket.remotePort)
      : { transport: "unix", path: "" };
    this.#handshake = new Promise((resolve, reject) => this.#settle = { resolve, reject });
    // Whoever reads, writes or waits for the handshake gets the error; nobody has to.
    this.#handshake.catch(() => {});
    socket.once("close", () => this.failed(endedEarly()));
  }

  /** The handshake is complete. */
  secured(session: TLSSocket): void {
    if (this.#settle === undefined) return void session.destroy();
    // Before, a peer that ends its half has given the handshake up. From now on it may do so.
    session.allowHalfOpen = true;
    this.#tls = tlsInfoOf(session);
    this.#stream = new NodeStream(session, {
      valve: valveOf(this.#socket),
      shortcut: shortcutOf(session),
    });
    this.#settle.resolve();
    this.#settle = undefined;
  }

  /** The handshake came to nothing. */
  failed(error: Error): void {
    this.#settle?.reject(error);
    this.#settle = undefined;
  }

  /** See {@linkcode Transport.tls}. */
  get tls(): TlsInfo | undefined {
    return this.#tls;
  }

  /** See {@linkcode Transport.read}. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#stream !== undefined) return this.#stream.read(into);
    return this.#handshake.then(() => this.#secureStream().read(into));
  }

  /** See {@linkcode Transport.write}. */
  write(bytes: Uint8Array): Promise<number> {
    if (this.#stream !== undefined) return this.#stream.write(bytes);
    return this.#handshake.then(() => this.#secureStream().write(bytes));
  }

  /** See {@linkcode Transport.closeWrite}. */
  closeWrite(): Promise<void> {
    if (this.#stream !== undefined) return this.#stream.closeWrite();
    return this.#handshake.then(() => this.#secureStream().closeWrite());
  }

  /** See {@linkcode Transport.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.failed(closedError("The transport has been closed"));
    if (this.#stream !== undefined) this.#stream.close();
    else this.#socket.destroy();
  }

  /** See {@linkcode Transport.handshake}. */
  handshake(): Promise<void> {
    return this.#handshake;
  }

  /** See {@linkcode Transport.ref}. */
  ref(): void {
    this.#socket.ref();
  }

  /** See {@linkcode Transport.unref}. */
  unref(): void {
    this.#socket.unref();
  }

  #secureStream(): NodeStream {
    return this.#stream as NodeStream;
  }
}

/** What a session of `node:tls` agreed on. */
export function tlsInfoOf(session: TLSSocket): TlsInfo {
  const { alpnProtocol, authorized } = session;
  const serverName = (session as { servername?: string | false | null }).servername;
  const certificate = session.getPeerX509Certificate?.()?.raw;
  return {
    alpnProtocol: alpnProtocol || undefined,
    serverName: serverName || undefined,
    peerCertificate: certificate === undefined ? undefined : new Uint8Array(certificate),
    peerVerified: certificate !== undefined && authorized,
  };
}

function endedEarly(): Error {
  return systemError("UnexpectedEof", "UNEXPECTED_EOF", "The connection ended in the handshake");
}

function tcpAddress(hostname: string | undefined, port: number | undefined): Address {
  return { transport: "tcp", hostname: hostname ?? "", port: port ?? 0 };
}
