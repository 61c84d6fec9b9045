/**
 * Hosts and authorities as `Host`, `:authority` and request targets carry them
 * (RFC 3986 §3.2, RFC 9110 §4.2, §7.2).
 *
 * @module
 */

/** A host and, where it was given, a port. */
export interface Authority {
  /** The host as it was written; an IPv6 address keeps its brackets. */
  readonly host: string;
  /** The port, or `undefined` where there was none or an empty one. */
  readonly port: number | undefined;
}

const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const PERCENT = 0x25;

// unreserved and sub-delims: what a reg-name may hold beside percent-encoded octets.
const REG_NAME = characterTable(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=",
);
const HEX = characterTable("0123456789ABCDEFabcdef");

/**
 * Takes `host [":" port]` apart. There is no user information in it: RFC 9110 §4.2.4 wants that
 * treated as an error.
 *
 * @returns `undefined` if the text is not valid. An empty host is not.
 *
 * @example Hosts with and without a port
 * ```ts
 * import { parseAuthority } from "@avx/semantics/authority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseAuthority("a.example:8080"), { host: "a.example", port: 8080 });
 * assertEquals(parseAuthority("[::1]"), { host: "[::1]", port: undefined });
 * assertEquals(parseAuthority("user@a.example"), undefined);
 * ```
 */
export function parseAuthority(text: string): Authority | undefined {
  const end = hostEnd(text);
  if (end <= 0) return undefined;
  const host = text.slice(0, end);
  if (end === text.length) return { host, port: undefined };
  const port = parsePort(text, end + 1);
  return port === -1 ? undefined : { host, port: end + 1 === text.length ? undefined : port };
}

/**
 * Whether a text is a valid value of `Host`: a host with or without a port, or nothing, which a
 * client sends where the target has no authority (RFC 9112 §3.2).
 *
 * @example Hosts and others
 * ```ts
 * import { isHost } from "@avx/semantics/authority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isHost("a.example:80"), true);
 * assertEquals(isHost(""), true);
 * assertEquals(isHost("a.example/path"), false);
 * assertEquals(isHost("a.example, b.example:80:80"), false);
 * ```
 */
export function isHost(text: string): boolean {
  if (text === "") return true;
  const end = hostEnd(text);
  if (end <= 0) return false;
  return end === text.length || parsePort(text, end + 1) !== -1;
}

/**
 * Whether a text is an IPv6 address, without brackets and without a zone (RFC 3986 §3.2.2).
 *
 * @example Addresses
 * ```ts
 * import { isIpv6 } from "@avx/semantics/authority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isIpv6("2001:db8::1"), true);
 * assertEquals(isIpv6("::ffff:192.0.2.1"), true);
 * assertEquals(isIpv6("1::2::3"), false);
 * ```
 */
export function isIpv6(text: string): boolean {
  const gap = text.indexOf("::");
  if (gap === -1) return ipv6Groups(text, true) === 8;
  if (text.indexOf("::", gap + 1) !== -1) return false;
  const before = gap === 0 ? 0 : ipv6Groups(text.slice(0, gap), false);
  const after = gap + 2 === text.length ? 0 : ipv6Groups(text.slice(gap + 2), true);
  return before !== -1 && after !== -1 && before + after <= 7;
}

/**
 * Whether a text is an IPv4 address in four decimal parts without leading zeros (RFC 3986 §3.2.2).
 *
 * @example Addresses
 * ```ts
 * import { isIpv4 } from "@avx/semantics/authority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isIpv4("192.0.2.1"), true);
 * assertEquals(isIpv4("192.0.2.01"), false);
 * ```
 */
export function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

/** The offset behind the host at the start of `text`; -1 if what stands there is no host. */
function hostEnd(text: string): number {
  if (text.charCodeAt(0) === OPEN_BRACKET) return literalEnd(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (REG_NAME[code] === 1) continue;
    if (code === COLON) return at;
    if (code !== PERCENT || !isHexAt(text, at + 1) || !isHexAt(text, at + 2)) return -1;
    at += 2;
  }
  return text.length;
}

function literalEnd(text: string): number {
  const close = text.indexOf("]");
  if (close === -1) return -1;
  if (close + 1 < text.length && text.charCodeAt(close + 1) !== COLON) return -1;
  const address = text.slice(1, close);
  // RFC 3986 §3.2.2: IPvFuture, for completeness.
  const valid = isIpv6(address) || /^v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+$/i.test(address);
  return valid ? close + 1 : -1;
}

/** The port from `start` to the end; 0 if that is empty, which is allowed; -1 if it is no port. */
function parsePort(text: string, start: number): number {
  let port = 0;
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    port = port * 10 + digit;
    if (port > 65_535) return -1;
  }
  return port;
}

/** How many groups of 16 bits colons separate; -1 if one is malformed. */
function ipv6Groups(text: string, ipv4Allowed: boolean): number {
  const groups = text.split(":");
  let count = groups.length;
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) continue;
    if (!ipv4Allowed || index !== groups.length - 1 || !isIpv4(group)) return -1;
    count++;
  }
  return count;
}

function isHexAt(text: string, at: number): boolean {
  return HEX[text.charCodeAt(at)] === 1;
}

function characterTable(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (let at = 0; at < characters.length; at++) table[characters.charCodeAt(at)] = 1;
  return table;
}
