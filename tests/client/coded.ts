/**
 * Contents as servers code them.
 *
 * @module
 */

import { compression } from "@avx/runtime/platform";
import type { Codec, CompressionCoding } from "@avx/runtime/ports/compression";
import type { BodySource } from "@avx/semantics/body-source";

/** Several parts as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

async function through(codec: Codec, bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return joined([await codec.write(bytes), await codec.finish()]);
}

/** `content` with codings applied in order. */
export async function coded(
  content: string | Uint8Array,
  ...codings: readonly CompressionCoding[]
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice();
  for (const coding of codings) {
    bytes = await through(compression.encoder(coding, { level: 3 }), bytes);
  }
  return bytes;
}

/** A source that can be looked at. */
export interface Watched extends BodySource {
  /** What it was cancelled with; `undefined` while it was not. */
  readonly cancelled: readonly unknown[];
  /** Chunks given back. */
  readonly released: number;
}

/** A body that arrives in pieces of `step` bytes, and fails at its end if it is told to. */
export function arriving(bytes: Uint8Array, step: number, failure?: Error): Watched {
  const cancelled: unknown[] = [];
  let at = 0;
  let released = 0;
  return {
    declaredLength: bytes.length,
    trailers: undefined,
    cancelled,
    get released() {
      return released;
    },
    pull() {
      if (at >= bytes.length) return failure === undefined ? undefined : Promise.reject(failure);
      const chunk = bytes.slice(at, at += step);
      return at % 2 === 0 ? chunk : Promise.resolve(chunk);
    },
    release: () => void released++,
    cancel: (reason) => void cancelled.push(reason),
  };
}
