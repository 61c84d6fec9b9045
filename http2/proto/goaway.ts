/**
 * The end of a connection in good order (RFC 9113 §6.8).
 *
 * A server that shuts down says first that it will, with the highest id there can be, and a round
 * trip later, when nothing can be on its way any more, which request was the last.
 *
 * ```
 *   OPEN ── shutdown ──▶ ANNOUNCED ── PING answered, or its wait is over ──▶ FINAL
 *     └──────────────── client's shutdown, failure ───────────────────────────▲
 * ```
 *
 * @module
 */

import type { OutputQueue } from "@avx/runtime/output-queue";
import { MAX_STREAM_ID } from "../frame/frame_type.ts";
import { NO_ERROR } from "../frame/error_code.ts";
import { writeGoaway } from "../frame/frame_writer.ts";
import type { Http2Witness } from "./witness.ts";

const OPEN = 0;
const ANNOUNCED = 1;
const FINAL = 2;

/** What both ends have said about the last stream. */
export class Goaway {
  /** The last of our streams that the peer will do something for. */
  peerLastId: number = MAX_STREAM_ID;
  /** Whether the peer has sent one. */
  received = false;
  /** Who is told, if anybody is. */
  witness: Http2Witness | undefined = undefined;

  #state = OPEN;
  #ownLastId: number = MAX_STREAM_ID;

  /** Whether we have said that we are going. */
  get begun(): boolean {
    return this.#state !== OPEN;
  }

  /** Whether we have said which stream was the last. */
  get final(): boolean {
    return this.#state === FINAL;
  }

  /** Whether a new stream of the peer's comes too late. */
  refuses(streamId: number): boolean {
    return streamId > this.#ownLastId;
  }

  /** Says that we will go. */
  announce(out: OutputQueue): void {
    if (this.#state !== OPEN) return;
    this.#state = ANNOUNCED;
    writeGoaway(out, MAX_STREAM_ID, NO_ERROR, "");
    this.witness?.goaway("sent", MAX_STREAM_ID, NO_ERROR, "");
  }

  /** Says that we go, and which of the peer's streams was the last. */
  send(out: OutputQueue, lastStreamId: number, code: number, reason: string): void {
    // RFC 9113 §6.8: the number must not rise.
    this.#ownLastId = Math.min(this.#ownLastId, lastStreamId);
    this.#state = FINAL;
    writeGoaway(out, this.#ownLastId, code, reason);
    this.witness?.goaway("sent", this.#ownLastId, code, reason);
  }
}
