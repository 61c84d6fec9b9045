/**
 * The head of the response to a request for an upgrade over HTTP/1.1, read as it comes.
 *
 * @module
 */

import { isFieldValue, isToken, latin1 } from "@avx/runtime/ascii";
import { FieldList } from "@avx/semantics/field-lines";
import { trimWhitespace } from "@avx/semantics/field-value";
import type { HandshakeResponse } from "./handshake.ts";

const CR = 0x0d;
const LF = 0x0a;
const STATUS_LINE = /^HTTP\/1\.[0-9] ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const SWITCHING = 101;
const FIRST_FINAL = 200;

/** What the bytes so far come to: a head with what follows it, or what is wrong; else nothing yet. */
export type UpgradeOutcome =
  | { readonly type: "head"; readonly head: HandshakeResponse; readonly rest: Uint8Array }
  | { readonly type: "failed"; readonly reason: string }
  | undefined;

/**
 * Reads up to the final response's head, past interim ones. It is strict: whatever an honest server
 * does not send is refused, as it could make another end see another head.
 */
export class UpgradeResponseReader {
  readonly #maxBytes: number;
  #bytes: Uint8Array = new Uint8Array(1024);
  #length = 0;
  /** Where the line begins that is being received. */
  #line = 0;
  /** How far it has been looked at. */
  #at = 0;
  /** The lines of a head that is not whole. */
  #lines: string[] = [];

  /** Makes one for heads that take up to `maxBytes` together. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes in what was read; an empty array is the end. */
  receive(bytes: Uint8Array): UpgradeOutcome {
    if (bytes.length === 0) return failed("The server hung up during the handshake");
    this.#append(bytes);
    for (; this.#at < this.#length; this.#at++) {
      if (this.#at >= this.#maxBytes) break;
      if (this.#bytes[this.#at] !== LF) continue;
      const end = this.#at - 1;
      if (end < this.#line || this.#bytes[end] !== CR) {
        return failed("A line of the response does not end in CR LF");
      }
      const line = latin1(this.#bytes, this.#line, end);
      this.#line = this.#at + 1;
      if (line !== "") {
        this.#lines.push(line);
        continue;
      }
      const outcome = this.#headEnded();
      if (outcome !== undefined) return outcome;
    }
    if (this.#at < this.#maxBytes) return undefined;
    return failed(`The response's head has more than ${this.#maxBytes} bytes`);
  }

  #append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  #headEnded(): UpgradeOutcome {
    const head = headOf(this.#lines);
    if (typeof head === "string") return failed(head);
    const { status } = head;
    if (status < FIRST_FINAL && status !== SWITCHING) {
      this.#lines = [];
      return undefined;
    }
    return { type: "head", head, rest: this.#bytes.slice(this.#line, this.#length) };
  }
}

/** The head that lines make, or what is wrong with them. */
function headOf(lines: readonly string[]): HandshakeResponse | string {
  const status = STATUS_LINE.exec(lines[0] ?? "")?.[1];
  if (status === undefined) return "The response's status line is malformed";
  const fields: string[] = [];
  for (let at = 1; at < lines.length; at++) {
    const line = lines[at];
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    const value = trimWhitespace(line.slice(colon + 1));
    if (!isToken(name) || !isFieldValue(value)) return "A field of the response is malformed";
    fields.push(name, value);
  }
  return { status: Number(status), fields: new FieldList(fields) };
}

function failed(reason: string): UpgradeOutcome {
  return { type: "failed", reason };
}
