/**
 * Compression by `node:zlib`, which Deno carries, too: streaming, with flush, every coding.
 *
 * In Deno 2.9 the streams for br and zstd end without a word where their input ends too early: for
 * br the codec finds out by a byte more, for zstd the frames are counted.
 *
 * @module
 */

import * as zlib from "node:zlib";
import type {
  Codec,
  Compression,
  CompressionCoding,
  DecoderOptions,
  EncoderOptions,
} from "../ports/compression.ts";
import { NodeCodec, type ZlibStream } from "./node_codec.ts";
import { NodeZstdDecoder } from "./node_zstd_decoder.ts";

/** The codings of `node:zlib`; `zstd` only where it has it (Node 22.15, Deno 2). */
export class NodeCompression implements Compression {
  /** See {@linkcode Compression.codings}. */
  readonly codings: readonly CompressionCoding[] = typeof zlib.createZstdCompress === "function"
    ? ["gzip", "deflate", "deflate-raw", "br", "zstd"]
    : ["gzip", "deflate", "deflate-raw", "br"];

  /** See {@linkcode Compression.encoder}. */
  encoder(coding: CompressionCoding, options: EncoderOptions): Codec {
    const { create, flush } = this.#entry(coding);
    return new NodeCodec(create.encoder(options), { flush, maxOutputBytes: Infinity });
  }

  /** See {@linkcode Compression.decoder}. */
  decoder(coding: CompressionCoding, options: DecoderOptions): Codec {
    const { create } = this.#entry(coding);
    const { maxOutputBytes, maxRatio, ratioFromBytes } = options;
    const bounds = { flush: undefined, maxOutputBytes, maxRatio, ratioFromBytes };
    if (coding === "zstd") {
      return new NodeZstdDecoder((used) =>
        new NodeCodec(create.decoder(options), { ...bounds, used })
      );
    }
    const endsSilently = coding === "br";
    return new NodeCodec(create.decoder(options), { ...bounds, endsSilently });
  }

  #entry(coding: CompressionCoding): Entry {
    if (!this.codings.includes(coding)) {
      throw new TypeError(`Cannot compress with "${coding}" as this platform has no such coding`);
    }
    return ENTRIES[coding];
  }
}

interface Entry {
  readonly flush: number;
  readonly create: {
    readonly encoder: (options: EncoderOptions) => ZlibStream;
    readonly decoder: (options: DecoderOptions) => ZlibStream;
  };
}

const {
  Z_SYNC_FLUSH,
  BROTLI_OPERATION_FLUSH,
  BROTLI_PARAM_LGWIN,
  BROTLI_PARAM_QUALITY,
  BROTLI_DECODER_PARAM_LARGE_WINDOW,
} = zlib.constants;
// Absent from Node 20.
const { ZSTD_e_flush, ZSTD_c_compressionLevel, ZSTD_c_windowLog, ZSTD_d_windowLogMax } = zlib
  .constants as Readonly<Record<string, number>>;

const ENTRIES: Readonly<Record<CompressionCoding, Entry>> = {
  "gzip": zlibEntry(zlib.createGzip, zlib.createGunzip),
  "deflate": zlibEntry(zlib.createDeflate, zlib.createInflate),
  "deflate-raw": zlibEntry(zlib.createDeflateRaw, zlib.createInflateRaw),
  "br": {
    flush: BROTLI_OPERATION_FLUSH,
    create: {
      encoder: ({ level, windowBits }) =>
        zlib.createBrotliCompress({
          params: {
            [BROTLI_PARAM_QUALITY]: level,
            ...windowBits && { [BROTLI_PARAM_LGWIN]: windowBits },
          },
        }),
      // RFC 7932 windows end at 24 bits; larger ones are an extension that we do not speak.
      decoder: () =>
        zlib.createBrotliDecompress({ params: { [BROTLI_DECODER_PARAM_LARGE_WINDOW]: 0 } }),
    },
  },
  "zstd": {
    flush: ZSTD_e_flush,
    create: {
      encoder: ({ level, windowBits }) =>
        zlib.createZstdCompress({
          params: {
            [ZSTD_c_compressionLevel]: level,
            ...windowBits && { [ZSTD_c_windowLog]: windowBits },
          },
        }),
      // RFC 9659 §3: a content coding's window is at most 8 MiB.
      decoder: ({ windowBits = 23 }) =>
        zlib.createZstdDecompress({ params: { [ZSTD_d_windowLogMax]: windowBits } }),
    },
  },
};

function zlibEntry(
  encoder: (options: zlib.ZlibOptions) => ZlibStream,
  decoder: (options: zlib.ZlibOptions) => ZlibStream,
): Entry {
  return {
    flush: Z_SYNC_FLUSH,
    create: {
      encoder: ({ level, windowBits }) => encoder({ level, ...windowBits && { windowBits } }),
      decoder: ({ windowBits }) => decoder({ ...windowBits && { windowBits } }),
    },
  };
}
