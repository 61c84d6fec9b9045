/**
 * A field section that comes in more than one frame (RFC 9113 §6.10).
 *
 * @module
 */

import { ByteWriter } from "@avx/runtime/byte-writer";
import type { FrameReader } from "../frame/frame_reader.ts";

/** The parts of the section that is coming in, joined. */
export class HeaderBlock {
  /** The stream that HEADERS or PUSH_PROMISE came on; 0 while there is no section coming in. */
  streamId = 0;
  /** The stream that is promised; 0 for HEADERS. */
  promisedId = 0;
  /** Whether the stream ends with it. */
  endStream = false;
  /** Whether its priority says that the stream depends on itself. */
  selfDependent = false;
  /** How many CONTINUATION frames have come. */
  continuations = 0;
  /** What has come. */
  readonly parts: ByteWriter = new ByteWriter(0);

  /** Begins a section with the frame just read. */
  begin(
    frame: FrameReader,
    promisedId: number,
    endStream: boolean,
    selfDependent: boolean,
  ): void {
    this.streamId = frame.streamId;
    this.promisedId = promisedId;
    this.endStream = endStream;
    this.selfDependent = selfDependent;
    this.continuations = 0;
    this.parts.reset();
    this.add(frame);
  }

  /** Adds what the frame just read has. */
  add(frame: FrameReader): void {
    this.parts.bytes(frame.bytes.subarray(frame.start, frame.end));
  }

  /** Ends the section: there is none coming in any more. */
  end(): void {
    this.streamId = 0;
    this.parts.trim();
  }
}
