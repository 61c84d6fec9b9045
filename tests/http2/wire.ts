/**
 * The far end of a connection, which sends whatever a test likes and reads frames.
 *
 * @module
 */

import { ByteWriter } from "@avx/runtime/byte-writer";
import type { Transport } from "@avx/runtime/ports/transport";
import { COMPLETE, FrameReader } from "../../http2/frame/frame_reader.ts";
import { Peer } from "./cores.ts";

/** Frames by hand, over a transport. */
export class Wire {
  /** Whether the other end has ended the connection. */
  ended = false;
  readonly #transport: Transport;
  readonly #received = new ByteWriter();
  readonly #reading: Promise<void>;

  /** Takes a transport over. `skipBytes` of what comes are no frames. */
  constructor(transport: Transport, skipBytes = 0) {
    this.#transport = transport;
    this.#reading = this.#readAll(skipBytes);
  }

  /** What has come, a line for each frame; field sections are decoded from the beginning on. */
  get lines(): string[] {
    return new Peer().read(this.#received.view());
  }

  /** How long the payloads are of all frames of a type that have come, in bytes. */
  lengthsOf(type: number): number[] {
    const lengths: number[] = [];
    const reader = new FrameReader();
    reader.maxFrameBytes = 1 << 24;
    reader.input.receive(this.#received.view());
    while (reader.read() === COMPLETE) if (reader.type === type) lengths.push(reader.length);
    return lengths;
  }

  /** Sends all of it, unless the other end is gone. */
  async send(bytes: Uint8Array): Promise<void> {
    try {
      for (let rest = bytes; rest.length > 0;) {
        rest = rest.subarray(await this.#transport.write(rest));
      }
    } catch {
      // It shows in what was read.
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#transport.close();
    await this.#reading;
  }

  async #readAll(skipBytes: number): Promise<void> {
    const into = new Uint8Array(64 * 1024);
    let skip = skipBytes;
    try {
      for (;;) {
        const count = await this.#transport.read(into);
        if (count === null) break;
        const skipped = Math.min(skip, count);
        skip -= skipped;
        this.#received.bytes(into.subarray(skipped, count));
      }
    } catch {
      // The other end has broken the connection, or the test has closed it.
    }
    this.ended = true;
  }
}
