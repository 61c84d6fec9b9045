/**
 * What a client can be told, and the complete configuration that it becomes.
 *
 * @module
 */

import type { Clock } from "@avx/runtime/ports/clock";
import { guardedObserver } from "@avx/runtime/guarded-observer";
import type { Observer } from "@avx/runtime/ports/observer";
import type { KeyPair, Network } from "@avx/runtime/ports/transport";
import { clock, network } from "@avx/runtime/platform";
import type { Http1Limits } from "@avx/http1/client-connection";
import { DEFAULT_LIMITS } from "@avx/http1/limits";
import type { FieldLines } from "@avx/semantics/field-section";
import { type FieldInit, fieldLinesOf } from "@avx/semantics/field-lines";
import {
  type ConnectingConfig,
  type ConnectingOptions,
  parseConnectingOptions,
} from "./connecting/connecting_options.ts";
import { type Http2Config, type Http2Options, parseHttp2Options } from "./http2_options.ts";
import { TlsIdentities, type TlsIdentity } from "./route.ts";
import type { PolicyOptions } from "./policies.ts";
import { parsePoolOptions, type PoolConfig, type PoolOptions } from "./pool_options.ts";

/**
 * How long each phase of a request may take, in milliseconds. `Infinity` waits for ever.
 *
 * A phase that takes longer rejects with a `TimeoutError` that names it.
 */
export interface ClientTimeouts {
  /**
   * For a place in the pool, while every connection that the limits allow is busy.
   *
   * @default {30000}
   */
  readonly pool?: number;
  /**
   * For a name to be resolved. What is known already takes no time.
   *
   * @default {10000}
   */
  readonly dns?: number;
  /**
   * For a connection, however many addresses are tried, and for the proxy that it leads through.
   *
   * @default {10000}
   */
  readonly connect?: number;
  /**
   * For the TLS handshake.
   *
   * @default {10000}
   */
  readonly tls?: number;
  /**
   * For the peer to take more of the request.
   *
   * @default {30000}
   */
  readonly request?: number;
  /**
   * For the head of the response, from the end of the request or an interim response.
   *
   * @default {60000}
   */
  readonly headers?: number;
  /**
   * For the next part of the response's body, while it is being read.
   *
   * @default {60000}
   */
  readonly body?: number;
  /**
   * For the next request on a connection that is kept open. A peer that says how long it waits
   * (`Keep-Alive: timeout=5`) shortens it. Nobody sees an error: the connection is closed.
   *
   * @default {60000}
   */
  readonly idle?: number;
  /**
   * For everything from the call to the end of the response's body, redirects included.
   *
   * @default {Infinity}
   */
  readonly total?: number;
  /**
   * For `100 Continue`, where a request expects it. The body is then sent without it
   * (RFC 9110 §10.1.1): no error.
   *
   * @default {1000}
   */
  readonly continue?: number;
  /**
   * Of silence on an HTTP/2 connection, after which a PING asks whether the server is still there.
   *
   * @default {Infinity}
   */
  readonly ping?: number;
  /**
   * For the answer to a PING. The connection is given up then, with `NetworkError`.
   *
   * @default {20000}
   */
  readonly pong?: number;
}

/**
 * What is spoken: `auto` offers HTTP/2 and HTTP/1.1 over TLS and speaks HTTP/1.1 in clear text;
 * `h2` speaks HTTP/2 everywhere, in clear text by prior knowledge (RFC 9113 §3.3).
 */
export type ClientProtocol = "auto" | "h2" | "http/1.1";

/** How servers are verified, and how the client identifies itself to them. */
export interface ClientTlsOptions {
  /** Authorities trusted beside the system's, in PEM. */
  readonly caCerts?: readonly string[];
  /** The client's own certificate. */
  readonly clientCertificate?: KeyPair;
  /** The name that is sent and verified, instead of the URL's. */
  readonly serverName?: string;
  /**
   * `false` accepts any certificate: for tests only.
   *
   * @default {true}
   */
  readonly verify?: boolean;
}

/** What a `Client` can be told. Everything has a default. */
export interface ClientOptions extends ConnectingOptions, Http2Options, PolicyOptions, PoolOptions {
  /**
   * What relative URLs are relative to, by the rules of the URL standard: below
   * `https://a.example/v1/`, `users` is `/v1/users` and `/users` is `/users`.
   */
  readonly baseUrl?: string | URL;
  /** How long each phase may take. */
  readonly timeouts?: ClientTimeouts;
  /**
   * What is spoken. Over HTTP/2, all requests to an origin share one connection, and those that the
   * server takes no more of wait their turn.
   *
   * @default {"auto"}
   */
  readonly protocol?: ClientProtocol;
  /** What a server may send over HTTP/1.1. */
  readonly limits?: Partial<Http1Limits>;
  /**
   * Which bodies wait for `100 Continue`, where a request does not say: all, none, or those of so
   * many bytes or more.
   *
   * @default {false}
   */
  readonly expectContinue?: boolean | number;
  /** Field lines of every request that does not set the field itself. */
  readonly headers?: FieldInit;
  /** TLS. */
  readonly tls?: ClientTlsOptions;
  /**
   * The path of a unix socket that every request goes to, whatever host its URL names. A request's own
   * `socketPath` is for that one.
   */
  readonly socketPath?: string;
  /** Hears what happens. */
  readonly observer?: Observer;
  /** The way to the outside, for tests. @default {the platform's} */
  readonly network?: Network;
  /** The time, for tests. @default {the platform's} */
  readonly clock?: Clock;
}

/** {@linkcode ClientTimeouts}, complete. */
export type CompleteTimeouts = { readonly [Phase in keyof ClientTimeouts]-?: number };

/** {@linkcode ClientOptions}, complete and checked. */
export interface ClientConfig extends ConnectingConfig, Http2Config, PoolConfig {
  /** What relative URLs are relative to. */
  readonly baseUrl: URL | undefined;
  /** Milliseconds; `Infinity` waits for ever. */
  readonly timeouts: CompleteTimeouts;
  /** What is spoken. */
  readonly protocol: ClientProtocol;
  /** What a server may send over HTTP/1.1. */
  readonly limits: Http1Limits;
  /** Which bodies wait for `100 Continue`. */
  readonly expectContinue: boolean | number;
  /** Valid field lines. */
  readonly headers: FieldLines;
  /** TLS. */
  readonly tls: TlsIdentity;
  /** Those of clients that this one is extended to. */
  readonly tlsIdentities: TlsIdentities;
  /** A unix socket, or `undefined` to go where the URL says. */
  readonly socketPath: string | undefined;
  /** Hears what happens. */
  readonly observer: Observer | undefined;
  /** The way to the outside. */
  readonly network: Network;
  /** The time. */
  readonly clock: Clock;
}

/**
 * The timeouts where nothing else was asked for, in milliseconds.
 *
 * @example Half as patient as usual
 * ```ts
 * import { Client, DEFAULT_CLIENT_TIMEOUTS } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = new Client({ timeouts: { headers: DEFAULT_CLIENT_TIMEOUTS.headers / 2 } });
 * assertEquals(client.stats().active, 0);
 * client.close();
 * ```
 */
export const DEFAULT_CLIENT_TIMEOUTS: CompleteTimeouts = Object.freeze({
  pool: 30_000, // httpx 5 s, reqwest none, undici none
  dns: 10_000, // c-ares 5 s and a retry, undici and Go within connect
  connect: 10_000, // undici 10 s, httpx 5 s, Go 30 s
  tls: 10_000, // Go 10 s
  request: 30_000, // httpx 5 s for a write
  headers: 60_000, // undici 300 s, Go none, httpx 5 s for a read
  body: 60_000, // undici 300 s between chunks, httpx 5 s for a read
  idle: 60_000, // undici 4 s, Go 90 s, reqwest 90 s
  total: Infinity, // fetch none, reqwest none, Go none
  continue: 1_000, // Go 1 s, curl 1 s
  ping: Infinity, // Go off, hyper off
  pong: 20_000, // Go 15 s, hyper 20 s, gRPC 20 s
});

const DEFAULT_HEADERS: FieldLines = ["accept", "*/*", "user-agent", "avx"];

/**
 * Completes and checks a client's options.
 *
 * @param options As the caller gave them.
 * @throws {RangeError} If a time or a count is not positive.
 * @throws {TypeError} If a default field is not valid.
 */
export function parseOptions(options: ClientOptions = {}): ClientConfig {
  const timeouts: Record<string, number> = { ...DEFAULT_CLIENT_TIMEOUTS };
  for (const [phase, value] of Object.entries(options.timeouts ?? {})) {
    if (value === undefined) continue;
    if (!(phase in DEFAULT_CLIENT_TIMEOUTS)) {
      throw new TypeError(
        `Cannot use options.timeouts as it must name known phases: current one is "${phase}"`,
      );
    }
    timeouts[phase] = positive(`timeouts.${phase}`, value);
  }
  const lines = options.headers === undefined ? [] : fieldLinesOf(options.headers);
  const own = new Set<string>();
  for (let at = 0; at < lines.length; at += 2) own.add(lines[at].toLowerCase());
  for (let at = 0; at < DEFAULT_HEADERS.length; at += 2) {
    if (!own.has(DEFAULT_HEADERS[at])) lines.push(DEFAULT_HEADERS[at], DEFAULT_HEADERS[at + 1]);
  }
  const tls = tlsIdentityOf(options.tls ?? {});
  if (options.socketPath !== undefined && options.proxy !== undefined) {
    throw new TypeError("Cannot use options.proxy as options.socketPath leads elsewhere");
  }
  return Object.freeze({
    ...parseConnectingOptions(options, tls),
    baseUrl: options.baseUrl === undefined ? undefined : baseUrlOf(options.baseUrl),
    timeouts: Object.freeze(timeouts) as CompleteTimeouts,
    ...parsePoolOptions(options),
    protocol: protocolOf(options.protocol ?? "auto"),
    limits: Object.freeze({ ...DEFAULT_LIMITS, ...options.limits }),
    ...parseHttp2Options(options),
    expectContinue: options.expectContinue ?? false,
    headers: Object.freeze(lines),
    tls,
    tlsIdentities: new TlsIdentities(),
    socketPath: options.socketPath,
    observer: guardedObserver(options.observer),
    network: options.network ?? network,
    clock: options.clock ?? clock,
  });
}

function tlsIdentityOf(options: ClientTlsOptions): TlsIdentity {
  const { caCerts, clientCertificate, serverName, verify = true } = options;
  return Object.freeze({ caCerts, clientCertificate, serverName, verify, key: "" });
}

function protocolOf(protocol: ClientProtocol): ClientProtocol {
  if (protocol === "auto" || protocol === "h2" || protocol === "http/1.1") return protocol;
  throw new TypeError(
    `Cannot use options.protocol as it must be "auto", "h2" or "http/1.1": it is "${protocol}"`,
  );
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw notPositive(name, value);
  return value;
}

/**
 * The URL that relative ones are relative to.
 *
 * @throws {TypeError} If it is no http or https URL.
 */
export function baseUrlOf(url: string | URL, base?: URL): URL {
  const parsed = new URL(url, base);
  if (parsed.protocol === "http:" || parsed.protocol === "https:") return parsed;
  throw new TypeError(
    `Cannot use options.baseUrl as it must be http or https: its scheme is "${parsed.protocol}"`,
  );
}

/**
 * The timeout for everything, in milliseconds.
 *
 * @throws {RangeError} If it is not positive.
 */
export function totalTimeoutOf(value: number): number {
  return positive("timeouts.total", value);
}

function notPositive(name: string, value: number): RangeError {
  return new RangeError(
    `Cannot use options.${name} as it must be positive: current value is ${value}`,
  );
}
