/**
 * The QUIC port: what HTTP/3 and WebTransport need of a QUIC implementation (RFC 9000, RFC 9221),
 * and no more than the platforms there are can do.
 *
 * @module
 */

import type { Cancellation } from "../cancellation.ts";

/**
 * Where one end of a QUIC connection is.
 *
 * @example A local one
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicAddress } from "@avx/runtime/ports/quic";
 *
 * const address: QuicAddress = { transport: "udp", hostname: "127.0.0.1", port: 4433 };
 * assertEquals(address.port, 4433);
 * ```
 */
export interface QuicAddress {
  /** Tag, in line with the addresses of the transport port. */
  readonly transport: "udp";
  /** The IP address. */
  readonly hostname: string;
  /** The UDP port. */
  readonly port: number;
}

/**
 * What both ends can set for a connection.
 *
 * @example HTTP/3 for patient peers
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicTransportOptions } from "@avx/runtime/ports/quic";
 *
 * const options: QuicTransportOptions = { alpnProtocols: ["h3"], maxIdleMs: 120_000 };
 * assertEquals(options.alpnProtocols, ["h3"]);
 * ```
 */
export interface QuicTransportOptions {
  /** Protocols offered by ALPN, best first. */
  readonly alpnProtocols: readonly string[];
  /** How long nothing may be received, in milliseconds. @default {30000} */
  readonly maxIdleMs?: number;
  /** How often to ping a silent peer, in milliseconds; never by default. */
  readonly keepAliveMs?: number;
  /** How many two-way streams the peer may have open. @default {100} */
  readonly maxBidirectionalStreams?: number;
  /** How many one-way streams the peer may have open. @default {100} */
  readonly maxUnidirectionalStreams?: number;
}

/**
 * Where and how to listen.
 *
 * @example Any port
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicListenOptions } from "@avx/runtime/ports/quic";
 *
 * const options: QuicListenOptions = {
 *   hostname: "0.0.0.0",
 *   port: 0,
 *   cert: "-----BEGIN CERTIFICATE----- …",
 *   key: "-----BEGIN PRIVATE KEY----- …",
 *   alpnProtocols: ["h3"],
 * };
 * assertEquals(options.earlyData ?? false, false);
 * ```
 */
export interface QuicListenOptions extends QuicTransportOptions {
  /** The IP address to bind. */
  readonly hostname: string;
  /** The UDP port; 0 lets the system choose. */
  readonly port: number;
  /** The certificate chain, PEM, leaf first. */
  readonly cert: string;
  /** The private key, PEM. */
  readonly key: string;
  /** Hands connections over before their handshake is complete (RFC 9001 §4.6.1). @default {false} */
  readonly earlyData?: boolean;
}

/**
 * Where and how to connect.
 *
 * @example With early data
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicConnectOptions } from "@avx/runtime/ports/quic";
 *
 * const options: QuicConnectOptions = {
 *   hostname: "example.com",
 *   port: 443,
 *   alpnProtocols: ["h3"],
 *   earlyData: true,
 * };
 * assertEquals(options.hostname, "example.com");
 * ```
 */
export interface QuicConnectOptions extends QuicTransportOptions {
  /** The host to look up and to connect to. */
  readonly hostname: string;
  /** The UDP port. */
  readonly port: number;
  /** The name that is sent (SNI) and verified. @default {hostname} */
  readonly serverName?: string;
  /** Authorities trusted beside the system's, PEM. */
  readonly caCerts?: readonly string[];
  /** Sends before the handshake is complete where a session ticket allows it. @default {false} */
  readonly earlyData?: boolean;
  /** Gives the attempt up; the promise rejects with the signal's reason. */
  readonly signal?: Cancellation;
}

/**
 * How a connection ended.
 *
 * @example H3_NO_ERROR
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicCloseInfo } from "@avx/runtime/ports/quic";
 *
 * const info: QuicCloseInfo = { code: 0x100, reason: "" };
 * assertEquals(info.code, 256);
 * ```
 */
export interface QuicCloseInfo {
  /** The application error code (RFC 9000 §20.2); above 2^53 it may have lost precision. */
  readonly code: number;
  /** What the peer said, for people. */
  readonly reason: string;
}

/**
 * The receiving part of a stream.
 *
 * @example All of a stream
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicReceiveStream } from "@avx/runtime/ports/quic";
 *
 * async function readAll(stream: QuicReceiveStream): Promise<number> {
 *   const into = new Uint8Array(1024);
 *   let total = 0;
 *   for (let count = await stream.read(into); count !== null; count = await stream.read(into)) {
 *     total += count;
 *   }
 *   return total;
 * }
 *
 * const counts = [3, 4, null];
 * const stream: QuicReceiveStream = {
 *   id: 0n,
 *   read: () => Promise.resolve(counts.shift() ?? null),
 *   cancel: () => {},
 * };
 * assertEquals(await readAll(stream), 7);
 * ```
 */
export interface QuicReceiveStream {
  /** The stream id (RFC 9000 §2.1). */
  readonly id: bigint;
  /**
   * Reads what is there, at most `into.length` bytes, waiting for the first. One read at a time.
   * Rejects with the platform's error where the peer has reset the stream.
   *
   * @returns How many bytes were read, or `null` at the end of the stream.
   */
  read(into: Uint8Array): Promise<number | null>;
  /** Gives the rest up. Platforms send STOP_SENDING with code 0, whatever the protocol wants. */
  cancel(): void;
}

/**
 * The sending part of a stream. No platform can reset one: it ends, or its connection does.
 *
 * @example A message and its end
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicSendStream } from "@avx/runtime/ports/quic";
 *
 * let sent = "";
 * const stream: QuicSendStream = {
 *   id: 2n,
 *   sendOrder: 0,
 *   write: (bytes) => Promise.resolve(void (sent += new TextDecoder().decode(bytes))),
 *   close: () => Promise.resolve(void (sent += "|")),
 * };
 * await stream.write(new TextEncoder().encode("hello"));
 * await stream.close();
 * assertEquals(sent, "hello|");
 * ```
 */
export interface QuicSendStream {
  /** The stream id (RFC 9000 §2.1). */
  readonly id: bigint;
  /** Streams with a higher one are sent first; may be changed at any time. */
  sendOrder: number;
  /** Writes all of `bytes`; settles once they are buffered within the peer's window. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the stream (FIN). */
  close(): Promise<void>;
}

/**
 * A two-way stream.
 *
 * @example A stream of the client
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicStream } from "@avx/runtime/ports/quic";
 *
 * const idOf = (stream: QuicStream) => stream.send.id;
 * const isFromClient = (stream: QuicStream) => (idOf(stream) & 1n) === 0n; // RFC 9000 §2.1
 * const stream = { receive: { id: 4n }, send: { id: 4n } } as QuicStream;
 * assertEquals(isFromClient(stream), true);
 * ```
 */
export interface QuicStream {
  /** What the peer sends. */
  readonly receive: QuicReceiveStream;
  /** What we send. */
  readonly send: QuicSendStream;
}

/**
 * A QUIC connection. It keeps its open streams alive, whoever else forgets them.
 *
 * @example Every stream of the peer
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicConnection } from "@avx/runtime/ports/quic";
 *
 * async function countStreams(connection: QuicConnection): Promise<number> {
 *   let streams = 0;
 *   while (await connection.acceptBidirectional() !== undefined) streams++;
 *   return streams;
 * }
 *
 * const closed = { acceptBidirectional: () => Promise.resolve(undefined) };
 * assertEquals(await countStreams(closed as unknown as QuicConnection), 0);
 * ```
 */
export interface QuicConnection {
  /** The other end; changes when the peer migrates (RFC 9000 §9). */
  readonly remoteAddr: QuicAddress;
  /** The protocol chosen by ALPN; `undefined` before the handshake. */
  readonly alpnProtocol: string | undefined;
  /** The name the client asked for (SNI). */
  readonly serverName: string | undefined;
  /** Settles when the handshake is complete: what comes before it is early data. */
  readonly handshake: Promise<void>;
  /** Fulfils when either end has closed; rejects when the connection was lost. */
  readonly closed: Promise<QuicCloseInfo>;
  /** The largest datagram that can be sent now (RFC 9221); 0 where the peer takes none. */
  readonly maxDatagramBytes: number;
  /** Opens a two-way stream, waiting while the peer's limit is reached. */
  openBidirectional(): Promise<QuicStream>;
  /** Opens a one-way stream, waiting while the peer's limit is reached. */
  openUnidirectional(): Promise<QuicSendStream>;
  /** The next two-way stream of the peer; `undefined` once the connection is closed. */
  acceptBidirectional(): Promise<QuicStream | undefined>;
  /** The next one-way stream of the peer; `undefined` once the connection is closed. */
  acceptUnidirectional(): Promise<QuicReceiveStream | undefined>;
  /** Sends a datagram (RFC 9221), which may get lost. */
  sendDatagram(bytes: Uint8Array): Promise<void>;
  /** The next datagram; `undefined` once the connection is closed. */
  receiveDatagram(): Promise<Uint8Array | undefined>;
  /** Closes the connection with an application error code. What was not acknowledged is lost. */
  close(info: QuicCloseInfo): void;
}

/**
 * A source of accepted connections.
 *
 * @example An accept loop
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicListener } from "@avx/runtime/ports/quic";
 *
 * async function serve(listener: QuicListener, each: (alpn?: string) => void): Promise<void> {
 *   for (;;) {
 *     const connection = await listener.accept();
 *     if (connection === undefined) return;
 *     each(connection.alpnProtocol);
 *   }
 * }
 *
 * const seen: (string | undefined)[] = [];
 * const accepted = [{ alpnProtocol: "h3" }, undefined];
 * const listener = { accept: () => Promise.resolve(accepted.shift()) };
 * await serve(listener as unknown as QuicListener, (alpn) => seen.push(alpn));
 * assertEquals(seen, ["h3"]);
 * ```
 */
export interface QuicListener {
  /** Where it listens, with the port that was chosen. */
  readonly addr: QuicAddress;
  /** The next connection; `undefined` once closed. A failed handshake does not show here. */
  accept(): Promise<QuicConnection | undefined>;
  /** Uses another certificate for handshakes from now on; open connections stay as they are. */
  setCertificate(pair: { readonly cert: string; readonly key: string }): void;
  /** Stops listening and closes the connections that are left. */
  close(): void;
}

/**
 * A platform's QUIC.
 *
 * @example Where there is none
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { QuicNetwork } from "@avx/runtime/ports/quic";
 *
 * const missing: Pick<QuicNetwork, "unavailable"> = {
 *   unavailable: "QUIC needs the flag --unstable-net",
 * };
 * assertEquals(missing.unavailable === undefined, false);
 * ```
 */
export interface QuicNetwork {
  /** Why there is none here, such as a flag that is missing; `undefined` where there is. */
  readonly unavailable: string | undefined;
  /** Starts listening. Throws the platform's error where the address cannot be had. */
  listen(options: QuicListenOptions): QuicListener;
  /** Opens a connection. */
  connect(options: QuicConnectOptions): Promise<QuicConnection>;
}
