/**
 * The platform for Deno: what the import `#platform` stands for there.
 *
 * @module
 */

import type { Clock } from "../ports/clock.ts";
import type { Compression } from "../ports/compression.ts";
import type { Environment } from "../ports/environment.ts";
import type { Random } from "../ports/random.ts";
import type { RawDeflate } from "../ports/raw_deflate.ts";
import type { Files } from "../ports/files.ts";
import type { Hashing } from "../ports/hashing.ts";
import type { Network } from "../ports/transport.ts";
import { DenoClock } from "./deno_clock.ts";
import { DenoEnvironment } from "./deno_environment.ts";
import { DenoNetwork } from "./deno_network.ts";
import { DenoRandom } from "./deno_random.ts";
import { NodeCompression } from "./node_compression.ts";
import { NodeFiles } from "./node_files.ts";
import { NodeHashing } from "./node_hashing.ts";
import { NodeRawDeflate } from "./node_raw_deflate.ts";

/**
 * Deno's sockets: TCP with TCP_NODELAY, unix sockets, TLS.
 *
 * @example One connection
 * ```ts
 * import { network } from "@avx/runtime/platform";
 * import { assertEquals } from "@std/assert";
 *
 * const listener = network.listen({ hostname: "127.0.0.1", port: 0 });
 * if (listener.addr.transport !== "tcp") throw new TypeError("Expected a TCP address");
 * const [client, server] = await Promise.all([
 *   network.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
 *   listener.accept(),
 * ]);
 *
 * await client.write(new Uint8Array([1, 2, 3]));
 * assertEquals(await server.read(new Uint8Array(16)), 3);
 *
 * for (const end of [client, server, listener]) end.close();
 * ```
 */
export const network: Network = new DenoNetwork();
/**
 * Deno's time.
 *
 * @example A timer
 * ```ts
 * import { clock } from "@avx/runtime/platform";
 * import { assert } from "@std/assert";
 *
 * const start = clock.now();
 * await new Promise<void>((resolve) => clock.setTimer(resolve, 2));
 * assert(clock.now() > start);
 * ```
 */
export const clock: Clock = new DenoClock();
/**
 * The variables of the process, as far as they may be read.
 *
 * @example A variable that is not there
 * ```ts
 * import { environment } from "@avx/runtime/platform";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(environment.get("AVX_EXAMPLE_THAT_NOBODY_SETS"), undefined);
 * ```
 */
export const environment: Environment = new DenoEnvironment();
/**
 * Deno's randomness.
 *
 * @example A key
 * ```ts
 * import { random } from "@avx/runtime/platform";
 * import { assertNotEquals } from "@std/assert";
 *
 * const key = new Uint8Array(16);
 * random.fill(key);
 * assertNotEquals(key, new Uint8Array(16));
 * ```
 */
export const random: Random = new DenoRandom();
/**
 * The codings of `node:zlib`, which Deno carries.
 *
 * @example There and back
 * ```ts
 * import { compression } from "@avx/runtime/platform";
 * import { assertEquals } from "@std/assert";
 *
 * const text = new TextEncoder().encode("to be or not to be");
 * const encoder = compression.encoder("gzip", { level: 1 });
 * const packed = [await encoder.write(text), await encoder.finish()];
 *
 * const decoder = compression.decoder("gzip", { maxOutputBytes: 1_000 });
 * let plain = "";
 * for (const part of packed) plain += new TextDecoder().decode(await decoder.write(part));
 * plain += new TextDecoder().decode(await decoder.finish());
 * assertEquals(plain, "to be or not to be");
 * ```
 */
export const compression: Compression = new NodeCompression();
/**
 * Raw deflate over a lasting window, by the `node:zlib` that Deno carries.
 *
 * @example The second time is shorter
 * ```ts
 * import { rawDeflate } from "@avx/runtime/platform";
 * import { assert } from "@std/assert";
 *
 * const deflater = rawDeflate.deflater({ level: 6, windowBits: 15, memoryLevel: 8 });
 * const message = new TextEncoder().encode("to be or not to be");
 * const first = deflater.deflate(message).length;
 * assert(deflater.deflate(message).length < first);
 * deflater.close();
 * ```
 */
export const rawDeflate: RawDeflate = new NodeRawDeflate();
/**
 * The hashes of `node:crypto`, which Deno carries.
 *
 * @example The digest of nothing
 * ```ts
 * import { hashing } from "@avx/runtime/platform";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hashing.start("sha-256").digest()[0], 0xe3);
 * ```
 */
export const hashing: Hashing = new NodeHashing();
/**
 * The files of `node:fs`, which Deno carries.
 *
 * @example A file that is there and gone
 * ```ts
 * import { files } from "@avx/runtime/platform";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * const sink = await files.create(path, { isNew: false });
 * await sink.write(new Uint8Array([65]));
 * await sink.close();
 * assertEquals(await Deno.readTextFile(path), "A");
 * await files.remove(path);
 * ```
 */
export const files: Files = new NodeFiles();
