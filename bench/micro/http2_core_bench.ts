/**
 * What a request costs in the HTTP/2 cores: from bytes to bytes, fifty at a time.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { Http2ClientCore } from "@avx/http2/client-core";
import { Http2ServerCore } from "@avx/http2/server-core";

const BATCH = 50;
const GET = { method: "GET", scheme: "http", authority: "127.0.0.1:8080", path: "/" } as const;
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

/** A client and a server that have met, and the bytes of a batch of the client's requests. */
interface Stage {
  readonly server: Http2ServerCore;
  readonly batch: Uint8Array;
}

function stage(lines: readonly string[]): Stage {
  const buffers = new BufferPool();
  const server = new Http2ServerCore({ buffers });
  const client = new Http2ClientCore({ buffers });
  server.date = "Sat, 01 Jan 2000 00:00:00 GMT";
  let batch = new Uint8Array(0);
  // Once the tables hold everything, each batch is the same but for the ids.
  for (let round = 0; round < 4; round++) {
    for (let count = 0; count < BATCH; count++) client.sendRequest({ ...GET, lines });
    batch = transmitted(client);
    answer(server, batch, LINES, "Hello, World!");
    give(client, transmitted(server));
    give(server, transmitted(client));
  }
  return { server, batch };
}

/** Lets a core read something; to read nothing would be the end. */
function give(core: Http2ServerCore | Http2ClientCore, bytes: Uint8Array): void {
  if (bytes.length > 0) core.receive(bytes, 0);
  while (core.next() !== undefined);
}

function transmitted(core: Http2ServerCore | Http2ClientCore): Uint8Array<ArrayBuffer> {
  const parts: number[] = [];
  for (let view = core.transmit(); view !== undefined; view = core.transmit()) parts.push(...view);
  return Uint8Array.from(parts);
}

function answer(
  server: Http2ServerCore,
  batch: Uint8Array,
  lines: readonly string[],
  body: string,
): void {
  server.receive(batch, 0);
  for (let event = server.next(); event !== undefined; event = server.next()) {
    if (event.type === "request") server.sendWhole(event.streamId, 200, lines, body);
  }
}

/** Gives the frames of a batch new ids. */
function renumber(batch: Uint8Array, firstId: number): number {
  let id = firstId;
  for (let at = 0; at < batch.length;) {
    batch[at + 5] = id >>> 24;
    batch[at + 6] = id >>> 16;
    batch[at + 7] = id >>> 8;
    batch[at + 8] = id;
    id += 2;
    at += 9 + ((batch[at] << 16) | (batch[at + 1] << 8) | batch[at + 2]);
  }
  return id;
}

/** A WINDOW_UPDATE of the connection's window, which the client would send now and then. */
function update(bytes: number): Uint8Array {
  return Uint8Array.from([
    0,
    0,
    4,
    8,
    0,
    0,
    0,
    0,
    0,
    ...[24, 16, 8, 0].map((bits) => bytes >>> bits),
  ]);
}

function bench(name: string, requestLines: readonly string[], body: string): void {
  let { server, batch } = stage(requestLines);
  let id = 4 * BATCH * 2 + 1;
  const refill = update(BATCH * body.length);
  Deno.bench(name, () => {
    if (id > 0x7000_0000) {
      ({ server, batch } = stage(requestLines));
      id = 4 * BATCH * 2 + 1;
    }
    id = renumber(batch, id);
    answer(server, batch, LINES, body);
    while (server.transmit() !== undefined);
    server.receive(refill, 0);
    while (server.next() !== undefined);
  });
}

bench(`${BATCH} hello requests through the server core`, [], "Hello, World!");
bench(`${BATCH} requests with 12 fields, 1 KiB of JSON each`, REQUEST_LINES, JSON_BODY);
