/**
 * How connections come about: what a client can be told about it.
 *
 * @module
 */

import { environment } from "@avx/runtime/platform";
import { TlsIdentities, type TlsIdentity } from "../route.ts";
import type { AddressFamily } from "./address_order.ts";
import { type DnsConfig, type DnsOptions, parseDnsOptions } from "./dns_options.ts";
import { type ProxyChoice, proxyChoiceOf, type ProxyOption } from "./proxy_choice.ts";
import { ProxyTargets } from "./proxy_target.ts";

/** How the addresses of a host are tried (RFC 8305). */
export interface HappyEyeballsOptions {
  /**
   * How long an address has to itself before the next one is tried as well, in milliseconds. At
   * least 10 (RFC 8305 §8); `Infinity` tries the next one only where one has failed.
   *
   * @default {250}
   */
  readonly attemptDelay?: number;
  /**
   * The family to begin with.
   *
   * @default {that of the first address resolved}
   */
  readonly prefer?: "ipv4" | "ipv6";
}

/** How connections come about. Everything has a default. */
export interface ConnectingOptions {
  /**
   * How names become addresses. Where a program may connect to some hosts only
   * (`--allow-net=a.example`) and brings no `resolve`, Deno resolves them itself, as it does not
   * let their addresses be connected to.
   */
  readonly dns?: DnsOptions;
  /** How the addresses of a host are tried. */
  readonly happyEyeballs?: HappyEyeballsOptions;
  /**
   * The proxy that connections go through. An HTTP proxy is asked for tunnels (CONNECT) to https
   * origins, and is given requests to http ones, so that what it answers itself, such as 407, comes as
   * a response there; elsewhere it is a `ProxyError`.
   *
   * @default {none; the environment is not read}
   */
  readonly proxy?: ProxyOption;
}

/** {@linkcode ConnectingOptions}, complete and checked. */
export interface ConnectingConfig {
  /** How names become addresses. */
  readonly dns: DnsConfig;
  /** The head start of each address, in milliseconds. */
  readonly attemptDelayMs: number;
  /** The family to begin with. */
  readonly preferredFamily: AddressFamily | undefined;
  /** Which proxy; `undefined` for none. */
  readonly proxy: ProxyChoice | undefined;
  /** The proxies that are known, so that equal ones share connections. */
  readonly proxyTargets: ProxyTargets;
  /** The ways to do TLS that are known, so that equal ones share connections. */
  readonly tlsIdentities: TlsIdentities;
}

/**
 * Completes and checks the options.
 *
 * @param tls How the client does TLS.
 * @throws {RangeError} If a number is not in its range.
 * @throws {TypeError} If something is not of its kind.
 */
export function parseConnectingOptions(
  options: ConnectingOptions,
  tls: TlsIdentity,
): ConnectingConfig {
  const { attemptDelay = 250, prefer } = options.happyEyeballs ?? {}; // RFC 8305 §8: 250 ms
  if (!(attemptDelay >= 10)) {
    throw new RangeError(
      "Cannot use options.happyEyeballs.attemptDelay as it must be at least 10: " +
        `current value is ${attemptDelay}`,
    );
  }
  const proxyTargets = new ProxyTargets(tls);
  return {
    dns: parseDnsOptions(options.dns),
    attemptDelayMs: attemptDelay,
    preferredFamily: familyNamed(prefer),
    proxy: proxyChoiceOf(options.proxy, { targets: proxyTargets, environment }),
    proxyTargets,
    tlsIdentities: new TlsIdentities(),
  };
}

function familyNamed(name: string | undefined): AddressFamily | undefined {
  if (name === undefined) return undefined;
  if (name === "ipv4") return 4;
  if (name === "ipv6") return 6;
  throw new TypeError(
    'Cannot use options.happyEyeballs.prefer as it must be "ipv4" or "ipv6": ' +
      `current value is "${name}"`,
  );
}
