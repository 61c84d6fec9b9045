/**
 * The ground a protocol stack stands on: bytes, timers, waiting, ports, and the platform.
 *
 * Each file is also an entry point of its own, such as `@avx/runtime/ascii`; those are free of the
 * platform, which only this one and `@avx/runtime/platform` bring in. The in-memory network and
 * the manual clock for tests are in `@avx/runtime/memory`.
 *
 * @example Bytes in and out
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteQueue, ByteWriter, decodeUtf8, encodeUtf8 } from "@avx/runtime";
 *
 * const writer = new ByteWriter();
 * writer.ascii("HTTP/1.1 ");
 * writer.decimal(204);
 *
 * const queue = new ByteQueue();
 * queue.push(writer.view());
 * assertEquals(decodeUtf8(queue.takeThrough(encodeUtf8(" "))!), "HTTP/1.1 ");
 * ```
 *
 * @module
 */

export * from "./ascii.ts";
export * from "./backoff.ts";
export * from "./buffer_pool.ts";
export * from "./byte_queue.ts";
export * from "./byte_writer.ts";
export * from "./bytes.ts";
export * from "./cancellation.ts";
export * from "./channel.ts";
export * from "./deferred.ts";
export * from "./errors.ts";
export * from "./input_queue.ts";
export * from "./lock.ts";
export * from "./lru.ts";
export * from "./output_queue.ts";
export * from "./platform/mod.ts";
export * from "./ports/clock.ts";
export * from "./ports/compression.ts";
export * from "./ports/files.ts";
export * from "./ports/hashing.ts";
export * from "./ports/observer.ts";
export * from "./ports/quic.ts";
export * from "./ports/random.ts";
export * from "./ports/transport.ts";
export * from "./semaphore.ts";
export * from "./timer_wheel.ts";
export * from "./timers.ts";
export * from "./token_bucket.ts";
export * from "./translate_error.ts";
export * from "./utf8.ts";
export * from "./varint.ts";
export * from "./zstd_frames.ts";
