/**
 * What an observer hears while a client connects.
 *
 * Each phase has a start and an end; the end has an error where the phase failed or was given up. Of
 * addresses that are tried side by side (RFC 8305) each has its own.
 *
 * @module
 */

/**
 * The points. Every member is optional, as of every `Observer`.
 *
 * @example How long names take
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ConnectingObserver } from "@avx/runtime/ports/observer";
 *
 * const times: number[] = [];
 * const observer: ConnectingObserver = {
 *   "dns.end": ({ durationMs }) => times.push(durationMs),
 * };
 * const event = { hostname: "a.example", addresses: [], durationMs: 7, error: undefined };
 * observer["dns.end"]?.(event);
 * assertEquals(times, [7]);
 * ```
 */
export interface ConnectingObserver {
  /** A resolver is asked for a name. What is known already is not asked for. */
  readonly "dns.start"?: (event: DnsStarted) => void;
  /** It has answered. */
  readonly "dns.end"?: (event: DnsEnded) => void;
  /** An address is tried. */
  readonly "connect.start"?: (event: ConnectStarted) => void;
  /** It took the connection, or did not. */
  readonly "connect.end"?: (event: ConnectEnded) => void;
  /** A proxy is asked for the way on. */
  readonly "proxy.start"?: (event: ProxyStarted) => void;
  /** It gave the way, or did not. */
  readonly "proxy.end"?: (event: ProxyEnded) => void;
  /** A TLS handshake starts, with the server or with a proxy. */
  readonly "tls.start"?: (event: TlsStarted) => void;
  /** It is complete, or has failed. */
  readonly "tls.end"?: (event: TlsEnded) => void;
}

/**
 * How a phase ended.
 *
 * @example Half a second for nothing
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ConnectError } from "@avx/runtime/errors";
 * import type { ConnectingPhaseEnd } from "@avx/runtime/ports/observer";
 *
 * const end: ConnectingPhaseEnd = { durationMs: 500, error: new ConnectError("Refused") };
 * assertEquals(end.error?.name, "ConnectError");
 * ```
 */
export interface ConnectingPhaseEnd {
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** What went wrong, or why it was given up; `undefined` where it went well. */
  readonly error: Error | undefined;
}

/**
 * A resolver is asked.
 *
 * @example A question
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { DnsStarted } from "@avx/runtime/ports/observer";
 *
 * const event: DnsStarted = { hostname: "a.example" };
 * assertEquals(event.hostname, "a.example");
 * ```
 */
export interface DnsStarted {
  /** The name. */
  readonly hostname: string;
}

/**
 * A resolver has answered.
 *
 * @example An answer
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { DnsEnded } from "@avx/runtime/ports/observer";
 *
 * const event: DnsEnded = {
 *   hostname: "a.example",
 *   addresses: ["192.0.2.1"],
 *   durationMs: 12,
 *   error: undefined,
 * };
 * assertEquals(event.addresses.length, 1);
 * ```
 */
export interface DnsEnded extends DnsStarted, ConnectingPhaseEnd {
  /** What the name led to. */
  readonly addresses: readonly string[];
}

/**
 * An address is tried.
 *
 * @example An address
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ConnectStarted } from "@avx/runtime/ports/observer";
 *
 * const event: ConnectStarted = { hostname: "a.example", address: "192.0.2.1", port: 443 };
 * assertEquals(event.port, 443);
 * ```
 */
export interface ConnectStarted {
  /** The host that is wanted, or the path of a unix socket. */
  readonly hostname: string;
  /** The address that is tried; the same as the host where the platform resolves it. */
  readonly address: string;
  /** The port; 0 of a unix socket. */
  readonly port: number;
}

/**
 * An address took the connection, or did not.
 *
 * @example Refused
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ConnectError } from "@avx/runtime/errors";
 * import type { ConnectEnded } from "@avx/runtime/ports/observer";
 *
 * const event: ConnectEnded = {
 *   hostname: "a.example",
 *   address: "192.0.2.1",
 *   port: 443,
 *   durationMs: 3,
 *   error: new ConnectError("Refused", { code: "ECONNREFUSED" }),
 * };
 * assertEquals(event.error?.message, "Refused");
 * ```
 */
export interface ConnectEnded extends ConnectStarted, ConnectingPhaseEnd {}

/**
 * A proxy is asked for the way on.
 *
 * @example A proxy
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ProxyStarted } from "@avx/runtime/ports/observer";
 *
 * const event: ProxyStarted = { proxy: "http://proxy.example:3128", target: "a.example:443" };
 * assertEquals(event.target, "a.example:443");
 * ```
 */
export interface ProxyStarted {
  /** Which proxy. There is no password in it. */
  readonly proxy: string;
  /** Where to: host and port. */
  readonly target: string;
}

/**
 * A proxy gave the way, or did not.
 *
 * @example A way
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ProxyEnded } from "@avx/runtime/ports/observer";
 *
 * const event: ProxyEnded = {
 *   proxy: "http://proxy.example:3128",
 *   target: "a.example:443",
 *   durationMs: 20,
 *   error: undefined,
 * };
 * assertEquals(event.error, undefined);
 * ```
 */
export interface ProxyEnded extends ProxyStarted, ConnectingPhaseEnd {}

/**
 * A TLS handshake starts.
 *
 * @example A handshake
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { TlsStarted } from "@avx/runtime/ports/observer";
 *
 * const event: TlsStarted = { serverName: "a.example" };
 * assertEquals(event.serverName, "a.example");
 * ```
 */
export interface TlsStarted {
  /** The name that is sent and verified. */
  readonly serverName: string;
}

/**
 * A TLS handshake is complete, or has failed.
 *
 * @example HTTP/2 was agreed on
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { TlsEnded } from "@avx/runtime/ports/observer";
 *
 * const event: TlsEnded = {
 *   serverName: "a.example",
 *   alpnProtocol: "h2",
 *   durationMs: 20,
 *   error: undefined,
 * };
 * assertEquals(event.alpnProtocol, "h2");
 * ```
 */
export interface TlsEnded extends TlsStarted, ConnectingPhaseEnd {
  /** What was agreed on by ALPN (RFC 7301), if anything. */
  readonly alpnProtocol: string | undefined;
}
