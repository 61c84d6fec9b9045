/**
 * The peer `node:http`, on Node. `--route=hello|json|large|upload`.
 *
 * @module
 */

import { createServer } from "node:http";
import process from "node:process";
import { HELLO, LARGE, RECORD } from "./payloads.mjs";

/** @type {Record<string, import("node:http").RequestListener>} */
const routes = {
  hello(_request, response) {
    response.writeHead(200, { "content-type": "text/plain", "content-length": HELLO.length });
    response.end(HELLO);
  },
  json(_request, response) {
    const text = JSON.stringify(RECORD);
    response.writeHead(200, {
      "content-type": "application/json",
      "content-length": text.length,
    });
    response.end(text);
  },
  large(_request, response) {
    response.writeHead(200, {
      "content-type": "application/octet-stream",
      "content-length": LARGE.length,
    });
    response.end(LARGE);
  },
  upload(request, response) {
    let size = 0;
    request.on("data", (chunk) => size += chunk.length);
    request.on("end", () => response.end(String(size)));
  },
};

const route = process.argv.find((text) => text.startsWith("--route="))?.slice(8) ?? "hello";
const server = createServer(routes[route]);
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`ready ${address.port}`);
});
process.stdin.on("end", () => process.exit(0)).resume();
