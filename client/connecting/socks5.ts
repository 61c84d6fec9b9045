/**
 * SOCKS 5 (RFC 1928), with a name and a password where wanted (RFC 1929).
 *
 * ```
 *   greeting ──▶ method ──▶ [credentials ──▶ verdict] ──▶ request ──▶ reply ──▶ open
 * ```
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import type { ProxyCredentials } from "../route.ts";
import { ipBytes } from "./ip_address.ts";
import type { ProxyDialogue, ProxyFailure } from "./proxy_dialogue.ts";

/** Where to. */
export interface Socks5Request {
  /** A name, which the proxy resolves, or an address. */
  readonly hostname: string;
  /** The port. */
  readonly port: number;
  /** How we introduce ourselves, where the proxy wants that. */
  readonly credentials: ProxyCredentials | undefined;
}

const VERSION = 0x05;
const NO_AUTHENTICATION = 0x00;
const USERNAME_PASSWORD = 0x02;
const NO_ACCEPTABLE_METHOD = 0xff;
const CREDENTIALS_VERSION = 0x01;
const CONNECT = 0x01;
const IPV4 = 0x01;
const DOMAIN_NAME = 0x03;
const IPV6 = 0x04;
const MAX_PART_BYTES = 255; // each length is one byte

type Step = "method" | "verdict" | "reply" | "address" | "open";

/** One CONNECT over SOCKS. */
export class Socks5Dialogue implements ProxyDialogue {
  readonly #request: Socks5Request;
  #outgoing: Uint8Array | undefined;
  #step: Step = "method";
  #wantsBytes = 2;
  #received: number[] = [];

  /**
   * Asks for a way.
   *
   * @throws {TypeError} If the name is too long.
   */
  constructor(request: Socks5Request) {
    if (encodeUtf8(request.hostname).length > MAX_PART_BYTES) {
      throw new TypeError(`Cannot ask a proxy for a name of more than ${MAX_PART_BYTES} bytes`);
    }
    this.#request = request;
    const methods = request.credentials === undefined
      ? [NO_AUTHENTICATION]
      : [NO_AUTHENTICATION, USERNAME_PASSWORD];
    this.#outgoing = Uint8Array.of(VERSION, methods.length, ...methods);
  }

  /** See {@linkcode ProxyDialogue.take}. */
  take(): Uint8Array | undefined {
    const outgoing = this.#outgoing;
    this.#outgoing = undefined;
    return outgoing;
  }

  /** See {@linkcode ProxyDialogue.wantsBytes}. */
  get wantsBytes(): number {
    return this.#wantsBytes - this.#received.length;
  }

  /** See {@linkcode ProxyDialogue.receive}. */
  receive(bytes: Uint8Array): ProxyFailure | undefined {
    const received = this.#received;
    received.push(...bytes);
    const version = this.#step === "verdict" ? CREDENTIALS_VERSION : VERSION;
    if (this.#step !== "address" && received.length > 0 && received[0] !== version) {
      return invalid(`it answers version ${received[0]} and not ${version}`);
    }
    // A proxy that refuses need not send what would follow.
    if (this.#step === "reply" && received.length > 1 && received[1] !== 0) {
      return refusal(received[1]);
    }
    return received.length < this.#wantsBytes ? undefined : this.#advance(received);
  }

  #advance(received: readonly number[]): ProxyFailure | undefined {
    this.#received = [];
    switch (this.#step) {
      case "method":
        return this.#receiveMethod(received[1]);
      case "verdict":
        if (received[1] !== 0) return unauthenticated("it takes neither the name nor the password");
        return this.#ask();
      case "reply":
        return this.#receiveReply(received);
      default:
        this.#expect("open", 0);
        return undefined;
    }
  }

  #receiveMethod(method: number): ProxyFailure | undefined {
    const { credentials } = this.#request;
    if (method === NO_AUTHENTICATION) return this.#ask();
    if (method === NO_ACCEPTABLE_METHOD) {
      return unauthenticated("it takes no authentication that was offered");
    }
    if (method !== USERNAME_PASSWORD || credentials === undefined) {
      return invalid(`it chooses method ${method}, which was not offered`);
    }
    const username = encodeUtf8(credentials.username);
    const password = encodeUtf8(credentials.password);
    this.#outgoing = Uint8Array.of(
      CREDENTIALS_VERSION,
      username.length,
      ...username,
      password.length,
      ...password,
    );
    this.#expect("verdict", 2);
    return undefined;
  }

  #ask(): undefined {
    const { hostname, port } = this.#request;
    const address = ipBytes(hostname);
    const name = address === undefined ? encodeUtf8(hostname) : address;
    const type = address === undefined
      ? [DOMAIN_NAME, name.length]
      : [address.length === 4 ? IPV4 : IPV6];
    this.#outgoing = Uint8Array.of(
      VERSION,
      CONNECT,
      0,
      ...type,
      ...name,
      port >> 8,
      port & 0xff,
    );
    this.#expect("reply", 5); // up to the first byte of the address: with a name, its length
    return undefined;
  }

  #receiveReply(received: readonly number[]): ProxyFailure | undefined {
    const [, , , type, first] = received;
    const length = type === IPV4 ? 4 : type === IPV6 ? 16 : type === DOMAIN_NAME ? first + 1 : 0;
    if (length === 0) return invalid(`its reply has an address of the unknown type ${type}`);
    this.#expect("address", length - 1 + 2);
    return undefined;
  }

  #expect(step: Step, bytes: number): void {
    this.#step = step;
    this.#wantsBytes = bytes;
  }
}

/**
 * Checks what has to fit into lengths of one byte.
 *
 * @throws {TypeError} If the name or the password is too long, or the name empty.
 */
export function checkSocks5Credentials({ username, password }: ProxyCredentials): void {
  const length = encodeUtf8(username).length;
  if (length === 0 || length > MAX_PART_BYTES || encodeUtf8(password).length > MAX_PART_BYTES) {
    throw new TypeError(
      `Cannot use proxy as SOCKS takes names and passwords of at most ${MAX_PART_BYTES} bytes, ` +
        "and no empty names",
    );
  }
}

function refusal(reply: number): ProxyFailure {
  const [code, reason] = REPLIES.get(reply) ?? ["PROXY_REFUSED", "unknown reason"];
  return { code, reason: `it answers reply ${reply}: ${reason}`, status: reply };
}

function invalid(reason: string): ProxyFailure {
  return { code: "PROXY_INVALID_REPLY", reason };
}

function unauthenticated(reason: string): ProxyFailure {
  return { code: "PROXY_AUTHENTICATION_REQUIRED", reason };
}

// RFC 1928 §6. What happened behind the proxy has the code that it has without one.
const REPLIES: ReadonlyMap<number, readonly [code: string, reason: string]> = new Map([
  [0x01, ["PROXY_REFUSED", "general failure"]],
  [0x02, ["PROXY_REFUSED", "connection not allowed by its rules"]],
  [0x03, ["ENETUNREACH", "network unreachable"]],
  [0x04, ["EHOSTUNREACH", "host unreachable"]],
  [0x05, ["ECONNREFUSED", "connection refused"]],
  [0x06, ["ETIMEDOUT", "time to live expired"]],
  [0x07, ["PROXY_REFUSED", "command not supported"]],
  [0x08, ["PROXY_REFUSED", "address type not supported"]],
]);
