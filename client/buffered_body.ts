/**
 * A body that is read ahead, up to a limit.
 *
 * @module
 */

import { BodyBuffer } from "@avx/semantics/body-buffer";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";
import type { ClientBody } from "./client_body.ts";

/** What was read ahead: all of a body, or its beginning and where the rest comes from. */
export interface BufferedBody {
  /** What was read, in memory of its own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The whole body from its beginning on; `undefined` where `bytes` is all of it. */
  readonly source: BodySource | undefined;
}

/**
 * Reads a body until it ends, or more than `maxBytes` have come.
 *
 * @returns Rejects with what the body fails with.
 */
export async function bufferBody(body: ClientBody, maxBytes: number): Promise<BufferedBody> {
  const source = body.source();
  const buffer = new BodyBuffer(source);
  for (;;) {
    const pulled = source.pull();
    const chunk = pulled instanceof Promise ? await pulled : pulled;
    if (chunk === undefined) return { bytes: owned(buffer.whole()), source: undefined };
    buffer.add(chunk);
    if (buffer.length > maxBytes) {
      const bytes = owned(buffer.whole());
      return { bytes, source: new ResumedBody(bytes, source) };
    }
  }
}

// A view may be into memory that its source reads into again.
function owned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.slice() as Uint8Array<ArrayBuffer>;
}

/** A body whose beginning has been read already. */
class ResumedBody implements BodySource {
  readonly declaredLength: number | undefined;
  readonly release: ((chunk: Uint8Array) => void) | undefined;
  #beginning: Uint8Array | undefined;
  readonly #rest: BodySource;

  constructor(beginning: Uint8Array, rest: BodySource) {
    this.#beginning = beginning;
    this.#rest = rest;
    this.declaredLength = rest.declaredLength;
    this.release = rest.release === undefined
      ? undefined
      : (chunk) => chunk !== beginning && rest.release?.(chunk);
  }

  get trailers(): FieldSection | undefined {
    return this.#rest.trailers;
  }

  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const beginning = this.#beginning;
    this.#beginning = undefined;
    return beginning ?? this.#rest.pull();
  }

  cancel(reason?: unknown): void {
    this.#beginning = undefined;
    this.#rest.cancel(reason);
  }
}
