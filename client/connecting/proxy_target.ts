/**
 * From what a caller or the environment says about a proxy to what a connection needs of it.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import { type FieldInit, fieldLinesOf, hasField } from "@avx/semantics/field-lines";
import type { ProxyCredentials, ProxyTarget, TlsIdentity } from "../route.ts";
import { checkSocks5Credentials } from "./socks5.ts";

/** How TLS is done with a proxy. */
export interface ProxyTlsOptions {
  /** Authorities trusted beside the system's, in PEM. @default {the client's} */
  readonly caCerts?: readonly string[];
  /** The client's certificate for the proxy. */
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  /** The name that is sent and verified, instead of that in the URL. */
  readonly serverName?: string;
  /** `false` accepts any certificate: for tests only. @default {the client's} */
  readonly verify?: boolean;
}

/** A proxy. */
export interface ProxyOptions {
  /**
   * Where it is and what is spoken with it: `http:`, `https:`, `socks5h:` (also `socks:`), which is
   * given names to resolve, or `socks5:`, which is given the first address that was resolved here. Without a
   * scheme it is `http:`. The ports by default are 80, 443 and 1080.
   */
  readonly url: string | URL;
  /** A name, sent with `Basic` authentication or by RFC 1929. @default {that in the URL} */
  readonly username?: string;
  /** Its password. @default {that in the URL} */
  readonly password?: string;
  /** Field lines for the proxy alone, such as `proxy-authorization: Bearer …`. Of HTTP. */
  readonly headers?: FieldInit;
  /** How TLS is done with the proxy itself, at an `https:` URL. */
  readonly tls?: ProxyTlsOptions;
  /**
   * The size of the head of an answer to CONNECT, in bytes.
   *
   * @default {16384}
   */
  readonly maxReplyBytes?: number;
}

/** A proxy, as a URL or with everything. */
export type ProxyInit = string | URL | ProxyOptions;

const SCHEMES: Readonly<Record<string, Scheme>> = Object.freeze({
  "http:": { protocol: "http", port: 80 },
  "https:": { protocol: "https", port: 443 },
  "socks5:": { protocol: "socks5", port: 1080 },
  "socks5h:": { protocol: "socks5h", port: 1080 },
  "socks:": { protocol: "socks5h", port: 1080 },
});

const MAX_REPLY_BYTES = 16 * 1024; // Go 64 KiB for CONNECT, Squid's own replies stay below 8 KiB
const MAX_TARGETS = 512; // what is forgotten gets another key, at the price of one connection

/** Gives equal proxies the same target, and different ones different keys. */
export class ProxyTargets {
  readonly #own: TlsIdentity;
  readonly #known = new Map<string, ProxyTarget>();
  #last = 0;

  /** Makes one that knows none. `own` is how the client does TLS. */
  constructor(own: TlsIdentity) {
    this.#own = own;
  }

  /**
   * The target that `init` says.
   *
   * @throws {TypeError} If the URL, a field or the credentials are not valid.
   * @throws {RangeError} If the limit is not positive.
   */
  of(init: ProxyInit): ProxyTarget {
    const options = typeof init === "string" || init instanceof URL ? { url: init } : init;
    const parts = this.#partsOf(options);
    const content = JSON.stringify(parts);
    let target = this.#known.get(content);
    if (target === undefined) {
      target = Object.freeze({ ...parts, key: this.#keyOf(parts, options) });
      if (this.#known.size >= MAX_TARGETS) this.#known.clear();
      this.#known.set(content, target);
    }
    return target;
  }

  #partsOf(options: ProxyOptions): Omit<ProxyTarget, "key"> {
    const { scheme, hostname, port, ...inUrl } = addressOf(options.url);
    const { protocol } = scheme;
    const { maxReplyBytes = MAX_REPLY_BYTES } = options;
    if (!(maxReplyBytes > 0)) {
      throw new RangeError(
        `Cannot use proxy as maxReplyBytes must be positive: current value is ${maxReplyBytes}`,
      );
    }
    const { username = inUrl.username, password = inUrl.password } = options;
    const credentials = username === "" && password === "" ? undefined : { username, password };
    const isHttp = protocol === "http" || protocol === "https";
    if (credentials !== undefined && !isHttp) checkSocks5Credentials(credentials);
    const fields = isHttp ? fieldsOf(options.headers, credentials) : [];
    const tls = this.#tlsOf(options.tls);
    return { protocol, hostname, port, credentials, fields, tls, maxReplyBytes };
  }

  #keyOf(parts: Omit<ProxyTarget, "key">, { tls }: ProxyOptions): string {
    const { protocol, hostname, port, credentials, fields } = parts;
    const host = hostname.includes(":") ? `[${hostname}]` : hostname;
    const where = `${protocol}://${host}:${port}`;
    const isPlain = credentials === undefined && fields.length === 0 && tls === undefined;
    return isPlain ? where : `${where}#${++this.#last}`;
  }

  #tlsOf(options: ProxyTlsOptions = {}): TlsIdentity {
    const { caCerts, verify } = this.#own;
    // The client's certificate is for servers: a proxy gets one only where it is meant to.
    const { clientCertificate, serverName } = options;
    return {
      caCerts: options.caCerts ?? caCerts,
      clientCertificate,
      serverName,
      verify: options.verify ?? verify,
      key: "",
    };
  }
}

interface Scheme {
  readonly protocol: ProxyTarget["protocol"];
  readonly port: number;
}

interface ProxyAddress extends ProxyCredentials {
  readonly scheme: Scheme;
  readonly hostname: string;
  readonly port: number;
}

function addressOf(url: string | URL): ProxyAddress {
  const text = String(url);
  const href = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  let parsed: URL;
  let special: URL;
  try {
    parsed = new URL(href);
    // The URL standard takes hosts apart only under schemes that it knows.
    special = new URL(href.replace(/^[^:]*/, "http"));
  } catch {
    // The text itself stays out of the message: there may be a password in it.
    throw new TypeError("Cannot use proxy as its URL is not valid");
  }
  const { protocol, port, username, password } = parsed;
  if (!Object.hasOwn(SCHEMES, protocol)) {
    throw new TypeError(
      "Cannot use proxy as its URL must be http, https, socks5 or socks5h: " +
        `current scheme is "${protocol}"`,
    );
  }
  const scheme = SCHEMES[protocol];
  const { hostname } = special;
  return {
    scheme,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port: port === "" ? scheme.port : Number(port),
    username: decoded(username),
    password: decoded(password),
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new TypeError("Cannot use proxy as the credentials in its URL are not valid");
  }
}

function fieldsOf(
  headers: FieldInit | undefined,
  credentials: ProxyCredentials | undefined,
): readonly string[] {
  const lines = headers === undefined ? [] : fieldLinesOf(headers);
  if (credentials === undefined || hasField(lines, "proxy-authorization")) return lines;
  const { username, password } = credentials;
  if (username.includes(":")) {
    // RFC 7617 §2: the first colon ends the name.
    throw new TypeError("Cannot use proxy as its username must not hold a colon");
  }
  const bytes = encodeUtf8(`${username}:${password}`);
  const token = btoa(String.fromCharCode(...bytes));
  return [...lines, "proxy-authorization", `Basic ${token}`];
}
