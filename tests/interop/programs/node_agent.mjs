/**
 * Node's http client with a keep-alive agent, against the sample handler at `process.argv[2]`.
 * Ends with code 0 where all went as it should.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import http from "node:http";
import process from "node:process";

const origin = process.argv[2];
const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
const sockets = new Set();

for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]) {
  const { body } = await send(method, "/request");
  assert.equal(JSON.parse(body.toString()).method, method);
}

const head = await send("HEAD", "/bytes/1234");
assert.equal(head.headers["content-length"], "1234");
assert.equal(head.body.length, 0);

for (const size of [0, 1, 65_536, 1_048_576, 5 * 1024 * 1024]) {
  for (const route of ["bytes", "stream"]) {
    assert.equal((await send("GET", `/${route}/${size}`)).body.length, size);
  }
  const sent = Buffer.alloc(size, "avx");
  const whole = await send("POST", "/echo", { "content-length": String(size) }, [sent]);
  assert.ok(whole.body.equals(sent));
  const parts = [sent.subarray(0, size >> 1), sent.subarray(size >> 1)];
  const chunked = await send("POST", "/echo", { "transfer-encoding": "chunked" }, parts);
  assert.ok(chunked.body.equals(sent));
}
assert.equal(sockets.size, 1, "one request at a time needs one connection");

const many = await Promise.all(
  Array.from({ length: 200 }, (_, index) => send("GET", `/bytes/${index}`)),
);
many.forEach(({ body }, index) => assert.equal(body.length, index));
assert.ok(sockets.size <= 4, `200 requests took ${sockets.size} connections`);

const continued = await sendExpecting("hello");
assert.deepEqual(continued, { continued: true, body: "hello" });
agent.destroy();

/**
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string>} [headers]
 * @param {Buffer[]} [parts]
 * @returns {Promise<{ headers: Record<string, string>, body: Buffer }>}
 */
function send(method, path, headers = {}, parts = []) {
  return new Promise((resolve, reject) => {
    let answer;
    const request = http.request(origin + path, { method, headers, agent }, (response) => {
      collect(response, (body) => answer = { headers: response.headers, body }, reject);
    });
    request.on("socket", (socket) => sockets.add(socket)).on("error", reject);
    // The agent has the connection back by then, so that the next request can have it.
    request.on("close", () => resolve(answer));
    for (const part of parts) request.write(part);
    request.end();
  });
}

/**
 * @param {string} text
 * @returns {Promise<{ continued: boolean, body: string }>}
 */
function sendExpecting(text) {
  return new Promise((resolve, reject) => {
    let continued = false;
    const headers = { expect: "100-continue", "content-length": String(text.length) };
    const request = http.request(`${origin}/echo`, { method: "POST", headers, agent });
    request.on("continue", () => {
      continued = true;
      request.end(text);
    });
    request.on("response", (response) => {
      collect(response, (body) => resolve({ continued, body: body.toString() }), reject);
    });
    request.on("error", reject).flushHeaders();
  });
}

/**
 * @param {http.IncomingMessage} response
 * @param {(body: Buffer) => void} resolve
 * @param {(error: Error) => void} reject
 */
function collect(response, resolve, reject) {
  const chunks = [];
  response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
  response.on("end", () => resolve(Buffer.concat(chunks)));
}
