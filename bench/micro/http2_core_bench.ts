/**
 * What a request costs in the HTTP/2 server's core: from bytes to bytes, fifty at a time.
 *
 * @module
 */

import { answer, BATCH, renumber, stage, windowUpdate } from "../support/http2_batch.ts";

const LINES = ["content-type", "text/plain"];
const REQUEST_LINES = [
  ...["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"],
  ...["accept", "application/json", "accept-language", "en-US,en;q=0.5"],
  ...["accept-encoding", "gzip, deflate, br, zstd", "referer", "https://example.com/"],
  ...["cookie", "session=0123456789abcdef0123456789abcdef", "dnt", "1"],
  ...["sec-fetch-dest", "empty", "sec-fetch-mode", "cors", "sec-fetch-site", "same-origin"],
  ...["priority", "u=4", "te", "trailers"],
];
const JSON_BODY = JSON.stringify({ items: "x".repeat(1000) });

function bench(name: string, requestLines: readonly string[], body: string): void {
  let { server, batch, firstId: id } = stage(requestLines);
  const refill = windowUpdate(BATCH * body.length);
  Deno.bench(name, () => {
    if (id > 0x7000_0000) ({ server, batch, firstId: id } = stage(requestLines));
    id = renumber(batch, id);
    answer(server, batch, LINES, body);
    while (server.transmit() !== undefined);
    server.receive(refill, 0);
    while (server.next() !== undefined);
  });
}

bench(`${BATCH} hello requests through the server core`, [], "Hello, World!");
bench(`${BATCH} requests with 12 fields, 1 KiB of JSON each`, REQUEST_LINES, JSON_BODY);
