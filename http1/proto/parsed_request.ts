/**
 * A request's head, left in the bytes it was received in.
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import type { FieldSection } from "@avx/semantics/field-section";
import { CHUNKED } from "./body_framing.ts";
import { asksKeepAlive, type HeadParser } from "./head_parser.ts";
import type { RequestHead } from "./request_head.ts";
import { WireFields } from "./wire_fields.ts";

const EXPECTS = 1;
const UPGRADES = 2;
const KEEPS = 4;

/**
 * A request line and its field lines. Values become strings when they are asked for; the bytes
 * behind them never change, so a head is good for as long as anyone holds it.
 */
export class ParsedRequest implements RequestHead {
  /** The method, as sent. */
  readonly method: string;
  /** The target, as sent. */
  readonly target: string;
  /** The minor version. */
  readonly minorVersion: 0 | 1;

  readonly #framing: number;
  readonly #flags: number;
  readonly #bytes: Uint8Array;
  readonly #fieldsAt: number;
  readonly #fieldCount: number;
  readonly #hostAt: number;
  readonly #hostEnd: number;
  #fields: WireFields | undefined;

  /** Takes what `parser` has found in the head at `start` of `bytes`. */
  constructor(
    method: string,
    target: string,
    framing: number,
    parser: HeadParser,
    bytes: Uint8Array,
    start: number,
  ) {
    const found = parser.framing;
    this.method = method;
    this.target = target;
    this.minorVersion = parser.minorVersion;
    this.#framing = framing;
    this.#flags = flagsOf(parser);
    this.#bytes = bytes;
    this.#fieldsAt = start + parser.fieldsStart;
    this.#fieldCount = parser.fieldCount;
    this.#hostAt = found.hosts === 0 ? -1 : start + found.hostStart;
    this.#hostEnd = start + found.hostEnd;
    this.#fields = undefined;
  }

  /** The header section; made when it is first asked for. */
  get fields(): FieldSection {
    return this.#fields ??= new WireFields(this.#bytes, this.#fieldsAt, this.#fieldCount);
  }

  /** Whether a body follows. */
  get hasBody(): boolean {
    return this.#framing !== 0;
  }

  /** The length of the body, in bytes, where it is known and not 0. */
  get contentLength(): number | undefined {
    return this.#framing > 0 ? this.#framing : undefined;
  }

  /** Whether the body comes in chunks. */
  get chunked(): boolean {
    return this.#framing === CHUNKED;
  }

  /** Whether the client waits for `100 (Continue)`; never without a body. */
  get expectsContinue(): boolean {
    return (this.#flags & EXPECTS) !== 0 && this.#framing !== 0;
  }

  /** The value of `Upgrade` in lower case, if `Connection` lists it and the version is HTTP/1.1. */
  get upgrade(): string | undefined {
    return (this.#flags & UPGRADES) === 0 ? undefined : this.fields.get("upgrade")?.toLowerCase();
  }

  /** Whether {@linkcode upgrade} has a value. */
  get asksUpgrade(): boolean {
    return (this.#flags & UPGRADES) !== 0;
  }

  /** Whether the client would keep the connection. */
  get keepAlive(): boolean {
    return (this.#flags & KEEPS) !== 0;
  }

  /** Host and port the request is for. */
  get host(): string | undefined {
    return this.#hostAt < 0 ? undefined : latin1(this.#bytes, this.#hostAt, this.#hostEnd);
  }
}

function asksUpgrade(parser: HeadParser): boolean {
  const { framing } = parser;
  return framing.upgrade && framing.upgradeOption && parser.minorVersion === 1;
}

function flagsOf(parser: HeadParser): number {
  let flags = asksKeepAlive(parser) ? KEEPS : 0;
  if (parser.framing.upgrade && asksUpgrade(parser)) flags |= UPGRADES;
  if (parser.framing.expectsContinue && parser.minorVersion === 1) flags |= EXPECTS;
  return flags;
}
