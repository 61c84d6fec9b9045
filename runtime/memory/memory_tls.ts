/**
 * TLS handshakes of the in-memory network: who waits for whom, and what they agree on.
 *
 * @module
 */

import type { TlsConnectOptions, TlsInfo } from "../ports/transport.ts";
import { systemError } from "../translate_error.ts";
import { abandonable } from "./abandonable.ts";
import type { MemoryTransport } from "./memory_transport.ts";

/** How a server meets the handshakes of its clients. */
export interface HandshakeTerms {
  /** The server's protocols, best first. */
  readonly alpnProtocols: readonly string[];
  /** The server's certificate chain, PEM or anything. */
  readonly cert: string;
  /** What becomes of the handshake. */
  readonly outcome: "complete" | "fail" | "stall";
}

/** The handshakes that servers wait for, by the client's transport. */
export class HandshakeTable {
  readonly #pending = new WeakMap<MemoryTransport, Pending>();

  /** A server waits for `client` to start. */
  expect(client: MemoryTransport, server: MemoryTransport, terms: HandshakeTerms): void {
    server.expectHandshake();
    client.onClose = () => server.failHandshake(truncated());
    this.#pending.set(client, { server, terms });
  }

  /** A client starts. */
  start(client: MemoryTransport, options: TlsConnectOptions): Promise<MemoryTransport> {
    return abandonable(this.#run(client, options), options.signal, () => client.close());
  }

  async #run(client: MemoryTransport, options: TlsConnectOptions): Promise<MemoryTransport> {
    const pending = this.#pending.get(client);
    if (pending === undefined) {
      client.close();
      throw alert("received corrupt message of type InvalidContentType");
    }
    this.#pending.delete(client);
    const { server, terms } = pending;
    if (terms.outcome === "stall") return new Promise(() => {});
    const alpnProtocol = choose(terms.alpnProtocols, options.alpnProtocols);
    if (terms.outcome === "fail" || alpnProtocol === NONE) {
      const error = alert(
        alpnProtocol === NONE
          ? "received fatal alert: NoApplicationProtocol"
          : "received fatal alert: HandshakeFailure",
      );
      server.failHandshake(error);
      client.close();
      throw error;
    }
    // One turn, as nothing that comes over a wire is there at once.
    await null;
    const { serverName } = options;
    const info: TlsInfo = {
      alpnProtocol,
      serverName,
      peerCertificate: undefined,
      peerVerified: false,
    };
    client.secure({
      ...info,
      peerCertificate: leafOf(terms.cert),
      peerVerified: options.verify !== false,
    });
    server.secure({ ...info, peerVerified: options.clientCertificate !== undefined });
    return client;
  }
}

interface Pending {
  readonly server: MemoryTransport;
  readonly terms: HandshakeTerms;
}

/** The first certificate of a chain, in DER, if there is one. */
function leafOf(pem: string): Uint8Array | undefined {
  const base64 = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (base64 === undefined) return undefined;
  return Uint8Array.from(atob(base64.replace(/\s/g, "")), (character) => character.charCodeAt(0));
}

const NONE = Symbol("no protocol in common");

// RFC 7301 §3.2: the server's preference decides; without an offer there is nothing to choose.
function choose(
  offered: readonly string[],
  wanted: readonly string[],
): string | undefined | typeof NONE {
  if (offered.length === 0 || wanted.length === 0) return undefined;
  return offered.find((protocol) => wanted.includes(protocol)) ?? NONE;
}

function alert(message: string): Error {
  const error = new Error(message);
  error.name = "InvalidData";
  return error;
}

function truncated(): Error {
  return systemError("UnexpectedEof", "UNEXPECTED_EOF", "tls handshake eof");
}
