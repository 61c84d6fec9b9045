/**
 * IP addresses as bytes, for those who compare them or send them.
 *
 * @module
 */

import { isIpv4, isIpv6 } from "@avx/semantics/authority";

/**
 * The bytes of an address, 4 or 16 of them.
 *
 * @param text An address without brackets. A zone (RFC 4007 §11) is not part of it.
 * @returns `undefined` if it is a name.
 */
export function ipBytes(text: string): Uint8Array | undefined {
  if (isIpv4(text)) return Uint8Array.from(text.split("."), Number);
  return isIpv6(text) ? ipv6Bytes(text) : undefined;
}

/** Whether `text` is an address, with or without a zone, and not a name. */
export function isIpAddress(text: string): boolean {
  if (isIpv4(text)) return true;
  const zone = text.indexOf("%");
  return isIpv6(zone === -1 ? text : text.slice(0, zone));
}

/** Addresses that begin alike (RFC 4632 §3.1). */
export interface IpNetwork {
  /** Its first address; an IPv4 one is mapped (RFC 4291 §2.5.5.2). */
  readonly prefix: Uint8Array;
  /** How many bits are alike, of 128. */
  readonly prefixBits: number;
}

/**
 * A network in the notation `192.0.2.0/24`.
 *
 * @returns `undefined` if it is none.
 */
export function parseNetwork(text: string): IpNetwork | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text);
  const bytes = match === null ? undefined : ipBytes(match[1]);
  if (match === null || bytes === undefined) return undefined;
  const length = Number(match[2]);
  if (length > bytes.length * 8) return undefined;
  return { prefix: mapped(bytes), prefixBits: 128 - bytes.length * 8 + length };
}

/** Whether `address`, 4 or 16 bytes, is in `network`. */
export function isInNetwork(address: Uint8Array, { prefix, prefixBits }: IpNetwork): boolean {
  const bytes = mapped(address);
  const whole = prefixBits >> 3;
  for (let at = 0; at < whole; at++) if (bytes[at] !== prefix[at]) return false;
  const rest = prefixBits & 7;
  return rest === 0 || ((bytes[whole] ^ prefix[whole]) >> (8 - rest)) === 0;
}

/** Whether the address, 4 or 16 bytes, is this machine's own (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export function isLoopback(address: Uint8Array): boolean {
  return LOOPBACK.some((network) => isInNetwork(address, network));
}

function ipv6Bytes(text: string): Uint8Array {
  const [before, after] = text.split("::");
  const first = groupBytes(before);
  const last = after === undefined ? [] : groupBytes(after);
  const bytes = new Uint8Array(16);
  bytes.set(first);
  bytes.set(last, 16 - last.length);
  return bytes;
}

function groupBytes(text: string): number[] {
  const bytes: number[] = [];
  for (const group of text === "" ? [] : text.split(":")) {
    if (group.includes(".")) bytes.push(...group.split(".").map(Number));
    else bytes.push(parseInt(group, 16) >> 8, parseInt(group, 16) & 0xff);
  }
  return bytes;
}

function mapped(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 16) return bytes;
  const wide = new Uint8Array(16);
  wide[10] = wide[11] = 0xff;
  wide.set(bytes, 12);
  return wide;
}

const LOOPBACK = ["127.0.0.0/8", "::1/128"].map((text) => parseNetwork(text)!);
