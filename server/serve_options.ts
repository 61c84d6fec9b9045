/**
 * What a caller can ask of `serve`.
 *
 * @module
 */

import type { Http1Limits } from "@avx/http1/limits";
import type { Http2Limits, Http2Timeouts } from "@avx/http2/limits";
import type { Clock } from "@avx/runtime/ports/clock";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Address, KeyPair, Network } from "@avx/runtime/ports/transport";
import type { Handler } from "@avx/semantics/handler";
import type { ServeTimeouts } from "./timeouts.ts";

/** Where a server on a TCP port is. */
export type TcpAddress = Extract<Address, { readonly transport: "tcp" }>;

/** Where a server on a unix socket is. */
export type UnixAddress = Extract<Address, { readonly transport: "unix" }>;

/** Options that do not depend on where a server listens. */
export interface ServeOptions<A extends Address = Address> {
  /** Closes the server and all its connections at once when it aborts. */
  readonly signal?: AbortSignal;
  /**
   * Called once, before `serve` returns, with the address that was chosen.
   *
   * @default {console.log of where it listens}
   */
  readonly onListen?: (addr: A) => void;
  /**
   * Makes the response to a request whose handler threw or rejected, or whose response's body
   * failed before it was begun.
   *
   * @default {console.error of the error; a response 500 "Internal Server Error"}
   */
  readonly onError?: (error: unknown) => Response | Promise<Response>;
  /** The certificate chain, PEM, leaf first. With {@linkcode key}: serve TLS. */
  readonly cert?: string;
  /** The private key of {@linkcode cert}, PEM. */
  readonly key?: string;
  /** More about TLS; needs {@linkcode cert} and {@linkcode key}. */
  readonly tls?: ServeTlsOptions;
  /** How much a peer may send; see `Http1Limits` for each default. */
  readonly limits?: Partial<Http1Limits>;
  /**
   * The largest request body that `request.text()`, `json()`, `bytes()`, `formData()` and their kin
   * collect, in bytes; a longer one makes them reject with `BodyTooLargeError`, which `onError`
   * answers with 413 by default. Bodies read as streams are bounded by `limits.maxBodyBytes` only.
   *
   * @default {67_108_864}
   */
  readonly maxBufferedBodyBytes?: number;
  /**
   * The protocols that are served, best first. Over TLS the client chooses by ALPN; in clear text
   * HTTP/2 is told by its preface (prior knowledge).
   *
   * @default {["h2", "http/1.1"]}
   */
  readonly protocols?: readonly ServedProtocol[];
  /** More about HTTP/2. */
  readonly http2?: ServeHttp2Options;
  /** How long to wait for what; see {@linkcode ServeTimeouts} for each default. */
  readonly timeouts?: Partial<ServeTimeouts>;
  /**
   * How many connections may be open at once, upgraded ones included. While that many are, no other is accepted: peers
   * wait in the system's queue.
   *
   * @default {Infinity}
   */
  readonly maxConnections?: number;
  /** Is told what happens; see `Observer`. No observer, no cost. */
  readonly observer?: Observer;
  /**
   * Where connections come from.
   *
   * @default {the platform's sockets}
   */
  readonly network?: Network;
  /**
   * What the time is.
   *
   * @default {the platform's clock}
   */
  readonly clock?: Clock;
}

/** A protocol that a server can serve. */
export type ServedProtocol = "http/1.1" | "h2";

/** What can be set for HTTP/2 alone. */
export interface ServeHttp2Options {
  /**
   * How much a peer may send; see `Http2Limits` for each default. `maxBodyBytes` and
   * `maxDrainBytes` are those of `ServeOptions.limits` unless they are set here.
   */
  readonly limits?: Partial<Omit<Http2Limits, "abuse">> & {
    /** How often a peer may do what costs more to answer than to send. */
    readonly abuse?: Partial<Http2Limits["abuse"]>;
  };
  /**
   * How long a peer may take; see `Http2Timeouts` for each default. `headMs`, `bodyMs` and `idleMs`
   * are `headers`, `body` and `keepAlive` of `ServeOptions.timeouts` unless they are set here.
   */
  readonly timeouts?: Partial<Http2Timeouts>;
  /**
   * Whether `ServeInfo.push` promises responses to clients that take pushes (RFC 9113 §8.4).
   *
   * nginx and Go had it on until it was removed; Node by call, hyper and Deno.serve never.
   *
   * @default {false}
   */
  readonly push?: boolean;
}

/** Options of a server on a TCP port. */
export interface ServeTcpOptions extends ServeOptions<TcpAddress> {
  /**
   * The port; 0 for one that is free.
   *
   * @default {8000}
   */
  readonly port?: number;
  /**
   * The address, or a name that resolves to it.
   *
   * @default {"0.0.0.0"}
   */
  readonly hostname?: string;
  /**
   * Lets several processes or workers share the port (SO_REUSEPORT). All of them ask for it, with
   * a port that is not 0. Deno needs `--unstable-net` for that; without the flag the workers of one
   * process share the port, and the system deals the connections out less evenly.
   *
   * @default {false}
   */
  readonly reusePort?: boolean;
  /**
   * How many connections the system holds before they are accepted.
   *
   * @default {511}
   */
  readonly tcpBacklog?: number;
}

/** Options of a server on a unix socket. */
export interface ServeUnixOptions extends ServeOptions<UnixAddress> {
  /** The socket's path; the file is removed on close. */
  readonly path: string;
}

/** The handler, where it is given among the options. */
export interface ServeInit {
  /** Answers each request. */
  readonly handler: Handler;
}

/** How a server does TLS, beside its certificate. */
export interface ServeTlsOptions {
  /**
   * Which implementation does the work. `"node"` can do all of this page and sets TCP_NODELAY;
   * `"deno"` takes less processor time for small requests, but the first response on a connection
   * may wait for the client's delayed acknowledgement, it knows no other option of this page, and
   * a peer that stalls in the handshake keeps its descriptor until it leaves: the server ends what
   * it does for it, but Deno does not close the socket.
   *
   * @default {"node"}
   */
  readonly backend?: "node" | "deno";
  /**
   * Chooses a certificate by the name the client asks for (SNI, RFC 6066 §3). `undefined` keeps
   * the default one. Called for every handshake: cache what is costly.
   */
  readonly resolveCertificate?: (
    serverName: string,
  ) => KeyPair | undefined | Promise<KeyPair | undefined>;
  /**
   * Whether clients are asked for a certificate. `"require"` refuses those without a verified one;
   * `"request"` takes them all.
   *
   * @default {"none"}
   */
  readonly clientCertificate?: "none" | "request" | "require";
  /** Authorities that client certificates are verified against, PEM. */
  readonly clientCaCerts?: readonly string[];
  /**
   * The lowest version accepted.
   *
   * @default {"TLSv1.2"}
   */
  readonly minVersion?: "TLSv1.2" | "TLSv1.3";
}
