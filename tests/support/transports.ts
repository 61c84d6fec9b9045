/**
 * Pairs of connected transports and what is done with them over and over.
 *
 * @module
 */

import { network } from "@avx/runtime/platform";
import type {
  Listener,
  ListenOptions,
  Network,
  TlsConnectOptions,
  TlsListener,
  TlsListenOptions,
  Transport,
} from "@avx/runtime/ports/transport";
import { testCertificates } from "./certificate.ts";

/** Both ends of a connection and the listener it was made with. */
export interface Connected {
  readonly listener: Listener | TlsListener;
  readonly client: Transport;
  readonly server: Transport;
  /** Closes all three. */
  close(): void;
}

/** Listens at `options`, connects and accepts. */
export async function connected(
  options: ListenOptions = LOOPBACK,
  on: Network = network,
): Promise<Connected> {
  const listener = on.listen(options);
  const [client, server] = await Promise.all([on.connect(target(listener)), listener.accept()]);
  return { listener, client, server, close: closer(client, server, listener) };
}

/** Any port of 127.0.0.1. */
export const LOOPBACK = { hostname: "127.0.0.1", port: 0 } as const;

/** Where `listener` can be reached. */
export function target(
  listener: Listener,
): { hostname: string; port: number } | { path: string } {
  const { addr } = listener;
  if (addr.transport === "tcp") return { hostname: addr.hostname, port: addr.port };
  if (addr.transport === "unix") return { path: addr.path };
  throw new TypeError(`Nothing can connect to ${addr.name}`);
}

/** The server's options with the test certificate and `http/1.1`. */
export async function serverTls(
  options: Partial<TlsListenOptions> = {},
): Promise<TlsListenOptions> {
  const { server } = await testCertificates();
  return { ...server, alpnProtocols: ["http/1.1"], backend: "node", ...options };
}

/** The client's options that go with {@linkcode serverTls}. */
export async function clientTls(
  options: Partial<TlsConnectOptions> = {},
): Promise<TlsConnectOptions> {
  const { ca } = await testCertificates();
  return { serverName: "localhost", alpnProtocols: ["http/1.1"], caCerts: [ca], ...options };
}

/** Like {@linkcode connected}, with a completed handshake. */
export async function connectedTls(
  server: Partial<TlsListenOptions> = {},
  client: Partial<TlsConnectOptions> = {},
): Promise<Connected> {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls(server) });
  const [clear, accepted] = await Promise.all([
    network.connect(target(listener)),
    listener.accept(),
  ]);
  const [secure] = await Promise.all([
    network.startTls(clear, await clientTls(client)),
    accepted.handshake(),
  ]);
  const close = closer(secure, accepted, listener);
  return { listener, client: secure, server: accepted, close };
}

/** Writes all of `bytes`, however many writes that takes. */
export async function writeAll(transport: Transport, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
}

/** Reads until `count` bytes are there or the stream ends. */
export async function readUpTo(transport: Transport, count: number): Promise<Uint8Array> {
  const into = new Uint8Array(count);
  let at = 0;
  while (at < count) {
    const read = await transport.read(into.subarray(at));
    if (read === null) break;
    at += read;
  }
  return into.subarray(0, at);
}

/** Reads to the end of the stream. */
export async function readToEnd(transport: Transport): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const part = await readUpTo(transport, 16 * 1024);
    parts.push(part);
    if (part.length < 16 * 1024) return concatenated(parts);
  }
}

/** The text as bytes. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes that tell where they are. */
export function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >>> 8)) & 0xff;
  return bytes;
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function closer(...ends: readonly { close(): void }[]): () => void {
  return () => {
    for (const end of ends) end.close();
  };
}
