/**
 * Batches of requests as a client of HTTP/2 sends them once both tables hold everything.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { Http2ClientCore } from "@avx/http2/client-core";
import { Http2ServerCore } from "@avx/http2/server-core";

/** How many requests there are in a batch. */
export const BATCH = 50;

const GET = { method: "GET", scheme: "http", authority: "127.0.0.1:8080", path: "/" } as const;
const LINES = ["content-type", "text/plain"];

/** A client and a server that have met, and the bytes of a batch of the client's requests. */
export interface Stage {
  readonly server: Http2ServerCore;
  /** Everything that the client has sent before. */
  readonly before: Uint8Array;
  /** The requests; {@linkcode renumber} gives them ids. */
  readonly batch: Uint8Array;
  /** The id of the first request to come. */
  readonly firstId: number;
}

/** Lets both exchange batches of requests with `lines` until they look the same. */
export function stage(lines: readonly string[]): Stage {
  const buffers = new BufferPool();
  const server = new Http2ServerCore({ buffers });
  const client = new Http2ClientCore({ buffers });
  server.date = "Sat, 01 Jan 2000 00:00:00 GMT";
  const sent: number[] = [];
  let batch = new Uint8Array(0);
  const rounds = 4;
  for (let round = 0; round < rounds; round++) {
    for (let count = 0; count < BATCH; count++) client.sendRequest({ ...GET, lines });
    batch = transmitted(client);
    answer(server, batch, LINES, "Hello, World!");
    give(client, transmitted(server));
    const more = transmitted(client);
    give(server, more);
    sent.push(...batch, ...more);
  }
  return { server, before: Uint8Array.from(sent), batch, firstId: rounds * BATCH * 2 + 1 };
}

/** Gives bytes to a core and answers each request in them with the same. */
export function answer(
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

/** Gives the frames of a batch ids from `firstId` on. Returns the next one. */
export function renumber(batch: Uint8Array, firstId: number): number {
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
export function windowUpdate(bytes: number): Uint8Array {
  return Uint8Array.from([
    ...[0, 0, 4, 8, 0, 0, 0, 0, 0],
    ...[24, 16, 8, 0].map((bits) => bytes >>> bits),
  ]);
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
