/**
 * The half of a server's connection that carries responses.
 *
 * @module
 */

import { utf8Length } from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { reasonPhrase } from "@avx/semantics/status";
import { CHUNKED, statusAllowsBody, UNTIL_CLOSE } from "./body_framing.ts";
import { BodyWriter, NOT_SENT } from "./body_writer.ts";
import { ASKS_UPGRADE, IS_CONNECT, IS_HEAD, IS_OLD, KEEPS } from "./exchanges.ts";
import type { FieldBlock } from "./field_block.ts";
import {
  checkDeclared,
  CLOSE,
  KEEP_ALIVE,
  PERSIST,
  responseBlock,
  UNFRAMED,
  UPGRADE,
  writeHead,
  writeWhole,
} from "./head_writer.ts";
import { NO_BYTES } from "./no_bytes.ts";
import * as life from "./lifecycle.ts";
import type { OutputQueue } from "@avx/runtime/output-queue";

const ERROR_LINES: FieldLines = Object.freeze(["content-type", "text/plain"]);

/**
 * Writes one response after another. The `flags` are those of the request that is answered;
 * `last` says that no request behind it will be.
 */
export class ResponseWriter {
  /** The date line. */
  date: Uint8Array = NO_BYTES;
  /** Where the half is in its lifecycle. */
  state: number = life.IDLE;
  /** Whether the connection closes though the client would keep it. */
  unasked = false;

  readonly #output: OutputQueue;
  readonly #body: BodyWriter = new BodyWriter();
  #closes = false;

  /** Makes a writer at the start of a connection. */
  constructor(output: OutputQueue) {
    this.#output = output;
  }

  /** Writes a whole response. */
  whole(
    flags: number,
    last: boolean,
    status: number,
    reason: string,
    lines: FieldLines,
    body: string | Uint8Array | undefined,
  ): void {
    const block = this.#block(flags, status, reason, lines);
    const out = this.#output;
    if (isBodyless(flags, status)) {
      const length = body === undefined ? undefined : lengthOf(body);
      this.#step(life.ON_WHOLE, "send a response");
      const connection = this.#connection(flags, last, block);
      writeHead(out, block, this.date, bodylessLength(flags, status, block, length), connection);
    } else {
      const content = body ?? NO_BYTES;
      if (block.declaredLength >= 0) checkDeclared(block, lengthOf(content));
      this.#step(life.ON_WHOLE, "send a response");
      writeWhole(out, block, this.date, content, this.#connection(flags, last, block));
    }
    this.#finish();
  }

  /** Writes a head. Returns whether the body will be sent at all. */
  head(
    flags: number,
    last: boolean,
    status: number,
    reason: string,
    lines: FieldLines,
    length: number | undefined,
  ): boolean {
    const block = this.#block(flags, status, reason, lines);
    const bodyless = isBodyless(flags, status);
    if (length !== undefined && !bodyless) checkDeclared(block, length);
    const framing = bodyless ? NOT_SENT : framingOf(flags, block, length);
    this.#step(life.ON_HEAD, "send a head");
    if (framing === UNTIL_CLOSE) this.#close(flags);
    const connection = this.#connection(flags, last, block);
    const headLength = bodyless ? bodylessLength(flags, status, block, length) : framing;
    writeHead(this.#output, block, this.date, headLength, connection);
    this.#body.begin(framing);
    return !bodyless;
  }

  /** Writes a part of the body. */
  data(bytes: Uint8Array): void {
    this.#step(life.ON_DATA, "send data");
    this.#body.data(this.#output, bytes);
  }

  /** Writes the end of the body. */
  end(trailers: FieldLines | undefined): void {
    if (this.state === life.BODY) this.#body.end(this.#output, trailers); // which may refuse
    this.#step(life.ON_END, "end a body");
    this.#finish();
  }

  /** Writes an interim response, unless to HTTP/1.0, which knows none (RFC 9110 §15.2). */
  interim(flags: number, status: number, lines: FieldLines): void {
    if (!(status >= 100 && status < 200) || status === 101) {
      throw new RangeError(`Cannot send an interim response as ${status} is none`);
    }
    const block = responseBlock(status, reasonPhrase(status), lines);
    this.#step(life.ON_INTERIM, "send an interim response");
    if ((flags & IS_OLD) !== 0) return;
    writeHead(this.#output, block, NO_BYTES, UNFRAMED, PERSIST);
  }

  /** Writes the response that gives the connection to another protocol. */
  switch(flags: number, status: number, lines: FieldLines): void {
    const asked = status === 101 ? ASKS_UPGRADE : status >= 200 && status < 300 ? IS_CONNECT : 0;
    if ((flags & asked) === 0) {
      throw new LocalProtocolError(
        `Cannot switch protocols by ${status} as no request asks for it`,
      );
    }
    const block = responseBlock(status, reasonPhrase(status), lines);
    // RFC 9110 §15.2.2: the response says which protocol comes.
    if (status === 101 && !block.upgrade) {
      throw new LocalProtocolError("Cannot switch protocols as no upgrade field says to which");
    }
    this.#step(life.ON_SWITCH, "switch protocols");
    const connection = block.upgrade ? UPGRADE : PERSIST;
    writeHead(this.#output, block, this.date, UNFRAMED, connection);
  }

  /** Writes the response to a faulty request, the last of the connection. */
  error(status: number): void {
    const reason = reasonPhrase(status);
    const block = responseBlock(status, reason, ERROR_LINES);
    this.#closes = true;
    this.#step(life.ON_WHOLE, "send a response");
    writeWhole(this.#output, block, this.date, `${reason}\n`, CLOSE);
    this.#finish();
  }

  /** Gives the response being sent up. */
  abort(): void {
    this.state = life.FAILED;
  }

  #block(flags: number, status: number, reason: string, lines: FieldLines): FieldBlock {
    if (status < 200) throw new RangeError(`Cannot send a response as ${status} is interim`);
    if ((flags & IS_CONNECT) !== 0 && status < 300) {
      throw new LocalProtocolError(
        `Cannot answer CONNECT with ${status} but by switching protocols`,
      );
    }
    return responseBlock(status, reason, lines);
  }

  #step(event: number, doing: string): void {
    const next = life.transition(life.RESPONSES, this.state, event);
    if (next === life.ILLEGAL) {
      const current = life.stateName(this.state);
      throw new LocalProtocolError(
        `Cannot ${doing}: current state of the response is "${current}"`,
      );
    }
    this.state = next;
  }

  #finish(): void {
    this.#step(this.#closes ? life.ON_LAST : life.ON_NEXT, "go on");
  }

  #close(flags: number): void {
    this.#closes = true;
    if ((flags & KEEPS) !== 0) this.unasked = true;
  }

  #connection(flags: number, last: boolean, block: FieldBlock): number {
    if (last || block.close || (flags & KEEPS) === 0) this.#close(flags);
    const connection = this.#closes ? CLOSE : (flags & IS_OLD) !== 0 ? KEEP_ALIVE : PERSIST;
    // RFC 9110 §7.8: whoever sends Upgrade lists it in Connection, as 426 has to.
    return block.upgrade ? connection | UPGRADE : connection;
  }
}

function isBodyless(flags: number, status: number): boolean {
  return (flags & IS_HEAD) !== 0 || !statusAllowsBody(status);
}

/** What a head says of the length of a body that is not sent. */
function bodylessLength(
  flags: number,
  status: number,
  block: FieldBlock,
  length: number | undefined,
): number {
  // RFC 9110 §8.6: never in 204; in 304 and to HEAD, the length that GET and 200 would have had.
  if (status === 204) return UNFRAMED;
  if (block.declaredLength >= 0) return block.declaredLength;
  return length !== undefined && (flags & IS_HEAD) !== 0 && status !== 304 ? length : UNFRAMED;
}

function framingOf(flags: number, block: FieldBlock, length: number | undefined): number {
  if (length !== undefined) return length;
  if (block.declaredLength >= 0) return block.declaredLength;
  return (flags & IS_OLD) !== 0 ? UNTIL_CLOSE : CHUNKED;
}

function lengthOf(body: string | Uint8Array): number {
  return typeof body === "string" ? utf8Length(body) : body.length;
}
