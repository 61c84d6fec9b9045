/**
 * A request's head as it was received (RFC 9113 §8.3.1, RFC 8441 §4).
 *
 * @module
 */

import { isToken, TARGET_CHAR } from "@avx/runtime/ascii";
import { isHost } from "@avx/semantics/authority";
import { FieldList } from "@avx/semantics/field-lines";
import type { FieldSection } from "@avx/semantics/field-section";
import type { RequestHead } from "@avx/semantics/head";
import { FieldScan } from "./field_scan.ts";
import { DEFAULT_PRIORITY, parsePriority, type Priority } from "@avx/semantics/priority";
import { readPseudoHeaders, REQUEST_PSEUDO_HEADERS } from "./pseudo_header.ts";

/** The head of a request. For CONNECT without a protocol, `target` is the authority. */
export interface Http2RequestHead extends RequestHead {
  /** The value of `:scheme`; empty for CONNECT without a protocol. */
  readonly scheme: string;
  /** The value of `:protocol` of an extended CONNECT (RFC 8441 §4). */
  readonly protocol: string | undefined;
  /** What the `priority` field says (RFC 9218 §5). */
  readonly priority: Priority;
}

/** Reads heads, and hands out the last one again where the next is the same. */
export class RequestHeadReader {
  /** What was wrong with the last one. */
  fault = "";

  readonly #scan = new FieldScan();
  #lastLines: readonly string[] = [];
  #last: Http2RequestHead | undefined = undefined;
  #spare: string[] = [];

  /** An empty array to decode the next section into. */
  take(): string[] {
    const lines = this.#spare;
    lines.length = 0;
    return lines;
  }

  /**
   * Reads a head.
   *
   * @param lines What {@linkcode take} gave, filled.
   * @param hasBody Whether content may follow.
   * @param connectProtocol Whether extended CONNECT is allowed.
   * @returns `undefined` if the head is malformed; {@linkcode fault} says why.
   */
  read(lines: string[], hasBody: boolean, connectProtocol: boolean): Http2RequestHead | undefined {
    const last = this.#last;
    if (last !== undefined && last.hasBody === hasBody && same(lines, this.#lastLines)) return last;
    const head = this.#parse(lines, hasBody, connectProtocol);
    if (head === undefined) return undefined;
    this.#last = head;
    this.#lastLines = lines;
    this.#spare = [];
    return head;
  }

  #parse(
    lines: string[],
    hasBody: boolean,
    connectProtocol: boolean,
  ): Http2RequestHead | undefined {
    const values: (string | undefined)[] = [];
    const start = readPseudoHeaders(lines, REQUEST_PSEUDO_HEADERS, values);
    if (typeof start === "string") return this.#fail(start);
    const [method, scheme, authority, path, protocol] = values;
    const scan = this.#scan;
    const fault = scan.scan(lines, start) ??
      pseudoFault(method, scheme, authority, path, protocol, connectProtocol) ??
      hostFault(authority, scan.host) ??
      (!hasBody && scan.contentLength > 0 ? "Content was declared and none follows" : undefined);
    if (fault !== undefined) return this.#fail(fault);
    const { contentLength, expectsContinue, priority } = scan;
    return {
      method: method!,
      target: path ?? authority!,
      host: authority ?? scan.host,
      fields: new FieldList(scan.lines) as FieldSection,
      hasBody,
      contentLength: contentLength >= 0 ? contentLength : undefined,
      expectsContinue: expectsContinue && hasBody,
      scheme: scheme ?? "",
      protocol,
      priority: priority === undefined ? DEFAULT_PRIORITY : parsePriority(priority),
    };
  }

  #fail(fault: string): undefined {
    this.fault = fault;
    return undefined;
  }
}

function same(lines: readonly string[], others: readonly string[]): boolean {
  const count = lines.length;
  if (others.length !== count) return false;
  for (let at = 0; at < count; at++) {
    if (lines[at] !== others[at]) return false;
  }
  return true;
}

function pseudoFault(
  method: string | undefined,
  scheme: string | undefined,
  authority: string | undefined,
  path: string | undefined,
  protocol: string | undefined,
  connectProtocol: boolean,
): string | undefined {
  if (method === undefined) return "The request has no :method";
  if (!isToken(method)) return "The :method is not a token";
  if (authority !== undefined && !isHost(authority)) return "The :authority is not an authority";
  if (protocol !== undefined) {
    // RFC 8441 §3, §4.
    if (!connectProtocol) return "A :protocol came, which was not offered";
    if (method !== "CONNECT") return "A :protocol came with a method other than CONNECT";
    if (!isToken(protocol)) return "The :protocol is not a token";
    if (authority === undefined) return "An extended CONNECT has no :authority";
  } else if (method === "CONNECT") {
    // RFC 9113 §8.5.
    if (scheme !== undefined || path !== undefined) return "CONNECT has a :scheme or a :path";
    if (authority === undefined || authority === "") return "CONNECT has no :authority";
    return undefined;
  }
  if (scheme === undefined || scheme === "") return "The request has no :scheme";
  if (!/^[a-z][a-z0-9+.-]*$/i.test(scheme)) return "The :scheme is not a scheme";
  if (path === undefined || path === "") return "The request has no :path";
  // RFC 9113 §8.3.1: an absolute path, or "*" with OPTIONS.
  const isPath = path.charCodeAt(0) === 0x2f || (path === "*" && method === "OPTIONS");
  if (!isPath && /^https?$/i.test(scheme)) return "The :path is not an absolute path";
  for (let at = 0; at < path.length; at++) {
    const code = path.charCodeAt(at);
    if (TARGET_CHAR[code] !== 1) return "The :path has a character that no path may have";
  }
  return undefined;
}

/** RFC 9113 §8.3.1: both say the same, or there is only one. */
function hostFault(authority: string | undefined, host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  if (!isHost(host)) return "The host field is not a host";
  return authority === undefined || authority === host ||
      authority.toLowerCase() === host.toLowerCase()
    ? undefined
    : "The host field differs from :authority";
}
