/**
 * Node's http2 client against our sample handler: `node node_h2_client.mjs <origin> <ca file>`.
 * Ends with 0 if all is as it should be.
 *
 * @module
 */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { connect, constants } from "node:http2";
import process from "node:process";

const [origin, caFile] = process.argv.slice(2);
const session = connect(origin, caFile === undefined ? {} : { ca: readFileSync(caFile) });
session.on("error", (error) => {
  throw error;
});

/** @type {(headers: Record<string, string>, body?: Buffer) => Promise<{ headers: any, body: Buffer, trailers: any }>} */
function exchange(headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":method": body ? "POST" : "GET", ...headers });
    /** @type {any} */
    let received;
    /** @type {any} */
    let trailers;
    /** @type {Buffer[]} */
    const parts = [];
    stream.on("response", (head) => received = head);
    stream.on("trailers", (fields) => trailers = fields);
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => resolve({ headers: received, body: Buffer.concat(parts), trailers }));
    stream.on("error", reject);
    stream.end(body);
  });
}

for (const size of [0, 1, 16384, 65535, 65536, 1048576, 5 * 1024 * 1024]) {
  const upload = Buffer.alloc(size, 0x61);
  const { body } = await exchange({ ":path": "/echo" }, upload);
  assert.ok(body.equals(upload), `${size} bytes`);
  const down = await exchange({ ":path": `/bytes/${size}` });
  assert.equal(down.headers[":status"], 200);
  assert.equal(down.body.length, size);
}

const all = await Promise.all(
  Array.from({ length: 500 }, (_, index) => exchange({ ":path": `/bytes/${index}` })),
);
all.forEach(({ body }, index) => assert.equal(body.length, index));

const { body } = await exchange({ ":path": "/request", ":method": "PUT", "x-own": "a, b" });
const description = JSON.parse(body.toString());
assert.equal(description.method, "PUT");
assert.equal(description.headers["x-own"], "a, b");
assert.equal(new URL(description.url).origin, origin);

// A stream given up in the middle leaves the others alone.
const abandoned = session.request({ ":path": "/stream/5242880" });
await new Promise((resolve) => abandoned.once("data", resolve));
abandoned.close(constants.NGHTTP2_CANCEL);
assert.equal((await exchange({ ":path": "/" })).body.toString(), "hello");

await new Promise((resolve, reject) => {
  session.ping((error) => error ? reject(error) : resolve(undefined));
});
await new Promise((resolve) => session.close(() => resolve(undefined)));
