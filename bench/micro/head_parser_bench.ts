/**
 * The head parser alone: a small head, a browser's, a large one, and the same a byte at a time.
 *
 * Run with `deno bench bench/micro/head_parser_bench.ts`.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import { HeadParser } from "../../http1/proto/head_parser.ts";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { WireFields } from "../../http1/proto/wire_fields.ts";

const SMALL = encodeUtf8("GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n");
const BROWSER_TEXT = "GET /index.html?lang=en HTTP/1.1\r\nHost: www.example.com\r\n" +
  "Connection: keep-alive\r\nCache-Control: max-age=0\r\nUpgrade-Insecure-Requests: 1\r\n" +
  "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36\r\n" +
  "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n" +
  "Sec-Fetch-Mode: navigate\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" +
  "Accept-Language: en-US,en;q=0.9\r\nCookie: session=0123456789abcdef0123456789abcdef\r\n\r\n";
const BROWSER = encodeUtf8(BROWSER_TEXT);
const LARGE = encodeUtf8(
  BROWSER_TEXT.replace("\r\n\r\n", `\r\nX-Large: ${"x".repeat(8000)}\r\n\r\n`),
);

const parser = new HeadParser("request", DEFAULT_LIMITS);

function parse(bytes: Uint8Array): number {
  const end = parser.parse(bytes, 0, bytes.length);
  parser.reset();
  return end;
}

Deno.bench({ name: "40 bytes", group: "head", baseline: true, fn: () => void parse(SMALL) });
Deno.bench({
  name: `${BROWSER.length} bytes, 10 fields`,
  group: "head",
  fn: () => void parse(BROWSER),
});
Deno.bench({ name: `${LARGE.length} bytes`, group: "head", fn: () => void parse(LARGE) });
Deno.bench({
  name: `${BROWSER.length} bytes, one at a time`,
  group: "head",
  fn() {
    for (let stop = 1; stop <= BROWSER.length; stop++) parser.parse(BROWSER, 0, stop);
    parser.reset();
  },
});
Deno.bench({
  name: `${BROWSER.length} bytes, and one field looked up`,
  group: "head",
  fn() {
    parser.parse(BROWSER, 0, BROWSER.length);
    new WireFields(BROWSER, parser.fieldsStart, parser.fieldCount).get("cookie");
    parser.reset();
  },
});
