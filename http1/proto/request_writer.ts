/**
 * The half of a client's connection that carries requests.
 *
 * @module
 */

import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { CHUNKED } from "./body_framing.ts";
import { BodyWriter } from "./body_writer.ts";
import type { FieldBlock } from "./field_block.ts";
import {
  checkDeclared,
  CLOSE,
  EXPECT_CONTINUE,
  PERSIST,
  requestBlock,
  TE,
  UNFRAMED,
  UPGRADE,
  writeHead,
} from "./head_writer.ts";
import { NO_BYTES } from "./no_bytes.ts";
import * as life from "./lifecycle.ts";
import type { OutgoingHead } from "./outgoing_head.ts";
import type { OutputQueue } from "@avx/runtime/output-queue";

/** Writes one request after another. */
export class RequestWriter {
  /** Where the half is in its lifecycle. */
  state: number = life.IDLE;
  /** Whether the request says that the connection ends behind it. */
  closes = false;

  readonly #output: OutputQueue;
  readonly #body: BodyWriter = new BodyWriter();

  /** Makes a writer at the start of a connection. */
  constructor(output: OutputQueue) {
    this.#output = output;
  }

  /** Writes a head. */
  head(head: OutgoingHead): void {
    const block = requestBlock(head.method, head.target, head.lines);
    // RFC 9112 §3.2: exactly one Host line.
    if (block.hosts !== 1) {
      throw new LocalProtocolError(`Cannot send ${block.hosts} host fields as there must be one`);
    }
    if (head.upgrade === true && !block.upgrade) {
      throw new LocalProtocolError("Cannot ask for an upgrade as no upgrade field says to what");
    }
    const framing = framingOf(head, block);
    // A body of no bytes still has an end, which the caller sends.
    this.step(head.body === "none" ? life.ON_WHOLE : life.ON_HEAD, "send a head");
    this.closes = block.close;
    writeHead(this.#output, block, NO_BYTES, framing, additions(head, block));
    this.#body.begin(framing === UNFRAMED ? 0 : framing);
  }

  /** Writes a part of the body. */
  data(bytes: Uint8Array): void {
    this.step(life.ON_DATA, "send data");
    this.#body.data(this.#output, bytes);
  }

  /** Writes the end of the body. */
  end(trailers: FieldLines | undefined): void {
    if (this.state === life.BODY) this.#body.end(this.#output, trailers); // which may refuse
    this.step(life.ON_END, "end a body");
  }

  /** Goes on in the lifecycle. */
  step(event: number, doing: string): void {
    const next = life.transition(life.REQUESTS, this.state, event);
    if (next === life.ILLEGAL) {
      const current = life.stateName(this.state);
      throw new LocalProtocolError(`Cannot ${doing}: current state of the request is "${current}"`);
    }
    this.state = next;
  }
}

function framingOf({ method, body }: OutgoingHead, block: FieldBlock): number {
  if (body === "chunked") return block.declaredLength >= 0 ? block.declaredLength : CHUNKED;
  if (body !== "none") {
    if (!Number.isSafeInteger(body) || body < 0) {
      throw new TypeError(`Cannot send a body of ${body} bytes`);
    }
    checkDeclared(block, body);
    return body;
  }
  checkDeclared(block, 0);
  // RFC 9110 §8.6: a method that foresees content says so when there is none.
  const foreseen = method === "POST" || method === "PUT" || method === "PATCH";
  return foreseen || block.declaredLength === 0 ? 0 : UNFRAMED;
}

function additions(head: OutgoingHead, block: FieldBlock): number {
  let added = block.close ? CLOSE : PERSIST;
  if (block.upgrade) added |= UPGRADE;
  if (block.te) added |= TE;
  if (head.expectContinue === true && !block.expect) added |= EXPECT_CONTINUE;
  return added;
}
