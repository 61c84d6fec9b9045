/**
 * A read buffer taken and given back: the pool against a fresh array, whose zeros cost time.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";

const BUFFERS = 100; // per iteration, so that the clock of the benchmark does not count
const pool = new BufferPool();
let sink = 0;

for (const size of [4_096, 16_384, 65_536]) {
  const group = `${size} bytes × ${BUFFERS}`;

  Deno.bench(`fresh array, ${group}`, { group, baseline: true }, () => {
    for (let index = 0; index < BUFFERS; index++) sink += new Uint8Array(size).length;
  });

  Deno.bench(`pool, ${group}`, { group }, () => {
    for (let index = 0; index < BUFFERS; index++) {
      const buffer = pool.acquire(size);
      sink += buffer.length;
      pool.release(buffer);
    }
  });
}

addEventListener("unload", () => {
  if (sink === 0) throw new Error("Nothing was measured");
});
