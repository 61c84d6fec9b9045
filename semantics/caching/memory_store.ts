/**
 * Responses kept in memory.
 *
 * @module
 */

import { Lru } from "@avx/runtime/lru";
import { BodyBuffer } from "../body_buffer.ts";
import { fieldValueOf } from "../field_lines.ts";
import type { CachedHead } from "./cached_head.ts";
import { parseSeconds } from "./cache_control.ts";
import type { CachedResponse, CacheStore, CacheWriter } from "./store.ts";

/** How much a {@linkcode MemoryCacheStore} holds. */
export interface MemoryCacheStoreOptions {
  /**
   * For all responses together, heads included, in bytes. The URLs not used for longest go first.
   *
   * @default {67108864}
   */
  readonly maxBytes?: number;
  /**
   * Responses of one URL, told apart by `Vary`. The oldest go first.
   *
   * @default {32}
   */
  readonly maxVariants?: number;
}

/** A response in memory: its body is there at once. */
export interface MemoryResponse extends CachedResponse {
  /** Its body, which is not to be changed. */
  open(): Uint8Array;
}

/**
 * A store in memory, bounded by bytes.
 *
 * @example A response in it
 * ```ts
 * import { MemoryCacheStore } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const store = new MemoryCacheStore({ maxBytes: 1024 * 1024 });
 * const writer = store.put("https://a.example/", {
 *   variant: "",
 *   selecting: [],
 *   status: 200,
 *   reason: "OK",
 *   lines: ["cache-control", "max-age=60"],
 *   requestMs: 0,
 *   responseMs: 0,
 * });
 * writer.write(new TextEncoder().encode("hello"));
 * writer.commit();
 *
 * const [response] = store.get("https://a.example/");
 * assertEquals(response.open().length, 5);
 * ```
 */
export class MemoryCacheStore implements CacheStore {
  readonly #maxVariants: number;
  readonly #responses: Lru<string, readonly StoredResponse[]>;

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If a limit is not positive.
   */
  constructor(options: MemoryCacheStoreOptions = {}) {
    const { maxBytes = MAX_BYTES, maxVariants = MAX_VARIANTS } = options;
    if (!(maxVariants > 0)) {
      throw new RangeError(
        `Cannot use options.maxVariants as it must be positive: current value is ${maxVariants}`,
      );
    }
    if (!(maxBytes > 0 && maxBytes < Infinity)) {
      throw new RangeError(
        `Cannot use options.maxBytes as it must be positive and finite: current value is ${maxBytes}`,
      );
    }
    this.#maxVariants = maxVariants;
    this.#responses = new Lru({ maxWeight: maxBytes, weigh: bytesOf });
  }

  /** How many bytes it holds, heads included. */
  get bytes(): number {
    return this.#responses.weight;
  }

  /** For how many URLs it has responses. */
  get size(): number {
    return this.#responses.size;
  }

  /** See {@linkcode CacheStore.get}. */
  get(key: string): readonly MemoryResponse[] {
    return this.#responses.get(key) ?? NONE;
  }

  /** See {@linkcode CacheStore.put}. */
  put(key: string, head: CachedHead): CacheWriter {
    const declared = parseSeconds(fieldValueOf(head.lines, "content-length") ?? "");
    let buffer: BodyBuffer | undefined = new BodyBuffer({ declaredLength: declared });
    return {
      // The caller's bytes may be read into again.
      write: (bytes) => buffer?.add(bytes.slice()),
      commit: () => {
        if (buffer !== undefined) this.#add(key, new StoredResponse(head, buffer.whole()));
        buffer = undefined;
      },
      abort: () => {
        buffer = undefined;
      },
    };
  }

  /** See {@linkcode CacheStore.update}. */
  update(key: string, variant: string, head: CachedHead): void {
    const responses = this.#responses.peek(key);
    const old = responses?.find((response) => response.head.variant === variant);
    if (responses === undefined || old === undefined) return;
    this.#responses.set(key, responses.filter((response) => response !== old));
    this.#add(key, new StoredResponse(head, old.open()));
  }

  /** See {@linkcode CacheStore.delete}. */
  delete(key: string): void {
    this.#responses.delete(key);
  }

  /** Removes everything. */
  clear(): void {
    this.#responses.clear();
  }

  #add(key: string, added: StoredResponse): void {
    const others = (this.#responses.peek(key) ?? NONE)
      .filter(({ head }) => head.variant !== added.head.variant);
    this.#responses.set(key, [...others, added].slice(-this.#maxVariants));
  }
}

const MAX_BYTES = 64 * 1024 * 1024; // undici 100 MiB, Squid 256 MB, Chrome's memory cache 20–80 MB
const MAX_VARIANTS = 32; // Varnish warns at 10
const NONE: readonly StoredResponse[] = Object.freeze([]);

/** What a response weighs beside its text and its body: the objects that hold it. */
const OVERHEAD_BYTES = 512;

class StoredResponse implements MemoryResponse {
  readonly head: CachedHead;
  readonly #body: Uint8Array;

  constructor(head: CachedHead, body: Uint8Array) {
    this.head = head;
    // A buffer that grew by doubling is cut to what is in it, or the bound would be a lie.
    this.#body = body.length === body.buffer.byteLength ? body : body.slice();
  }

  get bytes(): number {
    let bytes = OVERHEAD_BYTES + this.#body.length + this.head.variant.length;
    for (const text of this.head.lines) bytes += text.length;
    return bytes;
  }

  open(): Uint8Array {
    return this.#body;
  }
}

function bytesOf(responses: readonly StoredResponse[], key: string): number {
  let bytes = key.length;
  for (const response of responses) bytes += response.bytes;
  return bytes;
}
