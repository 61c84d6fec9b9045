/**
 * The peer `node:http2`, on Node. `--route=hello|json|large`; over TLS with `--cert=` and `--key=`,
 * PEM in base64.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createSecureServer, createServer } from "node:http2";
import process from "node:process";
import { HELLO, LARGE, RECORD } from "./payloads.mjs";

/** @type {Record<string, (stream: import("node:http2").ServerHttp2Stream) => void>} */
const routes = {
  hello(stream) {
    stream.respond({ "content-type": "text/plain", "content-length": HELLO.length });
    stream.end(HELLO);
  },
  json(stream) {
    const text = JSON.stringify(RECORD);
    stream.respond({ "content-type": "application/json", "content-length": text.length });
    stream.end(text);
  },
  large(stream) {
    stream.respond({
      "content-type": "application/octet-stream",
      "content-length": LARGE.length,
    });
    stream.end(LARGE);
  },
};

const answer = routes[argument("route") ?? "hello"];
const [cert, key] = [argument("cert"), argument("key")];
const server = cert === undefined || key === undefined
  ? createServer()
  : createSecureServer({ cert: Buffer.from(cert, "base64"), key: Buffer.from(key, "base64") });
server.on("stream", (stream) => {
  // The load generator leaves in the middle of things.
  stream.on("error", () => {});
  answer(stream);
});
server.on("sessionError", () => {});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(`ready ${address.port}`);
});
process.stdin.on("end", () => process.exit(0)).resume();

/** @type {(name: string) => string | undefined} */
function argument(name) {
  return process.argv.find((text) => text.startsWith(`--${name}=`))?.slice(name.length + 3);
}
