/**
 * Which proxy the environment asks for, by the rules that curl and Go have in common.
 *
 * - `http_proxy`, `https_proxy` for the scheme, otherwise `all_proxy`; lower case before upper.
 *   A variable that is empty is not there.
 * - `HTTP_PROXY` in upper case is ignored where `REQUEST_METHOD` is set: in a CGI program it is the
 *   client's field `Proxy` (CVE-2016-5385).
 * - `no_proxy` lists, with commas or spaces between, who is reached directly: names with all that is
 *   below them (`a.example`; a dot before it changes nothing), only what is below (`*.a.example`),
 *   addresses, networks (`10.0.0.0/8`), each with a port or without, or `*` for everybody.
 * - `localhost` and this machine's own addresses are reached directly, as by Go.
 *
 * @module
 */

import { ipBytes, type IpNetwork, isInNetwork, isLoopback, parseNetwork } from "./ip_address.ts";

/** Where a request goes. */
export interface ProxiedOrigin {
  /** Whether it is reached over TLS. */
  readonly encrypted: boolean;
  /** The name or the address, an IPv6 address without brackets. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
}

/** What the environment says about proxies, as it was at one moment. */
export class ProxyEnvironment {
  readonly #http: string | undefined;
  readonly #https: string | undefined;
  readonly #exceptions: readonly Exception[];

  /**
   * Reads the environment.
   *
   * @param read Gives the value of a variable, `undefined` where there is none.
   */
  constructor(read: (name: string) => string | undefined) {
    const valueOf = (...names: string[]): string | undefined => {
      for (const name of names) {
        const value = read(name)?.trim();
        if (value !== undefined && value !== "") return value;
      }
      return undefined;
    };
    const all = valueOf("all_proxy", "ALL_PROXY");
    const isCgi = read("REQUEST_METHOD") !== undefined;
    this.#http = (isCgi ? valueOf("http_proxy") : valueOf("http_proxy", "HTTP_PROXY")) ?? all;
    this.#https = valueOf("https_proxy", "HTTPS_PROXY") ?? all;
    const list = valueOf("no_proxy", "NO_PROXY") ?? "";
    this.#exceptions = list.split(/[\s,]+/).filter((entry) => entry !== "").map(exceptionOf);
  }

  /** All proxies that it names. */
  get proxies(): readonly string[] {
    return [this.#http, this.#https].filter((proxy) => proxy !== undefined);
  }

  /** The proxy for `origin`; `undefined` to go there directly. */
  proxyFor(origin: ProxiedOrigin): string | undefined {
    const proxy = origin.encrypted ? this.#https : this.#http;
    if (proxy === undefined) return undefined;
    const hostname = origin.hostname.toLowerCase().replace(/\.$/, "");
    if (hostname === "localhost") return undefined;
    const address = ipBytes(hostname);
    if (address !== undefined && isLoopback(address)) return undefined;
    const host: Host = { hostname, address, port: origin.port };
    return this.#exceptions.some((exception) => excepts(exception, host)) ? undefined : proxy;
  }
}

interface Host {
  readonly hostname: string;
  readonly address: Uint8Array | undefined;
  readonly port: number;
}

type Exception =
  | { readonly tag: "all" }
  | { readonly tag: "network"; readonly network: IpNetwork; readonly port: number | undefined }
  | {
    readonly tag: "name";
    readonly name: string;
    readonly port: number | undefined;
    readonly below: boolean; // only what is below it
  };

function excepts(exception: Exception, { hostname, address, port }: Host): boolean {
  if (exception.tag === "all") return true;
  if (exception.port !== undefined && exception.port !== port) return false;
  if (exception.tag === "network") {
    return address !== undefined && isInNetwork(address, exception.network);
  }
  if (address !== undefined) return false;
  const { name, below } = exception;
  return hostname.endsWith(`.${name}`) || !below && hostname === name;
}

function exceptionOf(entry: string): Exception {
  if (entry === "*") return { tag: "all" };
  const network = parseNetwork(entry);
  if (network !== undefined) return { tag: "network", network, port: undefined };
  const { host, port } = hostAndPort(entry.toLowerCase());
  const address = ipBytes(host);
  if (address !== undefined) {
    const single = parseNetwork(`${host}/${address.length * 8}`)!;
    return { tag: "network", network: single, port };
  }
  const below = host.startsWith("*.");
  const name = host.replace(/^\*?\.|\.$/g, "");
  return { tag: "name", name, port, below };
}

// "a.example:80", "192.0.2.1:80", "[::1]:80", "[::1]", "::1"
function hostAndPort(entry: string): { readonly host: string; readonly port: number | undefined } {
  if (ipBytes(entry) !== undefined) return { host: entry, port: undefined };
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry);
  if (match === null) return { host: entry, port: undefined };
  const [, bracketed, plain, port] = match;
  return { host: bracketed ?? plain, port: port === undefined ? undefined : Number(port) };
}
