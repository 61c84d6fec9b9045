/**
 * Messages compressed and decompressed as it was agreed (RFC 7692 §7.2).
 *
 * @module
 */

import type {
  RawDeflate,
  RawDeflateOptions,
  RawDeflater,
  RawInflater,
} from "@avx/runtime/ports/raw-deflate";
import { canDeflate, type DeflateAgreement, type DeflateConfig } from "./permessage_deflate.ts";

const TAIL_BYTES = 4; // 00 00 ff ff, which every flush ends with and no message is sent with
const MAX_BITS = 15;

/**
 * Codecs that connections share, one of a kind: for those that start over with each message.
 *
 * @example The same one again
 * ```ts
 * import { rawDeflate } from "@avx/runtime/platform";
 * import { SharedCodecs } from "@avx/ws/message-deflate";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const codecs = new SharedCodecs(rawDeflate);
 * const options = { level: 1, windowBits: 15, memoryLevel: 8 };
 * assertStrictEquals(codecs.deflater(options), codecs.deflater(options));
 * codecs.close();
 * ```
 */
export class SharedCodecs {
  readonly #raw: RawDeflate;
  readonly #deflaters = new Map<string, RawDeflater>();
  #inflater: RawInflater | undefined;

  /** Makes none yet. */
  constructor(raw: RawDeflate) {
    this.#raw = raw;
  }

  /** The platform's own. */
  get raw(): RawDeflate {
    return this.#raw;
  }

  /** A deflater with an empty window. */
  deflater(options: RawDeflateOptions): RawDeflater {
    const key = `${options.level} ${options.windowBits} ${options.memoryLevel}`;
    let deflater = this.#deflaters.get(key);
    if (deflater === undefined) {
      deflater = this.#raw.deflater(options);
      this.#deflaters.set(key, deflater);
    } else deflater.reset();
    return deflater;
  }

  /** An inflater with an empty window. */
  inflater(): RawInflater {
    if (this.#inflater === undefined) this.#inflater = this.#raw.inflater(MAX_BITS);
    else this.#inflater.reset();
    return this.#inflater;
  }

  /** Frees all of them. */
  close(): void {
    for (const deflater of this.#deflaters.values()) deflater.close();
    this.#deflaters.clear();
    this.#inflater?.close();
    this.#inflater = undefined;
  }
}

/** What a {@linkcode MessageDeflate} goes by. */
export interface MessageDeflateOptions {
  /** Which side we are. */
  readonly role: "server" | "client";
  /** What was agreed on. */
  readonly agreement: DeflateAgreement;
  /** Our own choices. */
  readonly config: DeflateConfig;
  /** Where codecs come from. */
  readonly codecs: SharedCodecs;
}

/**
 * The compression of one connection. Windows are made when the first message needs them.
 *
 * @example There and back
 * ```ts
 * import { rawDeflate } from "@avx/runtime/platform";
 * import { MessageDeflate, SharedCodecs } from "@avx/ws/message-deflate";
 * import { webSocketConfig } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * const config = webSocketConfig({ compress: true }).deflate!;
 * const agreement = {
 *   serverNoContextTakeover: false,
 *   clientNoContextTakeover: false,
 *   serverWindowBits: 12,
 *   clientWindowBits: 12,
 * };
 * const common = { agreement, config, codecs: new SharedCodecs(rawDeflate) };
 * const client = new MessageDeflate({ role: "client", ...common });
 * const server = new MessageDeflate({ role: "server", ...common });
 *
 * const payload = client.deflate(new Uint8Array(1000));
 * assertEquals(server.inflate(payload, 1000), new Uint8Array(1000));
 * client.close();
 * server.close();
 * ```
 */
export class MessageDeflate {
  /** What we compress with, in bits. */
  readonly windowBits: number;

  readonly #codecs: SharedCodecs;
  readonly #options: RawDeflateOptions;
  readonly #thresholdBytes: number;
  readonly #keepsOwn: boolean;
  readonly #keepsPeers: boolean;
  readonly #peerBits: number;
  #deflater: RawDeflater | undefined;
  #inflater: RawInflater | undefined;
  #stale = false;

  /** Makes one without any window. */
  constructor({ role, agreement, config, codecs }: MessageDeflateOptions) {
    const isServer = role === "server";
    this.#codecs = codecs;
    this.windowBits = isServer ? agreement.serverWindowBits : agreement.clientWindowBits;
    this.#peerBits = isServer ? agreement.clientWindowBits : agreement.serverWindowBits;
    this.#keepsOwn =
      !(isServer ? agreement.serverNoContextTakeover : agreement.clientNoContextTakeover);
    this.#keepsPeers =
      !(isServer ? agreement.clientNoContextTakeover : agreement.serverNoContextTakeover);
    this.#options = {
      level: config.level,
      windowBits: this.windowBits,
      memoryLevel: config.memoryLevel,
    };
    this.#thresholdBytes = canDeflate(this.windowBits)
      ? Math.max(1, config.thresholdBytes)
      : Infinity;
  }

  /** Whether a message of so many bytes is worth it. */
  worth(bytes: number): boolean {
    return bytes >= this.#thresholdBytes;
  }

  /** A message's compressed payload, good until any message is compressed. */
  deflate(message: Uint8Array): Uint8Array {
    return trimmed(this.#ownDeflater().deflate(message));
  }

  /** As {@linkcode deflate}, but so that any connection with the same window can be sent it. */
  deflateAlone(message: Uint8Array): Uint8Array {
    return trimmed(this.#codecs.deflater(this.#options).deflate(message));
  }

  /**
   * Hears that a message was sent that our deflater has not seen. The peer's window has moved:
   * nothing from before may be referred to.
   */
  skip(): void {
    this.#stale = true;
  }

  /** A message from its compressed payload, or what is wrong with it. */
  inflate(payload: Uint8Array, maxBytes: number): Uint8Array | "too large" | "malformed" {
    const whole = new Uint8Array(payload.length + TAIL_BYTES);
    whole.set(payload);
    whole[payload.length + 2] = 0xff;
    whole[payload.length + 3] = 0xff;
    if (!this.#keepsPeers) return this.#codecs.inflater().inflate(whole, maxBytes);
    this.#inflater ??= this.#codecs.raw.inflater(this.#peerBits);
    return this.#inflater.inflate(whole, maxBytes);
  }

  /** Frees the windows. May be called twice. */
  close(): void {
    this.#deflater?.close();
    this.#inflater?.close();
    this.#deflater = this.#inflater = undefined;
  }

  #ownDeflater(): RawDeflater {
    if (!this.#keepsOwn) return this.#codecs.deflater(this.#options);
    if (this.#deflater === undefined) this.#deflater = this.#codecs.raw.deflater(this.#options);
    else if (this.#stale) this.#deflater.reset();
    this.#stale = false;
    return this.#deflater;
  }
}

function trimmed(flushed: Uint8Array): Uint8Array {
  return flushed.subarray(0, flushed.length - TAIL_BYTES);
}
