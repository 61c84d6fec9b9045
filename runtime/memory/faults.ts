/**
 * What can be wrong with a link, as a script: the same faults at the same bytes, every time.
 *
 * @module
 */

/**
 * The faults of one direction of a link. Without any, it is as good as a loopback socket.
 *
 * @example A reset behind the third byte
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const [client, server] = memoryPair({ forward: { resetAfterBytes: 3 } });
 * assertEquals(await client.write(new Uint8Array(8)), 3);
 *
 * assertEquals(await server.read(new Uint8Array(8)), 3);
 * await assertRejects(() => server.read(new Uint8Array(8)), Error, "reset");
 * ```
 */
export interface LinkFaults {
  /** How long each byte is on its way, in milliseconds. Needs a clock. @default {0} */
  readonly latencyMs?: number;
  /** How many bytes arrive in a second. Needs a clock. @default {Infinity} */
  readonly bytesPerSecond?: number;
  /** The most bytes that one read returns. @default {Infinity} */
  readonly maxReadBytes?: number;
  /** The most bytes that one write takes: partial writes. @default {Infinity} */
  readonly maxWriteBytes?: number;
  /** How many bytes may be written and not yet read; then writes wait. @default {65536} */
  readonly capacityBytes?: number;
  /** After this many bytes the connection is reset, for both ends. @default {Infinity} */
  readonly resetAfterBytes?: number;
  /** After this many bytes nothing arrives any more, and nothing says so. @default {Infinity} */
  readonly stallAfterBytes?: number;
  /** After this many bytes the direction ends as by `closeWrite`. @default {Infinity} */
  readonly endAfterBytes?: number;
}

/** Every fault with a value. */
export type CompleteFaults = Required<LinkFaults>;

/** Completes a script with the defaults. */
export function completeFaults(...scripts: readonly (LinkFaults | undefined)[]): CompleteFaults {
  return Object.freeze(Object.assign({}, NO_FAULTS, ...scripts.map(withoutUndefined)));
}

const NO_FAULTS: CompleteFaults = {
  latencyMs: 0,
  bytesPerSecond: Infinity,
  maxReadBytes: Infinity,
  maxWriteBytes: Infinity,
  capacityBytes: 64 * 1024,
  resetAfterBytes: Infinity,
  stallAfterBytes: Infinity,
  endAfterBytes: Infinity,
};

function withoutUndefined(script: LinkFaults = {}): LinkFaults {
  return Object.fromEntries(Object.entries(script).filter(([, value]) => value !== undefined));
}
