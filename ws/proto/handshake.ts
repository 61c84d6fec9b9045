/**
 * The opening handshake, both sides, over HTTP/1.1 (RFC 6455 §4) and extended CONNECT (RFC 8441 §5).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";
import type { Random } from "@avx/runtime/ports/random";
import type { FieldSection } from "@avx/semantics/field-section";
import { splitList } from "@avx/semantics/field-value";
import { base64 } from "./base64.ts";
import { parseExtensions } from "./extensions.ts";
import {
  acceptDeflate,
  checkDeflate,
  type DeflateAgreement,
  type DeflateConfig,
  deflateOffer,
} from "./permessage_deflate.ts";
import { sha1 } from "./sha1.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const VERSION = "13";
const WEB_SOCKET = "websocket";
/** 16 bytes in base64. */
const KEY = /^[A-Za-z0-9+/]{21}[AQgw]==$/;
const NO_LINES: readonly string[] = [];

/** What both sides have agreed on. */
export interface WebSocketAgreement {
  /** The tag. */
  readonly type: "agreed";
  /** The subprotocol; empty for none. */
  readonly protocol: string;
  /** The value of `Sec-WebSocket-Extensions` in the response; empty for none. */
  readonly extensions: string;
  /** What compression goes by; `undefined` for none. */
  readonly deflate: DeflateAgreement | undefined;
  /** A server's header fields for its response: name, value, name, value … */
  readonly lines: readonly string[];
}

/** Why there is no agreement. */
export interface WebSocketRefusal {
  /** The tag. */
  readonly type: "refused";
  /** The status that a server answers with. */
  readonly status: number;
  /** The header fields that it answers with. */
  readonly lines: readonly string[];
  /** A sentence about it. */
  readonly reason: string;
}

/** What a server goes by. */
export interface ServerHandshakeOptions {
  /** The subprotocols it speaks, the one it likes best first. */
  readonly protocols: readonly string[];
  /** Whether pages of `origin` may connect; `undefined` for a client that is not a browser. */
  readonly allowsOrigin: (origin: string | undefined) => boolean;
  /** How it would compress; `undefined` for not at all. */
  readonly deflate: DeflateConfig | undefined;
  /** What an extended CONNECT asks for. @default {"websocket"} */
  readonly connectProtocol?: string;
}

/**
 * The value of `Sec-WebSocket-Accept` for a key.
 *
 * @example The one of RFC 6455 §1.3
 * ```ts
 * import { acceptKey } from "@avx/ws/handshake";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(acceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
 * ```
 */
export function acceptKey(key: string): string {
  return base64(sha1(key + GUID));
}

/**
 * A key for a client's request: 16 random bytes.
 *
 * @example A key
 * ```ts
 * import { random } from "@avx/runtime/platform";
 * import { newKey } from "@avx/ws/handshake";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(newKey(random).length, 24);
 * ```
 */
export function newKey(random: Random): string {
  const bytes = new Uint8Array(16);
  random.fill(bytes);
  return base64(bytes);
}

/**
 * A server's part: reads the request and decides.
 *
 * @example A request that names no key
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { acceptHandshake } from "@avx/ws/handshake";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = new FieldList(["upgrade", "websocket", "connection", "upgrade"]);
 * const options = { protocols: [], allowsOrigin: () => true, deflate: undefined };
 * const outcome = acceptHandshake("GET", fields, options);
 * assertEquals(outcome.type === "refused" && outcome.status, 426);
 * ```
 *
 * @param method The request's method: GET, or CONNECT for an extended one.
 * @param fields The request's header section.
 * @param options What the server speaks.
 * @returns The agreement with the response's header fields, or the refusal.
 */
export function acceptHandshake(
  method: string,
  fields: FieldSection,
  options: ServerHandshakeOptions,
): WebSocketAgreement | WebSocketRefusal {
  const extended = method === "CONNECT";
  if (!extended) {
    if (method !== "GET") return refusal(405, "The method is not GET", ["allow", "GET"]);
    if (!hasMember(fields.get("upgrade"), "websocket")) {
      return refusal(426, "The request asks for no WebSocket", ["upgrade", "websocket"]);
    }
    if (!hasMember(fields.get("connection"), "upgrade")) {
      return refusal(400, "The Connection field does not list Upgrade");
    }
  } else if ((options.connectProtocol ?? WEB_SOCKET) !== WEB_SOCKET) {
    // RFC 9220 §3 says the status, where RFC 8441 does not.
    return refusal(501, "The request asks for no WebSocket");
  }
  if (fields.get("sec-websocket-version") !== VERSION) {
    return refusal(426, "The version is not 13", [
      "upgrade",
      "websocket",
      "sec-websocket-version",
      VERSION,
    ]);
  }
  const key = fields.get("sec-websocket-key");
  if (!extended && (key === undefined || !KEY.test(key))) {
    return refusal(400, "The key is not 16 bytes in base64");
  }
  if (!options.allowsOrigin(fields.get("origin"))) {
    return refusal(403, "The origin is not allowed");
  }
  const offered = protocolsOf(fields.get("sec-websocket-protocol"));
  const extensions = parseExtensions(fields.get("sec-websocket-extensions") ?? "");
  if (offered === undefined) return refusal(400, "The subprotocols are malformed");
  if (extensions === undefined) return refusal(400, "The extensions are malformed");

  const protocol = options.protocols.find((name) => offered.includes(name)) ?? "";
  const deflate = options.deflate && acceptDeflate(extensions, options.deflate);
  const lines: string[] = [];
  if (!extended) lines.push("sec-websocket-accept", acceptKey(key!));
  if (protocol !== "") lines.push("sec-websocket-protocol", protocol);
  if (deflate !== undefined) lines.push("sec-websocket-extensions", deflate.value);
  return {
    type: "agreed",
    protocol,
    extensions: deflate?.value ?? "",
    deflate: deflate?.agreement,
    lines,
  };
}

/** What a client asks for. */
export interface ClientHandshakeOptions {
  /** The key of {@linkcode newKey}. */
  readonly key: string;
  /** The subprotocols it speaks, the one it likes best first. */
  readonly protocols: readonly string[];
  /** How it would compress; `undefined` for not at all. */
  readonly deflate: DeflateConfig | undefined;
}

/**
 * The header fields that make a client's request a handshake. `Upgrade` and `Connection`, or the
 * pseudo-fields of an extended CONNECT, are up to whoever sends the request; the key belongs to
 * the former only.
 *
 * @example A request for a subprotocol
 * ```ts
 * import { handshakeLines } from "@avx/ws/handshake";
 * import { assertEquals } from "@std/assert";
 *
 * const key = "dGhlIHNhbXBsZSBub25jZQ==";
 * const lines = handshakeLines({ key, protocols: ["chat"], deflate: undefined });
 * assertEquals(lines.slice(-2), ["sec-websocket-protocol", "chat"]);
 * ```
 */
export function handshakeLines({ key, protocols, deflate }: ClientHandshakeOptions): string[] {
  const lines = ["sec-websocket-version", VERSION, "sec-websocket-key", key];
  if (deflate !== undefined) lines.push("sec-websocket-extensions", deflateOffer(deflate));
  if (protocols.length > 0) lines.push("sec-websocket-protocol", protocols.join(", "));
  return lines;
}

/** A response to a handshake. */
export interface HandshakeResponse {
  /** The status code. */
  readonly status: number;
  /** The header section. */
  readonly fields: FieldSection;
  /** Whether the request was an extended CONNECT: then 2xx is the success, and there is no key. */
  readonly extendedConnect?: boolean;
}

/**
 * A client's part: checks the response (RFC 6455 §4.1).
 *
 * @example A server that has not read the key
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { checkHandshake } from "@avx/ws/handshake";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = new FieldList([
 *   "upgrade", "websocket", "connection", "Upgrade", "sec-websocket-accept", "yes",
 * ]);
 * const key = "dGhlIHNhbXBsZSBub25jZQ==";
 * const options = { key, protocols: [], deflate: undefined };
 * assertEquals(checkHandshake({ status: 101, fields }, options).type, "refused");
 * ```
 *
 * @param response What the server has answered.
 * @param options What it was asked for.
 * @returns The agreement, or what is wrong with the response.
 */
export function checkHandshake(
  response: HandshakeResponse,
  options: ClientHandshakeOptions,
): WebSocketAgreement | WebSocketRefusal {
  const { status, fields, extendedConnect = false } = response;
  if (extendedConnect ? status < 200 || status > 299 : status !== 101) {
    return refusal(status, `The server answers with ${status}`);
  }
  if (!extendedConnect) {
    if (fields.get("upgrade")?.toLowerCase() !== "websocket") {
      return refusal(status, "The server switches to another protocol");
    }
    if (!hasMember(fields.get("connection"), "upgrade")) {
      return refusal(status, "The response's Connection field does not list Upgrade");
    }
    if (fields.get("sec-websocket-accept") !== acceptKey(options.key)) {
      return refusal(status, "The server has not proved that it read the key");
    }
  }
  const protocol = fields.get("sec-websocket-protocol") ?? "";
  if (protocol !== "" && !options.protocols.includes(protocol)) {
    return refusal(status, `The server chose the subprotocol "${protocol}" unasked`);
  }
  if (protocol === "" && options.protocols.length > 0) {
    // The WebSocket standard goes beyond RFC 6455 here, and so do browsers.
    return refusal(status, "The server speaks none of the subprotocols");
  }
  const value = fields.get("sec-websocket-extensions") ?? "";
  const extensions = parseExtensions(value);
  let deflate: DeflateAgreement | undefined;
  if (extensions === undefined || extensions.length > 1) {
    return refusal(status, "The server's extensions are malformed");
  }
  if (extensions.length === 1) {
    deflate = options.deflate && checkDeflate(extensions[0], options.deflate);
    if (deflate === undefined) {
      return refusal(status, `The server uses the extension "${value}" unasked`);
    }
  }
  return { type: "agreed", protocol, extensions: value, deflate, lines: NO_LINES };
}

/**
 * Checks the subprotocols that a caller names.
 *
 * @throws {TypeError} If one is no token, or is there twice.
 *
 * @example A name with a space
 * ```ts
 * import { checkProtocols } from "@avx/ws/handshake";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(() => checkProtocols(["a b"]), TypeError);
 * ```
 */
export function checkProtocols(protocols: readonly string[]): void {
  for (const protocol of protocols) {
    if (!isToken(protocol)) {
      throw new TypeError(`Cannot name a subprotocol "${protocol}" as it must be a token`);
    }
  }
  if (new Set(protocols).size !== protocols.length) {
    throw new TypeError("Cannot name a subprotocol twice");
  }
}

function protocolsOf(value: string | undefined): string[] | undefined {
  const protocols = value === undefined ? [] : splitList(value);
  return protocols.every(isToken) ? protocols : undefined;
}

function hasMember(value: string | undefined, lower: string): boolean {
  return value !== undefined && splitList(value).some((member) => member.toLowerCase() === lower);
}

function refusal(
  status: number,
  reason: string,
  lines: readonly string[] = NO_LINES,
): WebSocketRefusal {
  return { type: "refused", status, lines, reason };
}
