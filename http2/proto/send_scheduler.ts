/**
 * Whose content goes next (RFC 9218 §10).
 *
 * @module
 */

import { URGENCY_COUNT } from "@avx/semantics/priority";
import { SCHEDULED, type Stream } from "./stream.ts";

/** The streams of one urgency and one kind, in order. */
interface Lane {
  head: Stream | undefined;
  tail: Stream | undefined;
}

/**
 * The streams that have something to send and a window to send it in.
 *
 * The most urgent go first. Of one urgency, those that are not incremental go one after the other,
 * in the order of their ids; incremental ones take turns, a frame each. Where there are both, the
 * two kinds take turns too. A stream without a window stands in no lane, so that it holds up nobody.
 */
export class SendScheduler {
  /** How many streams are ready. */
  count = 0;

  readonly #sequential: Lane[] = lanes();
  readonly #incremental: Lane[] = lanes();
  #occupied = 0; // a bit for each urgency
  #turns = 0; // a bit for each urgency: whether an incremental one is next

  /** Adds a stream that is ready, unless it is there. */
  add(stream: Stream): void {
    if (stream.has(SCHEDULED)) return;
    stream.flags |= SCHEDULED;
    this.count++;
    this.#occupied |= 1 << stream.urgency;
    if (stream.incremental) append(this.#incremental[stream.urgency], stream);
    else insert(this.#sequential[stream.urgency], stream);
  }

  /** Removes a stream, if it is there. */
  remove(stream: Stream): void {
    if (!stream.has(SCHEDULED)) return;
    stream.flags &= ~SCHEDULED;
    this.count--;
    const { urgency } = stream;
    unlink((stream.incremental ? this.#incremental : this.#sequential)[urgency], stream);
    if (
      this.#sequential[urgency].head === undefined && this.#incremental[urgency].head === undefined
    ) this.#occupied &= ~(1 << urgency);
  }

  /** Changes a stream's priority. */
  change(stream: Stream, urgency: number, incremental: boolean): void {
    const ready = stream.has(SCHEDULED);
    if (ready) this.remove(stream);
    stream.urgency = urgency;
    stream.incremental = incremental;
    if (ready) this.add(stream);
  }

  /** The stream that may send a frame now. */
  next(): Stream | undefined {
    if (this.#occupied === 0) return undefined;
    const urgency = 31 - Math.clz32(this.#occupied & -this.#occupied);
    const bit = 1 << urgency;
    const sequential = this.#sequential[urgency].head;
    const incremental = this.#incremental[urgency].head;
    if (incremental === undefined) return sequential;
    if (sequential === undefined) return incremental;
    this.#turns ^= bit;
    return (this.#turns & bit) !== 0 ? sequential : incremental;
  }

  /** Says that a stream has sent a frame and is still ready. */
  rotate(stream: Stream): void {
    if (!stream.incremental || stream.next === undefined) return;
    const lane = this.#incremental[stream.urgency];
    unlink(lane, stream);
    append(lane, stream);
  }

  /** Whether one is ready that goes before, or takes turns with, one of that urgency. */
  hasAhead(urgency: number): boolean {
    return (this.#occupied & ((2 << urgency) - 1)) !== 0;
  }
}

function lanes(): Lane[] {
  return Array.from({ length: URGENCY_COUNT }, () => ({ head: undefined, tail: undefined }));
}

function append(lane: Lane, stream: Stream): void {
  stream.previous = lane.tail;
  stream.next = undefined;
  if (lane.tail === undefined) lane.head = stream;
  else lane.tail.next = stream;
  lane.tail = stream;
}

/** Puts a stream behind those with lower ids. Ids come in order: nearly always at the tail. */
function insert(lane: Lane, stream: Stream): void {
  let before = lane.tail;
  while (before !== undefined && before.id > stream.id) before = before.previous;
  if (before === lane.tail) {
    append(lane, stream);
    return;
  }
  const behind = before === undefined ? lane.head! : before.next!;
  stream.previous = before;
  stream.next = behind;
  behind.previous = stream;
  if (before === undefined) lane.head = stream;
  else before.next = stream;
}

function unlink(lane: Lane, stream: Stream): void {
  const { previous, next } = stream;
  if (previous === undefined) lane.head = next;
  else previous.next = next;
  if (next === undefined) lane.tail = previous;
  else next.previous = previous;
  stream.previous = undefined;
  stream.next = undefined;
}
