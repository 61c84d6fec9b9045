/**
 * The way of one request, where it is not the client's.
 *
 * @module
 */

import type { ProxyInit } from "./connecting/proxy_target.ts";
import type { ClientConfig, ClientTlsOptions } from "./options.ts";
import type { Origin } from "./origin.ts";
import type { TlsIdentityInit, Way } from "./route.ts";

/**
 * The way of one request. Connections are shared by requests that go the same way, and by no others.
 * A redirect to another origin goes on without `tls` and `socketPath`.
 */
export interface WayOptions {
  /** How TLS is done. What it leaves out is as the client's. */
  readonly tls?: ClientTlsOptions;
  /** The proxy to go through; `null` goes directly. @default {the client's} */
  readonly proxy?: ProxyInit | null;
  /** The path of a unix socket to go to, whatever host the URL names. No proxy is asked then. */
  readonly socketPath?: string;
}

/** Whether a request goes a way of its own. */
export function choosesWay({ tls, proxy, socketPath }: WayOptions): boolean {
  return tls !== undefined || proxy !== undefined || socketPath !== undefined;
}

/**
 * The way to an origin.
 *
 * @param options The request's own, if it has any.
 * @throws {TypeError} If what is said to be a proxy is none.
 */
export function wayTo(
  origin: Origin,
  url: URL,
  config: ClientConfig,
  options: WayOptions = {},
): Omit<Way, "tunnel"> {
  const { tlsIdentities, proxyTargets } = config;
  const tls = options.tls === undefined
    ? config.tls
    : tlsIdentities.of(withoutUndefined(options.tls), config.tls);
  const socketPath = options.socketPath ?? config.socketPath;
  if (socketPath !== undefined) return { proxy: undefined, tls, socketPath };
  const { proxy } = options;
  if (proxy === undefined) return { proxy: config.proxy?.choose(origin, url), tls, socketPath };
  return { proxy: proxy === null ? undefined : proxyTargets.of(proxy), tls, socketPath };
}

function withoutUndefined(options: ClientTlsOptions): TlsIdentityInit {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
