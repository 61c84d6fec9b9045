import { BufferPool } from "@avx/runtime/buffer-pool";
import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "../support/assert.ts";

const small = { minBytes: 16, maxBytes: 64, maxHeldBytes: 128 };

Deno.test("pool rounds up to its size classes", () => {
  const pool = new BufferPool(small);
  const sizes = [0, 1, 16, 17, 32, 33, 64].map((size) => pool.acquire(size).length);
  assertEquals(sizes, [16, 16, 16, 32, 32, 64, 64]);
});

Deno.test("pool rounds the bounds of its classes up to powers of two", () => {
  const pool = new BufferPool({ minBytes: 10, maxBytes: 50 });
  assertEquals(pool.acquire(1).length, 16);
  assertEquals(pool.acquire(51).length, 64);
});

Deno.test("pool never has a largest class below its smallest", () => {
  const pool = new BufferPool({ minBytes: 1024, maxBytes: 16 });
  const buffer = pool.acquire(1);
  assertEquals(buffer.length, 1024);
  pool.release(buffer);
  assertStrictEquals(pool.acquire(1), buffer);
});

Deno.test("pool uses a released buffer again, for its class only", () => {
  const pool = new BufferPool(small);
  const buffer = pool.acquire(32);
  pool.release(buffer);
  assertEquals(pool.heldBytes, 32);
  assertNotStrictEquals(pool.acquire(16), buffer);
  assertStrictEquals(pool.acquire(20), buffer);
  assertEquals(pool.heldBytes, 0);
  assertNotStrictEquals(pool.acquire(20), buffer, "one buffer has one user");
});

Deno.test("pool makes larger buffers to measure and does not keep them", () => {
  const pool = new BufferPool(small);
  const buffer = pool.acquire(65);
  assertEquals(buffer.length, 65);
  pool.release(buffer);
  pool.release(new Uint8Array(128));
  assertEquals(pool.heldBytes, 0);
});

Deno.test("pool leaves alone what is not whole or of no class", () => {
  const pool = new BufferPool(small);
  pool.release(new Uint8Array(64).subarray(0, 32));
  pool.release(new Uint8Array(64).subarray(32));
  pool.release(new Uint8Array(8));
  pool.release(new Uint8Array(24));
  pool.release(new Uint8Array(0));
  assertEquals(pool.heldBytes, 0);
});

Deno.test("pool leaves alone a buffer that was transferred away", () => {
  const pool = new BufferPool(small);
  const buffer = pool.acquire(32);
  structuredClone(buffer, { transfer: [buffer.buffer as ArrayBuffer] });
  pool.release(buffer);
  assertEquals(pool.heldBytes, 0);
});

Deno.test("pool holds no more than it may", () => {
  const pool = new BufferPool(small);
  const buffers = Array.from({ length: 5 }, () => pool.acquire(64));
  for (const buffer of buffers) pool.release(buffer);
  assertEquals(pool.heldBytes, 128);
});

Deno.test("pool lets go of everything when cleared", () => {
  const pool = new BufferPool(small);
  const buffer = pool.acquire(32);
  pool.release(buffer);
  pool.clear();
  assertEquals(pool.heldBytes, 0);
  assertNotStrictEquals(pool.acquire(32), buffer);
});
