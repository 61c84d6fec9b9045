/**
 * How far a body has come, on its way out or in.
 *
 * @module
 */

import type { RequestBody } from "@avx/http1/client-connection";
import type { BodySource } from "@avx/semantics/body-source";
import type { OutgoingBody } from "./outgoing_body.ts";
import { SeenBody } from "./seen_body.ts";

/** How far a body has come. */
export interface TransferProgress {
  /** Bytes so far. */
  readonly bytes: number;
  /** Bytes in all; `undefined` where nobody knows. */
  readonly totalBytes: number | undefined;
}

/** Hears how far a body has come; what it throws ends the request. */
export type ProgressListener = (progress: TransferProgress) => void;

/** How much of a body that is there as a whole is taken at a time. */
const PIECE_BYTES = 64 * 1024;

/**
 * A body that tells what the connection has taken of it. A second try begins anew.
 */
export function watchedUpload(body: OutgoingBody, listener: ProgressListener): OutgoingBody {
  const { bytes, open, length } = body;
  const opened = () => bytes === undefined ? open!() : new PiecesBody(bytes);
  return {
    ...body,
    bytes: undefined,
    open: () => new WatchedUpload(opened(), length, listener),
  };
}

/** A body that tells what its reader has pulled. */
export class WatchedDownload extends SeenBody {
  readonly #listener: ProgressListener;
  #bytes = 0;

  /** Makes one. */
  constructor(source: BodySource, listener: ProgressListener) {
    super(source);
    this.#listener = listener;
  }

  /** See {@linkcode SeenBody.see}. */
  protected override see(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) return;
    this.#bytes += chunk.length;
    try {
      this.#listener({ bytes: this.#bytes, totalBytes: this.declaredLength });
    } catch (error) {
      this.cancel(error);
      throw error;
    }
  }
}

/** Bytes that are given out piece by piece. */
class PiecesBody implements RequestBody {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Promise<Uint8Array | undefined> {
    const at = this.#at;
    if (at >= this.#bytes.length) return Promise.resolve(undefined);
    return Promise.resolve(this.#bytes.subarray(at, this.#at = at + PIECE_BYTES));
  }

  cancel(): void {
    this.#at = this.#bytes.length;
  }
}

class WatchedUpload implements RequestBody {
  readonly #body: RequestBody;
  readonly #totalBytes: number | undefined;
  readonly #listener: ProgressListener;
  #bytes = 0;
  #taken = 0;

  constructor(body: RequestBody, totalBytes: number | undefined, listener: ProgressListener) {
    this.#body = body;
    this.#totalBytes = totalBytes;
    this.#listener = listener;
  }

  async read(): Promise<Uint8Array | undefined> {
    // Who asks for more has taken what it got before.
    if (this.#taken > 0) {
      this.#bytes += this.#taken;
      this.#taken = 0;
      this.#listener({ bytes: this.#bytes, totalBytes: this.#totalBytes });
    }
    const chunk = await this.#body.read();
    this.#taken = chunk?.length ?? 0;
    return chunk;
  }

  cancel(reason: unknown): void {
    this.#body.cancel(reason);
  }
}
