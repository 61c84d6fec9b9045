/**
 * From what a caller asks for to one complete, frozen configuration.
 *
 * @module
 */

import { DEFAULT_LIMITS, type Http1Limits } from "@avx/http1/limits";
import {
  DEFAULT_LIMITS as DEFAULT_HTTP2_LIMITS,
  DEFAULT_TIMEOUTS as DEFAULT_HTTP2_TIMEOUTS,
  type Http2Limits,
  type Http2Timeouts,
} from "@avx/http2/limits";
import { clock as platformClock, network as platformNetwork } from "@avx/runtime/platform";
import type { Clock } from "@avx/runtime/ports/clock";
import { guardedObserver } from "@avx/runtime/guarded-observer";
import type { Observer } from "@avx/runtime/ports/observer";
import type {
  Address,
  ListenOptions,
  Network,
  TlsListenOptions,
} from "@avx/runtime/ports/transport";
import type { Handler } from "@avx/semantics/handler";
import { guardFailure, reportFailure } from "./failure_response.ts";
import { announceListening } from "./listening_message.ts";
import type {
  ServedProtocol,
  ServeHttp2Options,
  ServeInit,
  ServeTcpOptions,
  ServeTlsOptions,
  ServeUnixOptions,
} from "./serve_options.ts";
import { DEFAULT_SERVE_TIMEOUTS, type ServeTimeouts } from "./timeouts.ts";

/** Everything a server needs to know. */
export interface ServerConfig {
  /** Where and how to listen. */
  readonly listen: ListenOptions;
  /** Answers each request. */
  readonly handler: Handler;
  /** Makes the response to a failure; never throws or rejects. */
  readonly onError: (error: unknown) => Response | Promise<Response>;
  /** Called once with the address that was chosen. */
  readonly onListen: (addr: Address) => void;
  /** Closes the server. */
  readonly signal: AbortSignal | undefined;
  /** How much a peer may send. */
  readonly limits: Http1Limits;
  /** The largest request body that is collected in memory, in bytes. */
  readonly maxBufferedBodyBytes: number;
  /** The protocols that are served, best first. */
  readonly protocols: readonly ServedProtocol[];
  /** What is set for HTTP/2 alone. */
  readonly http2: {
    readonly limits: Http2Limits;
    readonly timeouts: Http2Timeouts;
    readonly push: boolean;
  };
  /** How long to wait for what. */
  readonly timeouts: ServeTimeouts;
  /** How many connections may be open at once. */
  readonly maxConnections: number;
  /** Is told what happens. */
  readonly observer: Observer | undefined;
  /** Where connections come from. */
  readonly network: Network;
  /** What the time is. */
  readonly clock: Clock;
}

/** Any options `serve` takes. */
export type AnyServeOptions = (ServeTcpOptions | ServeUnixOptions) & Partial<ServeInit>;

/**
 * Completes and checks what `serve` was called with.
 *
 * @throws {TypeError} If an option has the wrong type, or contradicts another.
 * @throws {RangeError} If a number is outside its range.
 */
export function parseOptions(
  options: AnyServeOptions,
  handler: Handler | undefined,
): ServerConfig {
  if (typeof handler !== "function") {
    throw new TypeError("Cannot serve as there is no handler: expected a function");
  }
  const protocols = parseProtocols(options.protocols);
  const listen = parseListen(options, protocols);
  const limits = complete("limits", options.limits, DEFAULT_LIMITS);
  const timeouts = complete("timeouts", options.timeouts, DEFAULT_SERVE_TIMEOUTS);
  const scheme = listen.tls === undefined ? "http" : "https";
  const maxConnections = options.maxConnections ?? Infinity;
  if (maxConnections !== Infinity) checkInteger("maxConnections", maxConnections, 1);
  const maxBufferedBodyBytes = options.maxBufferedBodyBytes ?? DEFAULT_MAX_BUFFERED_BODY_BYTES;
  if (!(maxBufferedBodyBytes >= 0)) {
    throw new RangeError(
      `Cannot use maxBufferedBodyBytes ${maxBufferedBodyBytes} as it must be at least 0`,
    );
  }
  return Object.freeze({
    listen,
    handler,
    onError: guardFailure(options.onError ?? reportFailure),
    onListen: (options.onListen as ((addr: Address) => void) | undefined) ??
      ((addr: Address) => announceListening(addr, scheme)),
    signal: options.signal,
    limits,
    protocols,
    http2: parseHttp2(options.http2, limits, timeouts),
    maxBufferedBodyBytes,
    timeouts,
    maxConnections,
    observer: guardedObserver(options.observer),
    network: options.network ?? platformNetwork,
    clock: options.clock ?? platformClock,
  });
}

/** What `shutdown` takes; see `Server`. */
export function parseGrace(graceMs: number | undefined): number {
  const grace = graceMs ?? DEFAULT_GRACE_MS;
  if (!(grace >= 0)) throw new RangeError(`Cannot use graceMs ${grace} as it must be at least 0`);
  return grace;
}

// 30 s is what Kestrel, gunicorn, Spring and Kubernetes give; Deno.serve and Go wait for ever.
const DEFAULT_GRACE_MS = 30_000;

// Express 100 KiB, nginx 1 MiB, Kestrel 28.6 MiB; Deno.serve has none.
const DEFAULT_MAX_BUFFERED_BODY_BYTES = 64 * 1024 * 1024;

function parseProtocols(asked: readonly ServedProtocol[] | undefined): readonly ServedProtocol[] {
  const protocols: readonly ServedProtocol[] = Object.freeze([...asked ?? SERVED]);
  if (protocols.length === 0) throw new TypeError('Cannot use option "protocols" as it is empty');
  for (const protocol of protocols) {
    if (!SERVED.includes(protocol)) {
      throw new TypeError(`Cannot use option "protocols" as "${protocol}" is not served`);
    }
  }
  return protocols;
}

const SERVED: readonly ServedProtocol[] = ["h2", "http/1.1"];

function parseHttp2(
  asked: ServeHttp2Options | undefined,
  shared: Http1Limits,
  timeouts: ServeTimeouts,
): ServerConfig["http2"] {
  const { abuse, ...numbers } = DEFAULT_HTTP2_LIMITS;
  const { abuse: askedAbuse, ...askedNumbers } = asked?.limits ?? {};
  const { maxBodyBytes, maxDrainBytes } = shared;
  return Object.freeze({
    limits: Object.freeze({
      ...complete("http2.limits", askedNumbers, { ...numbers, maxBodyBytes, maxDrainBytes }),
      abuse: complete("http2.limits.abuse", askedAbuse, { ...abuse }),
    }),
    timeouts: complete("http2.timeouts", asked?.timeouts, {
      ...DEFAULT_HTTP2_TIMEOUTS,
      headMs: timeouts.headers,
      bodyMs: timeouts.body,
      idleMs: timeouts.keepAlive,
    }),
    push: asked?.push ?? false,
  });
}

function parseListen(
  options: AnyServeOptions,
  protocols: readonly ServedProtocol[],
): ListenOptions {
  const tls = parseTls(options, protocols);
  if ("path" in options && options.path !== undefined) {
    for (const name of ["port", "hostname", "reusePort", "tcpBacklog"]) {
      if ((options as unknown as Record<string, unknown>)[name] !== undefined) {
        throw new TypeError(`Cannot use option "${name}" together with "path"`);
      }
    }
    if (options.path === "") throw new TypeError('Cannot use option "path" as it is empty');
    return Object.freeze({ path: options.path, ...tls });
  }
  const { port = 8000, hostname = "0.0.0.0", reusePort = false, tcpBacklog = 511 } =
    options as ServeTcpOptions;
  checkInteger("port", port, 0, 65_535);
  checkInteger("tcpBacklog", tcpBacklog, 1);
  return Object.freeze({ port, hostname, reusePort, backlog: tcpBacklog, ...tls });
}

function parseTls(
  options: AnyServeOptions,
  alpnProtocols: readonly ServedProtocol[],
): { readonly tls?: TlsListenOptions } {
  const { cert, key, tls } = options;
  if (cert === undefined && key === undefined && tls === undefined) return {};
  if (cert === undefined || key === undefined) {
    throw new TypeError('Cannot serve TLS as both "cert" and "key" are needed');
  }
  const asked: ServeTlsOptions = tls ?? {};
  const complete = {
    cert,
    key,
    alpnProtocols,
    backend: asked.backend ?? "node",
    resolveCertificate: asked.resolveCertificate,
    clientCertificate: asked.clientCertificate ?? "none",
    clientCaCerts: asked.clientCaCerts,
    minVersion: asked.minVersion ?? "TLSv1.2",
  } as const;
  checkTls(complete);
  return { tls: Object.freeze(complete) };
}

function checkTls(tls: TlsListenOptions): void {
  // A client certificate that is silently not asked for would be an open door.
  if (tls.clientCaCerts !== undefined && tls.clientCertificate === "none") {
    throw new TypeError(
      'Cannot use "tls.clientCaCerts" as no certificate is asked for: set "tls.clientCertificate"',
    );
  }
  if (tls.backend === "node") return;
  const unsupported = tls.resolveCertificate !== undefined
    ? "resolveCertificate"
    : tls.clientCertificate !== "none"
    ? "clientCertificate"
    : tls.minVersion !== "TLSv1.2"
    ? "minVersion"
    : undefined;
  if (unsupported !== undefined) {
    throw new TypeError(`Cannot use "tls.${unsupported}" as back end "deno" does not support it`);
  }
}

/** `defaults`, with what is set in `asked` in its place. Every value is a number of at least 0. */
function complete<T extends object>(group: string, asked: Partial<T> | undefined, defaults: T): T {
  const result = { ...defaults } as Record<string, number>;
  for (const [name, value] of Object.entries(asked ?? {})) {
    if (value === undefined) continue;
    // A misspelt limit that is silently not applied is worse than an error.
    if (!Object.hasOwn(defaults, name)) {
      throw new TypeError(`Cannot use option "${group}.${name}" as there is none of that name`);
    }
    if (typeof value !== "number" || !(value >= 0)) {
      throw new RangeError(
        `Cannot use option "${group}.${name}" as it must be a number of at least 0: got ${value}`,
      );
    }
    result[name] = value;
  }
  return Object.freeze(result) as T;
}

function checkInteger(name: string, value: number, least: number, most = Infinity): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `of at least ${least}` : `between ${least} and ${most}`;
  throw new RangeError(
    `Cannot use option "${name}" as it must be an integer ${range}: got ${value}`,
  );
}
