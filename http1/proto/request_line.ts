/**
 * Methods and targets, from bytes to strings that are shared where they repeat.
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import { isHost } from "./host.ts";

/** The registered methods in use, by their length; the longest registered one has 17 letters. */
const METHODS: readonly (readonly string[])[] = byLength([
  ...["GET", "PUT", "ACL"],
  ...["HEAD", "POST", "COPY", "LOCK", "MOVE", "LINK", "BIND"],
  ...["PATCH", "TRACE", "MERGE", "LABEL", "QUERY"],
  ...["DELETE", "UNLOCK", "REPORT", "SEARCH", "UNLINK", "UPDATE", "REBIND", "UNBIND"],
  ...["OPTIONS", "CONNECT", "CHECKIN", "MKCOL"],
  ...["CHECKOUT", "PROPFIND"],
  ...["PROPPATCH"],
  ...["ORDERPATCH", "MKCALENDAR", "MKACTIVITY", "MKWORKSPACE", "UNCHECKOUT"],
  ...["VERSION-CONTROL", "BASELINE-CONTROL", "MKREDIRECTREF", "UPDATEREDIRECTREF"],
]);

/** The method from `start` to `end`: a shared string for registered ones. */
export function methodOf(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length === 3 && bytes[start] === 0x47 && equals(bytes, start, "GET")) return "GET";
  const candidates = METHODS[length];
  if (candidates !== undefined) {
    for (const method of candidates) {
      if (equals(bytes, start, method)) return method;
    }
  }
  return latin1(bytes, start, end);
}

/** The target from `start` to `end`: the string `last` if it is the same. */
export function targetOf(bytes: Uint8Array, start: number, end: number, last: string): string {
  if (end - start === last.length && equals(bytes, start, last)) return last;
  return latin1(bytes, start, end);
}

/** Where in a target the authority is; see {@linkcode authorityOf}. */
export interface Authority {
  /** Where it starts. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/**
 * Checks a target that is not in origin form (RFC 9112 §3.2.2–§3.2.4).
 *
 * @returns Its authority, `undefined` for `*`, or what is wrong with it.
 */
export function authorityOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  method: string,
): Authority | string | undefined {
  if (method === "CONNECT") {
    const port = bytes.lastIndexOf(0x3a, end - 1);
    return port > start && port < end - 1 && isHost(bytes, start, end)
      ? { start, end }
      : "The target of CONNECT is not a host with a port";
  }
  if (bytes[start] === 0x2a && end - start === 1) {
    return method === "OPTIONS" ? undefined : "The target * is for OPTIONS only";
  }
  const authority = schemeEnd(bytes, start, end) + 3;
  if (authority < 3 || bytes[authority - 2] !== 0x2f || bytes[authority - 1] !== 0x2f) {
    return "The target is neither a path nor an absolute URI";
  }
  let at = authority;
  while (at < end && bytes[at] !== 0x2f && bytes[at] !== 0x3f) at++;
  // RFC 9110 §4.2.4: user information in an http URI is an attempt to mislead.
  return at > authority && at <= end && isHost(bytes, authority, at)
    ? { start: authority, end: at }
    : "The target's authority is not a host";
}

/** The offset of the colon behind a scheme; a negative number if there is none. */
function schemeEnd(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    const lower = byte | 0x20;
    if (lower >= 0x61 && lower <= 0x7a) continue;
    if (at === start) break;
    if (byte === 0x3a) return at;
    const more = (byte >= 0x30 && byte <= 0x39) || byte === 0x2b || byte === 0x2d || byte === 0x2e;
    if (!more) break;
  }
  return -4;
}

function equals(bytes: Uint8Array, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

function byLength(methods: readonly string[]): string[][] {
  const lists: string[][] = [];
  for (const method of methods) (lists[method.length] ??= []).push(method);
  return lists;
}
