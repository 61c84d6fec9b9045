/**
 * CONNECT (RFC 9110 §9.3.6, RFC 9112 §3.2.3): asking an HTTP proxy for a tunnel.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import type { FieldLines } from "@avx/semantics/field-section";
import type { ProxyDialogue, ProxyFailure } from "./proxy_dialogue.ts";

/** What is asked for. */
export interface ConnectRequest {
  /** The target, host and port. An IPv6 address has brackets. */
  readonly authority: string;
  /** Field lines for the proxy, beside `host`. */
  readonly fields: FieldLines;
  /** The size of the head of the answer, interim responses included. */
  readonly maxReplyBytes: number;
}

const END = [0x0d, 0x0a, 0x0d, 0x0a];
const START = "HTTP/1.";

/** One CONNECT. */
export class ConnectDialogue implements ProxyDialogue {
  readonly #maxReplyBytes: number;
  #request: Uint8Array | undefined;
  #head = "";
  #matched = 0; // how much of END the head ends with
  #receivedBytes = 0;
  #open = false;

  /** Asks for a tunnel. */
  constructor({ authority, fields, maxReplyBytes }: ConnectRequest) {
    this.#maxReplyBytes = maxReplyBytes;
    let text = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n`;
    for (let at = 0; at < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
    this.#request = encodeUtf8(text + "\r\n");
  }

  /** See {@linkcode ProxyDialogue.take}. */
  take(): Uint8Array | undefined {
    const request = this.#request;
    this.#request = undefined;
    return request;
  }

  /** See {@linkcode ProxyDialogue.wantsBytes}. What is missing of the empty line has to come. */
  get wantsBytes(): number {
    return this.#open ? 0 : END.length - this.#matched;
  }

  /** See {@linkcode ProxyDialogue.receive}. */
  receive(bytes: Uint8Array): ProxyFailure | undefined {
    for (const byte of bytes) {
      const failure = this.#receiveByte(byte);
      if (failure !== undefined) return failure;
    }
    return undefined;
  }

  #receiveByte(byte: number): ProxyFailure | undefined {
    if (++this.#receivedBytes > this.#maxReplyBytes) {
      return {
        code: "PROXY_REPLY_TOO_LARGE",
        reason: `its answer has a head of more than ${this.#maxReplyBytes} bytes`,
      };
    }
    const at = this.#head.length;
    this.#head += String.fromCharCode(byte);
    if (at < START.length && byte !== START.charCodeAt(at)) return invalid("it speaks no HTTP/1");
    const isLineEnd = this.#matched % 2 === 1;
    // RFC 9112 §2.2: a lone LF may be taken for the end of a line, and a lone CR must not be. A proxy
    // that writes either is not trusted with where its head ends.
    if (isLineEnd !== (byte === END[1])) return invalid("its answer has a lone CR or LF");
    if (byte === END[this.#matched]) this.#matched++;
    else this.#matched = byte === END[0] ? 1 : 0;
    return this.#matched === END.length ? this.#receiveHead() : undefined;
  }

  #receiveHead(): ProxyFailure | undefined {
    const head = this.#head;
    const match = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?\r\n/.exec(head);
    if (match === null) return invalid("its answer has no valid status line");
    const status = Number(match[1]);
    this.#head = "";
    this.#matched = 0;
    if (status >= 200 && status < 300) {
      // RFC 9110 §9.3.6: whatever its fields say, the tunnel begins right after the head.
      this.#open = true;
      return undefined;
    }
    if (status === 101) return invalid("it switches protocols without being asked");
    if (status < 200) return undefined;
    const line = head.slice(0, head.indexOf("\r\n")).slice(START.length + 2);
    if (status !== 407) return { code: "PROXY_REFUSED", reason: `it answers ${line}`, status };
    const wanted = /\r\nproxy-authenticate:[ \t]*([^ ,\r]+)/i.exec(head)?.[1];
    const hint = wanted === undefined ? "" : `, and wants ${wanted} authentication`;
    return { code: "PROXY_AUTHENTICATION_REQUIRED", reason: `it answers ${line}${hint}`, status };
  }
}

function invalid(reason: string): ProxyFailure {
  return { code: "PROXY_INVALID_REPLY", reason };
}
