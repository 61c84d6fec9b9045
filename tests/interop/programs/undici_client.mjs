/**
 * undici against the sample handler at the first argument. Ends with code 0 where all went as it
 * should.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import process from "node:process";
import { Readable } from "node:stream";
import { Pool } from "undici";

const origin = process.argv.at(-1);
const pool = new Pool(origin, { connections: 2, pipelining: 1 });

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
  const { body } = await pool.request({ method, path: "/request" });
  assert.equal((await body.json()).method, method);
}

const head = await pool.request({ method: "HEAD", path: "/bytes/1234" });
assert.equal(head.headers["content-length"], "1234");
assert.equal(await head.body.text(), "");

for (const size of [0, 1, 65_536, 1_048_576]) {
  for (const route of ["bytes", "stream"]) {
    const { body } = await pool.request({ method: "GET", path: `/${route}/${size}` });
    assert.equal((await body.arrayBuffer()).byteLength, size);
  }
  const sent = Buffer.alloc(size, "avx");
  for (const body of [sent, Readable.from([sent.subarray(0, 10), sent.subarray(10)])]) {
    const echoed = await pool.request({ method: "POST", path: "/echo", body });
    assert.ok(Buffer.from(await echoed.body.arrayBuffer()).equals(sent));
  }
}

const many = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
  const { body } = await pool.request({ method: "GET", path: `/bytes/${index}` });
  return (await body.arrayBuffer()).byteLength;
}));
assert.deepEqual(many, Array.from({ length: 200 }, (_, index) => index));
await pool.close();

const pipelining = new Pool(origin, { connections: 1, pipelining: 10 });
const pipelined = await Promise.all(Array.from({ length: 100 }, async (_, index) => {
  const { body } = await pipelining.request({ method: "GET", path: `/bytes/${index}` });
  return (await body.arrayBuffer()).byteLength;
}));
assert.deepEqual(pipelined, Array.from({ length: 100 }, (_, index) => index));
await pipelining.close();
