/**
 * Where a connection leads and by which way: all that two requests must have in common to use the
 * same one.
 *
 * @module
 */

import type { KeyPair } from "@avx/runtime/ports/transport";
import type { FieldLines } from "@avx/semantics/field-section";
import type { Origin } from "./origin.ts";

/** A proxy that connections go through. */
export interface ProxyTarget {
  /**
   * What is spoken with it: HTTP in clear text or over TLS, or SOCKS (RFC 1928), where `socks5` gets
   * addresses and `socks5h` names.
   */
  readonly protocol: "http" | "https" | "socks5" | "socks5h";
  /** Its name or address, an IPv6 address without brackets. */
  readonly hostname: string;
  /** Its port. */
  readonly port: number;
  /** How we introduce ourselves to it by SOCKS. */
  readonly credentials: ProxyCredentials | undefined;
  /** Field lines for it alone, credentials included, of HTTP. */
  readonly fields: FieldLines;
  /** How TLS is done with it. */
  readonly tls: TlsIdentity;
  /** The size of the head of its answer, in bytes. */
  readonly maxReplyBytes: number;
  /** The same for the same proxy with the same credentials. It holds no password: it is shown. */
  readonly key: string;
}

/** A name and a password for a proxy. */
export interface ProxyCredentials {
  /** The name. */
  readonly username: string;
  /** The password. */
  readonly password: string;
}

/** What a TLS session shows and asks for: sessions that differ in it are not interchangeable. */
export interface TlsIdentity {
  /** Authorities trusted beside the system's, in PEM. */
  readonly caCerts: readonly string[] | undefined;
  /** The client's own certificate. */
  readonly clientCertificate: KeyPair | undefined;
  /** The name that is sent and verified, instead of the origin's. */
  readonly serverName: string | undefined;
  /** Whether the server's certificate has to be valid. */
  readonly verify: boolean;
  /** The same for the same identity; empty for the client's own. It holds no key: it is shown. */
  readonly key: string;
}

/** The way to an origin, from the local end on. */
export interface Way {
  /** Through a proxy. */
  readonly proxy: ProxyTarget | undefined;
  /** How TLS is done, where the origin is reached over it. */
  readonly tls: TlsIdentity;
  /** To a unix socket, whatever host the origin names. */
  readonly socketPath: string | undefined;
  /**
   * Whether an HTTP proxy is asked for a tunnel even where it could be asked for the resource itself.
   *
   * @default {false}
   */
  readonly tunnel?: boolean;
}

/** An origin and the way there. */
export interface Route extends Omit<Way, "tunnel"> {
  /**
   * `https://example.com:443`, followed by whatever else tells connections apart: the same for the
   * same route.
   */
  readonly key: string;
  /** Where it leads. */
  readonly origin: Origin;
  /** Whether nothing but HTTP/1.1 may be spoken there. */
  readonly onlyHttp1: boolean;
  /** Whether the proxy is asked for resources (RFC 9112 §3.2.2), and not for a tunnel. */
  readonly forwarded: boolean;
}

/** The route to `origin` by `way`. */
export function routeOf(origin: Origin, way: Way): Route {
  const { proxy, tls, socketPath, tunnel = false } = way;
  const mayForward = proxy !== undefined && !origin.encrypted && isHttpProxy(proxy);
  let { key } = origin;
  if (socketPath !== undefined) key += ` unix:${socketPath}`;
  if (proxy !== undefined) key += ` via ${proxy.key}`;
  if (mayForward && tunnel) key += " tunnel";
  if (origin.encrypted && tls.key !== "") key += ` ${tls.key}`;
  const forwarded = mayForward && !tunnel;
  return { key, origin, proxy, tls, socketPath, onlyHttp1: false, forwarded };
}

/** Whether HTTP is spoken with a proxy. */
export function isHttpProxy({ protocol }: ProxyTarget): boolean {
  return protocol === "http" || protocol === "https";
}

/** The same route for HTTP/1.1 alone, with connections of its own. */
export function overHttp1(route: Route): Route {
  return { ...route, key: `${route.key} http/1.1`, onlyHttp1: true };
}

/** What {@linkcode TlsIdentities} gives identities for. */
export type TlsIdentityInit = Partial<Omit<TlsIdentity, "key">>;

const MAX_IDENTITIES = 512; // what is forgotten gets another key, at the price of one handshake

/** Gives equal TLS options the same identity, and different ones different keys. */
export class TlsIdentities {
  readonly #known = new Map<string, TlsIdentity>();
  #last = 0;

  /**
   * The identity of TLS options.
   *
   * @param init Whatever is missing is as in `own`.
   * @param own The client's own.
   */
  of(init: TlsIdentityInit, own: TlsIdentity): TlsIdentity {
    const { key: _, ...parts } = { ...own, ...init };
    const { caCerts, clientCertificate, serverName, verify } = parts;
    const text = contentOf(parts);
    if (text === contentOf(own)) return own;
    let identity = this.#known.get(text);
    if (identity === undefined) {
      const key = `tls#${++this.#last}`;
      identity = Object.freeze({ caCerts, clientCertificate, serverName, verify, key });
      if (this.#known.size >= MAX_IDENTITIES) this.#known.clear();
      this.#known.set(text, identity);
    }
    return identity;
  }
}

function contentOf(identity: Omit<TlsIdentity, "key">): string {
  const { caCerts = [], clientCertificate, serverName, verify } = identity;
  const { cert, key } = clientCertificate ?? {};
  return JSON.stringify([caCerts, cert, key, serverName, verify]);
}
