/**
 * The transport port: what a protocol driver needs of a byte stream, and nothing more.
 *
 * @module
 */

import type { Resolver } from "./resolver.ts";

/**
 * Where one end of a transport is.
 *
 * @example The port that was chosen
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import type { Address } from "@avx/runtime/ports/transport";
 * import { assert } from "@std/assert";
 *
 * const listener = new MemoryNetwork().listen({ hostname: "localhost", port: 0 });
 * const addr: Address = listener.addr;
 * assert(addr.transport === "tcp" && addr.port > 0);
 * ```
 */
export type Address =
  | { readonly transport: "tcp"; readonly hostname: string; readonly port: number }
  | { readonly transport: "unix"; readonly path: string }
  | { readonly transport: "memory"; readonly name: string };

/** What a finished TLS handshake agreed on. */
export interface TlsInfo {
  /** The protocol chosen by ALPN (RFC 7301), or `undefined` where none was. */
  readonly alpnProtocol: string | undefined;
  /** The name the client asked for (SNI, RFC 6066 §3), where the platform tells. */
  readonly serverName: string | undefined;
  /** The peer's certificate in DER, where one was asked for and given. */
  readonly peerCertificate: Uint8Array | undefined;
  /** Whether the peer's certificate was verified against the configured authorities. */
  readonly peerVerified: boolean;
}

/**
 * A full-duplex byte stream.
 *
 * Rejections are the platform's own errors, so that no promise is added on a hot path; a driver
 * translates them with `translateError` before anyone else sees them.
 *
 * @example Write all of it, read to the end
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import type { Transport } from "@avx/runtime/ports/transport";
 * import { assertEquals } from "@std/assert";
 *
 * async function writeAll(transport: Transport, bytes: Uint8Array): Promise<void> {
 *   for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
 * }
 *
 * const [client, server] = memoryPair({ faults: { maxWriteBytes: 2 } });
 * await writeAll(client, new Uint8Array(5));
 * await client.closeWrite();
 *
 * const into = new Uint8Array(16);
 * let total = 0;
 * for (let count; (count = await server.read(into)) !== null;) total += count;
 * assertEquals(total, 5);
 * ```
 */
export interface Transport {
  /** This end. */
  readonly localAddr: Address;
  /** The other end. */
  readonly remoteAddr: Address;
  /** What TLS agreed on; `undefined` on a clear-text transport, and before {@linkcode handshake}. */
  readonly tls: TlsInfo | undefined;
  /** Whether the bytes travel encrypted. */
  readonly encrypted: boolean;
  /**
   * Reads what is there, at most `into.length` bytes, waiting for the first.
   *
   * One read at a time. A pending read is ended only by {@linkcode close}.
   *
   * @returns How many bytes were read, or `null` at the end of the stream.
   */
  read(into: Uint8Array): Promise<number | null>;
  /**
   * Writes some of `bytes`. One write at a time; a partial write is normal.
   *
   * @returns How many bytes were written, at least one unless `bytes` is empty.
   */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the writing half (FIN, or close_notify over TLS); reading goes on. */
  closeWrite(): Promise<void>;
  /** Closes both halves. A pending read or write rejects. Calling it again does nothing. */
  close(): void;
  /** Completes the TLS handshake; at once on clear text. Safe to call again. */
  handshake(): Promise<void>;
  /** Keeps the process alive while this transport is open (the initial state). */
  ref(): void;
  /** Lets the process end while this transport is open. */
  unref(): void;
}

/**
 * A source of accepted transports.
 *
 * @example An accept loop
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import type { Listener } from "@avx/runtime/ports/transport";
 * import { isClosedError } from "@avx/runtime/translate-error";
 * import { assertEquals } from "@std/assert";
 *
 * let served = 0;
 * async function acceptAll(listener: Listener): Promise<void> {
 *   try {
 *     for (;;) {
 *       const transport = await listener.accept();
 *       served++;
 *       transport.close();
 *     }
 *   } catch (error) {
 *     if (!isClosedError(error)) throw error;
 *   }
 * }
 *
 * const network = new MemoryNetwork();
 * const listener = network.listen({ hostname: "localhost", port: 80 });
 * const loop = acceptAll(listener);
 * for (let count = 0; count < 3; count++) await network.connect({ hostname: "localhost", port: 80 });
 * listener.close();
 * await loop;
 * assertEquals(served, 3);
 * ```
 */
export interface Listener {
  /** Where it listens, with the port that was chosen. */
  readonly addr: Address;
  /**
   * The next connection. TLS handshakes are not awaited here, so a bad peer cannot stop the loop.
   *
   * One accept at a time. Rejects with the platform's error; after {@linkcode close} with one for
   * which `isClosedError` holds.
   */
  accept(): Promise<Transport>;
  /** Stops listening. Transports already accepted stay open. Calling it again does nothing. */
  close(): void;
  /** Keeps the process alive while listening (the initial state). */
  ref(): void;
  /** Lets the process end while listening. */
  unref(): void;
}

/** A certificate chain with its private key, both PEM. */
export interface KeyPair {
  /** The certificate chain, leaf first. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}

/** How a TLS server identifies itself and its peers. */
export interface TlsListenOptions extends KeyPair {
  /** Protocols offered by ALPN, best first. */
  readonly alpnProtocols: readonly string[];
  /** Which implementation does the work; see the notes in `platform/deno_tls.ts`. */
  readonly backend: "node" | "deno";
  /** Chooses a certificate by server name; `undefined` keeps the default one. Backend `node`. */
  readonly resolveCertificate?: (
    serverName: string,
  ) => KeyPair | undefined | Promise<KeyPair | undefined>;
  /** Asks clients for a certificate. Backend `node` only. @default {"none"} */
  readonly clientCertificate?: "none" | "request" | "require";
  /** Authorities that client certificates are verified against, PEM. */
  readonly clientCaCerts?: readonly string[];
  /** The lowest version accepted. Backend `node`; the other always accepts 1.2 and 1.3. */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
}

/** Where and how to listen. */
export type ListenOptions = {
  /** Pending connections the system holds. @default {511} */
  readonly backlog?: number;
  /** Lets several processes or workers share the port. @default {false} */
  readonly reusePort?: boolean;
  /** Serve TLS. */
  readonly tls?: TlsListenOptions;
} & ({ readonly hostname: string; readonly port: number } | { readonly path: string });

/** A TLS listener whose certificate can be replaced while it runs. */
export interface TlsListener extends Listener {
  /** Uses another certificate for handshakes from now on; open connections stay as they are. */
  setCertificate(pair: KeyPair): void;
}

/** Where and how to connect. */
export type ConnectOptions = {
  /** Gives the attempt up; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
} & ({ readonly hostname: string; readonly port: number } | { readonly path: string });

/** How a TLS client verifies its peer. */
export interface TlsConnectOptions {
  /** The name that is sent (SNI) and verified. */
  readonly serverName: string;
  /** Protocols offered by ALPN, best first. */
  readonly alpnProtocols: readonly string[];
  /** Authorities trusted beside the system's, PEM. */
  readonly caCerts?: readonly string[];
  /** The client's own certificate. */
  readonly clientCertificate?: KeyPair;
  /** `false` accepts any certificate: for tests only. @default {true} */
  readonly verify?: boolean;
  /** Gives the handshake up. */
  readonly signal?: AbortSignal;
}

/**
 * The way to the outside: a platform's sockets, or the in-memory network in tests.
 *
 * @example The same code on sockets and in memory
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import { network } from "@avx/runtime/platform";
 * import type { Network } from "@avx/runtime/ports/transport";
 * import { assertEquals } from "@std/assert";
 *
 * async function firstByte(network: Network): Promise<number> {
 *   const listener = network.listen({ hostname: "127.0.0.1", port: 0 });
 *   if (listener.addr.transport !== "tcp") throw new TypeError("Expected a TCP address");
 *   const { hostname, port } = listener.addr;
 *   const client = await network.connect({ hostname, port });
 *   const server = await listener.accept();
 *   await server.write(new Uint8Array([42]));
 *   const into = new Uint8Array(1);
 *   await client.read(into);
 *   for (const end of [client, server, listener]) end.close();
 *   return into[0];
 * }
 *
 * assertEquals(await firstByte(network), 42);
 * assertEquals(await firstByte(new MemoryNetwork()), 42);
 * ```
 */
export interface Network {
  /** From names to addresses; `undefined` where {@linkcode connect} has to be given the names. */
  readonly resolver?: Resolver | undefined;
  /** Starts listening. Throws the platform's error where the address cannot be had. */
  listen(options: ListenOptions): Listener | TlsListener;
  /** Opens a clear-text transport, with TCP_NODELAY set. */
  connect(options: ConnectOptions): Promise<Transport>;
  /**
   * Does a TLS handshake over `transport`, which no read or write may be pending on, and which
   * must not be used afterwards: the returned transport takes its place.
   */
  startTls(transport: Transport, options: TlsConnectOptions): Promise<Transport>;
}
