/**
 * A connection of its own for each WebSocket: TCP, TLS where the URL asks for it, and an upgrade
 * over HTTP/1.1.
 *
 * @module
 */

import type { KeyPair, Network, Transport } from "@avx/runtime/ports/transport";
import { translateError } from "@avx/runtime/translate-error";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { WebSocketConnect, WebSocketConnectResult } from "./connect.ts";
import { upgradeRequest } from "./proto/upgrade_request.ts";
import { UpgradeResponseReader } from "./proto/upgrade_response.ts";

const READ_BYTES = 4096;
const END_OF_INPUT: Uint8Array = new Uint8Array(0);

/** How servers are verified, and how the client identifies itself to them. */
export interface WebSocketTlsOptions {
  /** Authorities trusted beside the system's, in PEM. */
  readonly caCerts?: readonly string[];
  /** The client's own certificate. */
  readonly clientCertificate?: KeyPair;
  /**
   * The name that is sent and verified.
   *
   * @default {the URL's}
   */
  readonly serverName?: string;
  /**
   * `false` accepts any certificate: for tests only.
   *
   * @default {true}
   */
  readonly verify?: boolean;
}

/** What {@linkcode directConnect} is told. */
export interface DirectConnectOptions {
  /** The way to the outside. */
  readonly network: Network;
  /** TLS. */
  readonly tls: WebSocketTlsOptions;
  /** What the head of the response may take, in bytes. */
  readonly maxHandshakeBytes: number;
}

/**
 * Makes a connector that opens a connection for each WebSocket. It is what a client uses that is
 * given no other.
 *
 * @example A network of one's own
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import { directConnect, WebSocketClient } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * const network = new MemoryNetwork();
 * const connect = directConnect({ network, tls: {}, maxHandshakeBytes: 1024 });
 * const client = new WebSocketClient("ws://nowhere/", { connect });
 * const error = await new Promise<Error>((resolve) =>
 *   client.onerror = (event) => resolve(event.error)
 * );
 * assertEquals(error.name, "ConnectError");
 * ```
 */
export function directConnect(options: DirectConnectOptions): WebSocketConnect {
  return async (url, headers, signal) => {
    // What is wrong with the request is said before anyone is bothered with it.
    const request = upgradeRequest(url.host, url.pathname + url.search, headers);
    const transport = await open(url, options, signal);
    const abort = () => transport.close();
    signal.addEventListener("abort", abort);
    try {
      await send(transport, request);
      return await answer(transport, options.maxHandshakeBytes);
    } catch (error) {
      transport.close();
      if (signal.aborted) throw signal.reason;
      throw error instanceof RemoteProtocolError ? error : translateError(error, "read");
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };
}

/** The transport, its TLS handshake done. */
async function open(
  url: URL,
  { network, tls }: DirectConnectOptions,
  signal: AbortSignal,
): Promise<Transport> {
  const encrypted = url.protocol === "wss:";
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (encrypted ? 443 : 80) : Number(url.port);
  const plain = await network.connect({ hostname, port, signal }).catch((error) => {
    throw signal.aborted ? signal.reason : translateError(error, "connect");
  });
  if (!encrypted) return plain;
  const { serverName = hostname, caCerts, clientCertificate, verify = true } = tls;
  // RFC 6455 is an upgrade of HTTP/1.1: nothing else is offered.
  const alpnProtocols = ["http/1.1"];
  const identity = { serverName, alpnProtocols, caCerts, clientCertificate, verify, signal };
  return await network.startTls(plain, identity).catch((error) => {
    plain.close();
    throw signal.aborted ? signal.reason : translateError(error, "tls");
  });
}

async function send(transport: Transport, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
}

async function answer(transport: Transport, maxBytes: number): Promise<WebSocketConnectResult> {
  const reader = new UpgradeResponseReader(maxBytes);
  const into = new Uint8Array(READ_BYTES);
  for (;;) {
    const count = await transport.read(into);
    const outcome = reader.receive(count === null ? END_OF_INPUT : into.subarray(0, count));
    if (outcome?.type === "head") return { head: outcome.head, transport, received: outcome.rest };
    if (outcome !== undefined) {
      throw new RemoteProtocolError(`Cannot open connection: ${outcome.reason}`, {
        code: "BAD_HANDSHAKE",
      });
    }
  }
}
