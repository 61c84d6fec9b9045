/**
 * What a process holds, for programs that run with `--v8-flags=--expose-gc`.
 *
 * @module
 */

/** Memory in use, in bytes. */
export interface HeapUse {
  /** The heap of JavaScript. */
  readonly heapBytes: number;
  /** What lies beside it: array buffers above all. */
  readonly externalBytes: number;
}

/** What is in use once all garbage is collected. */
export async function heapUse(): Promise<HeapUse> {
  const { gc } = globalThis as unknown as { gc(): void };
  for (let turn = 0; turn < 3; turn++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return { heapBytes: heapUsed, externalBytes: external };
}
