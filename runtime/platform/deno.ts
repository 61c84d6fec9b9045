/**
 * The platform for Deno: what the import `#platform` stands for there.
 *
 * @module
 */

import type { Clock } from "../ports/clock.ts";
import type { Compression } from "../ports/compression.ts";
import type { Random } from "../ports/random.ts";
import type { Network } from "../ports/transport.ts";
import { DenoClock } from "./deno_clock.ts";
import { DenoNetwork } from "./deno_network.ts";
import { DenoRandom } from "./deno_random.ts";
import { NodeCompression } from "./node_compression.ts";

/** Deno's sockets. */
export const network: Network = new DenoNetwork();
/** Deno's time. */
export const clock: Clock = new DenoClock();
/** Deno's randomness. */
export const random: Random = new DenoRandom();
/** The codings of `node:zlib`. */
export const compression: Compression = new NodeCompression();
