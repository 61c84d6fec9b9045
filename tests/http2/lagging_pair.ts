/**
 * A pair of cores whose bytes take their time, and come in pieces.
 *
 * @module
 */

import { type AnyCore, clientCore, type CoreSettings, drain, sent, serverCore } from "./cores.ts";
import type { Http2ClientCore } from "../../http2/proto/client_core.ts";
import type { Http2Event } from "../../http2/proto/events.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";

/** Numbers from 0 to below what is asked for. */
export type Random = (below: number) => number;

/** Numbers that are the same in every run. */
export function numbers(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Bytes under way: they come in order, each piece not before its time. */
class Wire {
  /** How many pieces come whole for each one that does not. */
  wholePieces = Infinity;
  readonly #pieces: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #last = 0;

  /** When the next piece comes; `Infinity` if there is none. */
  get next(): number {
    return this.#pieces[0]?.at ?? Infinity;
  }

  /** Sends bytes off, in pieces of any size. */
  send(bytes: Uint8Array, now: number, random: Random): void {
    for (let from = 0; from < bytes.length;) {
      const length = 1 + (random(3) === 0 ? random(20) : random(20_000));
      this.#last = Math.max(this.#last, now + random(4) * random(80));
      const piece = bytes.slice(from, from + length);
      if (this.wholePieces < Infinity && random(this.wholePieces) === 0) {
        piece[random(Math.min(piece.length, 40))] = random(256);
      }
      this.#pieces.push({ at: this.#last, bytes: piece });
      from += length;
    }
  }

  /** The next piece, if it is there by now. */
  take(now: number): Uint8Array | undefined {
    return this.next <= now ? this.#pieces.shift()!.bytes : undefined;
  }
}

/** Has the verbs of a `Pair`; here each of them takes time. */
export class LaggingPair {
  /** The client. */
  readonly client: Http2ClientCore;
  /** The server. */
  readonly server: Http2ServerCore;
  /** The time, in ms. */
  now = 0;
  /** Called for each event of the server's. */
  onServer: (event: Http2Event) => void = () => {};
  /** Called for each event of the client's. */
  onClient: (event: Http2Event) => void = () => {};

  readonly #random: Random;
  readonly #toServer = new Wire();
  readonly #toClient = new Wire();

  /**
   * Makes two cores. Not even their SETTINGS have travelled.
   *
   * @param wholePieces How many pieces come whole for each one in which a byte has changed.
   */
  constructor(server: CoreSettings, client: CoreSettings, random: Random, wholePieces = Infinity) {
    this.server = serverCore(server);
    this.client = clientCore(client);
    this.#random = random;
    this.#toServer.wholePieces = this.#toClient.wholePieces = wholePieces;
  }

  /** Sends off what waits, does what is due, and hands over what has come by now. */
  step(): boolean {
    const { client, now, server } = this;
    this.#toServer.send(sent(client), now, this.#random);
    this.#toClient.send(sent(server), now, this.#random);
    const moved = this.#random(2) === 0
      ? this.#hand(server, this.#toServer) || this.#hand(client, this.#toClient)
      : this.#hand(client, this.#toClient) || this.#hand(server, this.#toServer);
    for (const core of [client, server]) {
      if (core.deadline !== undefined && core.deadline <= now) core.tick(now);
    }
    for (const event of drain(server)) this.onServer(event);
    for (const event of drain(client)) this.onClient(event);
    return moved;
  }

  /** Lets time pass until nothing is under way. Returns whether anything was. */
  run(): boolean {
    let moved = false;
    for (;;) {
      while (this.step()) moved = true;
      const next = Math.min(this.#toServer.next, this.#toClient.next);
      if (next === Infinity) return moved;
      this.now = Math.max(this.now, next);
    }
  }

  /** Ends the connection, as it does when either has had enough. */
  end(): void {
    for (const core of [this.client, this.server]) {
      core.receive(new Uint8Array(0), this.now);
      drain(core);
      sent(core);
    }
  }

  #hand(core: AnyCore, wire: Wire): boolean {
    const bytes = wire.take(this.now);
    if (bytes !== undefined) core.receive(bytes, this.now);
    return bytes !== undefined;
  }
}
