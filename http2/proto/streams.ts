/**
 * The streams of a connection, by id.
 *
 * @module
 */

import { ClosedStreams } from "./closed_streams.ts";
import { BY_PEER, Stream } from "./stream.ts";
import { IDLE } from "./stream_state.ts";

const FIRST_SLOTS = 16;
const MAX_SLOTS = 16 * 1024;
const MAX_SPARE = 64;

/** What {@linkcode Streams.stateOf} gives for a stream that was skipped or is long forgotten. */
export { FORGOTTEN } from "./closed_streams.ts";

/**
 * All streams that are not closed, found by id in a ring of slots: ids come in order, so that
 * nearly all of them have a slot of their own.
 */
export class Streams {
  /** How many there are. */
  count = 0;
  /** How many of them the peer has opened and may send on or be answered on. */
  peerCount = 0;
  /** The highest id that the peer has used. */
  lastPeerId = 0;
  /** The highest id that we have used. */
  lastOwnId = 0;

  readonly #ownParity: number;
  readonly #closedOwn: ClosedStreams = new ClosedStreams();
  readonly #closedPeer: ClosedStreams = new ClosedStreams();
  readonly #spare: Stream[] = [];
  #slots: (Stream | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);
  #more: Map<number, Stream> | undefined = undefined;

  /** Makes an empty table for a server, whose streams are even, or a client. */
  constructor(isServer: boolean) {
    this.#ownParity = isServer ? 0 : 1;
  }

  /** The stream, if it is not idle and not closed. */
  find(id: number): Stream | undefined {
    const slot = this.#slots[id & (this.#slots.length - 1)];
    if (slot !== undefined && slot.id === id) return slot;
    return this.#more?.get(id);
  }

  /** Whether it is ours to open. */
  isOwn(id: number): boolean {
    return (id & 1) === this.#ownParity;
  }

  /** The state of a stream that {@linkcode find} has not found. */
  stateOf(id: number): number {
    const own = this.isOwn(id);
    if (id > (own ? this.lastOwnId : this.lastPeerId)) return IDLE;
    return (own ? this.#closedOwn : this.#closedPeer).find(id);
  }

  /** Adds a stream with a new id. */
  add(id: number, state: number, sendWindow: number, receiveWindow: number): Stream {
    const stream = this.#spare.pop() ?? new Stream();
    stream.begin(id, state, sendWindow, receiveWindow);
    if (this.isOwn(id)) {
      if (id > this.lastOwnId) this.lastOwnId = id;
    } else {
      stream.flags |= BY_PEER;
      this.peerCount++;
      if (id > this.lastPeerId) this.lastPeerId = id;
    }
    this.count++;
    this.#place(stream);
    return stream;
  }

  /** Takes a closed stream out. The object may be another stream afterwards. */
  remove(stream: Stream): void {
    const { id } = stream;
    const index = id & (this.#slots.length - 1);
    if (this.#slots[index] === stream) this.#slots[index] = undefined;
    else this.#more?.delete(id);
    this.count--;
    if ((stream.flags & BY_PEER) !== 0) {
      this.peerCount--;
      this.#closedPeer.remember(id, stream.state);
    } else this.#closedOwn.remember(id, stream.state);
    stream.id = 0;
    stream.queue = undefined;
    stream.trailers = undefined;
    if (this.#spare.length < MAX_SPARE) this.#spare.push(stream);
  }

  /** Remembers a stream that was closed without ever being one. */
  skip(id: number, state: number): void {
    if (this.isOwn(id)) {
      if (id > this.lastOwnId) this.lastOwnId = id;
      this.#closedOwn.remember(id, state);
    } else {
      if (id > this.lastPeerId) this.lastPeerId = id;
      this.#closedPeer.remember(id, state);
    }
  }

  /** All streams, in no order. Streams may be removed meanwhile, but not added. */
  *all(): IterableIterator<Stream> {
    const slots = this.#slots;
    for (let index = 0; index < slots.length; index++) {
      const stream = slots[index];
      if (stream !== undefined) yield stream;
    }
    if (this.#more !== undefined) yield* this.#more.values();
  }

  #place(stream: Stream): void {
    const slots = this.#slots;
    const index = stream.id & (slots.length - 1);
    if (slots[index] === undefined) slots[index] = stream;
    else if (slots.length < MAX_SLOTS && this.count * 4 > slots.length) this.#grow(stream);
    else (this.#more ??= new Map()).set(stream.id, stream);
  }

  #grow(newest: Stream): void {
    const streams = [...this.all(), newest];
    this.#slots = new Array(this.#slots.length * 2).fill(undefined);
    this.#more = undefined;
    const mask = this.#slots.length - 1;
    for (const stream of streams) {
      const index = stream.id & mask;
      if (this.#slots[index] === undefined) this.#slots[index] = stream;
      else (this.#more ??= new Map()).set(stream.id, stream);
    }
  }
}
