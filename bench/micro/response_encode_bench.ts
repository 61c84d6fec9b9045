/**
 * The server core alone: requests in, responses out, nothing read or written.
 *
 * Run with `deno bench bench/micro/response_encode_bench.ts`. A "hello" of 16 pipelined requests is
 * one iteration: divide by 16.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { encodeUtf8 } from "@avx/runtime/ascii";
import { ServerCore } from "../../http1/proto/server_core.ts";

const DATE = encodeUtf8("date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
const LINES = ["content-type", "text/plain"];
const HELLO = encodeUtf8("GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n".repeat(16));
const BROWSER = encodeUtf8(
  ("GET /index.html?lang=en HTTP/1.1\r\nHost: www.example.com\r\nConnection: keep-alive\r\n" +
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36\r\n" +
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n" +
    "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n" +
    "Cache-Control: max-age=0\r\nCookie: session=0123456789abcdef0123456789abcdef\r\n" +
    "Upgrade-Insecure-Requests: 1\r\nSec-Fetch-Mode: navigate\r\n\r\n").repeat(16),
);

const pool = new BufferPool();
let transmitted = 0;

function serve(core: ServerCore, requests: Uint8Array, answer: (core: ServerCore) => void): void {
  core.receive(requests, 1);
  for (let event = core.next(); event !== undefined; event = core.next()) {
    if (event.type === "request") answer(core);
  }
  for (let view = core.transmit(); view !== undefined; view = core.transmit()) {
    transmitted += view.length;
  }
}

function bench(
  name: string,
  group: string,
  requests: Uint8Array,
  answer: (core: ServerCore) => void,
): void {
  const core = new ServerCore({ buffers: pool });
  core.date = DATE;
  Deno.bench({ name, group, fn: () => serve(core, requests, answer) });
}

const BYTES = encodeUtf8("Hello, World!");
const JSON_TEXT = JSON.stringify({ text: "x".repeat(1000) });
let turn = 0;

bench(
  "hello × 16",
  "server core",
  HELLO,
  (core) => core.sendWhole(200, "OK", LINES, "Hello, World!"),
);
bench(
  "hello as bytes × 16",
  "server core",
  HELLO,
  (core) => core.sendWhole(200, "OK", LINES, BYTES),
);
bench(
  "1 KiB JSON × 16",
  "server core",
  HELLO,
  (core) => core.sendWhole(200, "OK", LINES, JSON_TEXT),
);
bench("hello, fresh lines × 16", "server core", HELLO, (core) => {
  core.sendWhole(200, "OK", ["content-type", "text/plain"], "Hello, World!");
});
bench("hello, lines that never repeat × 16", "server core", HELLO, (core) => {
  core.sendWhole(200, "OK", ["content-type", "text/plain", "etag", `"${turn++}"`], "Hello, World!");
});
bench("hello in chunks × 16", "server core", HELLO, (core) => {
  core.sendHead(200, "OK", LINES, undefined);
  core.sendData(BYTES);
  core.sendEnd();
});
bench("browser's head, hello × 16", "server core", BROWSER, (core) => {
  core.sendWhole(200, "OK", LINES, "Hello, World!");
});
