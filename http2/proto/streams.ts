/**
 * The streams of a connection, by id.
 *
 * @module
 */

import { ClosedStreams } from "./closed_streams.ts";
import { SlotTable } from "./slot_table.ts";
import { BY_PEER, Stream } from "./stream.ts";
import { IDLE } from "./stream_state.ts";

const MAX_SPARE = 64;

/** What {@linkcode Streams.stateOf} gives for a stream that was skipped or is long forgotten. */
export { FORGOTTEN } from "./closed_streams.ts";

/** All streams that are not closed, and a memory of those that were. */
export class Streams {
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
  readonly #table: SlotTable<Stream> = new SlotTable();

  /** Makes an empty table for a server, whose streams are even, or a client. */
  constructor(isServer: boolean) {
    this.#ownParity = isServer ? 0 : 1;
  }

  /** How many there are. */
  get count(): number {
    return this.#table.size;
  }

  /** The stream, if it is not idle and not closed. */
  find(id: number): Stream | undefined {
    return this.#table.find(id);
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
    this.#table.add(id, stream);
    return stream;
  }

  /** Takes a closed stream out. The object may be another stream afterwards. */
  remove(stream: Stream): void {
    const { id } = stream;
    this.#table.remove(id);
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
  all(): IterableIterator<Stream> {
    return this.#table.values();
  }
}
