/**
 * What a request costs in the HTTP/2 server's driver, its handler included: fifty at a time over a
 * transport without system calls. What it costs more than in the core is the price of the request
 * and response objects; what a benchmark over sockets shows beyond it is the system's.
 *
 * @module
 */

import { Http2ServerConnection } from "@avx/http2";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "@avx/http2/limits";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { ManualClock } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import { DateLine } from "@avx/semantics/serving";
import { text } from "@avx/semantics/web";
import { BATCH, renumber, stage, windowUpdate } from "../support/http2_batch.ts";

/** Gives the server what it is handed, and takes what it writes at once. */
class Wire {
  #into: Uint8Array = new Uint8Array(0);
  #read: ((count: number | null) => void) | undefined;
  #written: (() => void) | undefined;

  /** Lets the server read `bytes`; settles when it has written. */
  async give(bytes: Uint8Array): Promise<void> {
    const written = new Promise<void>((resolve) => this.#written = resolve);
    this.#into.set(bytes);
    this.#read!(bytes.length);
    await written;
  }

  /** The server's end of it. */
  readonly transport: Transport = {
    remoteAddr: { transport: "memory", name: "client" },
    localAddr: { transport: "memory", name: "server" },
    encrypted: false,
    read: (into: Uint8Array) => {
      this.#into = into;
      return new Promise((resolve) => this.#read = resolve);
    },
    write: (bytes: Uint8Array) => {
      this.#written?.();
      return Promise.resolve(bytes.length);
    },
    closeWrite: () => Promise.resolve(),
    close: () => this.#read?.(null),
    ref() {},
    unref() {},
  } as Partial<Transport> as Transport;
}

async function bench(
  name: string,
  handler: () => Response | Promise<Response>,
): Promise<void> {
  const body = "Hello, World!";
  const wire = new Wire();
  const staged = stage([]);
  let id = staged.firstId;
  const connection = new Http2ServerConnection(wire.transport, {
    handler,
    onError: (error) => {
      throw error;
    },
    limits: DEFAULT_LIMITS,
    maxBufferedBodyBytes: 1024,
    timeouts: { ...DEFAULT_TIMEOUTS, handlerMs: Infinity, writeMs: 60_000, lingerMs: 1000 },
    timers: new Timers(new ManualClock()),
    buffers: new BufferPool(),
    date: new DateLine(() => 0),
    observer: undefined,
  }, staged.before);
  void connection.run();
  await new Promise((resolve) => setTimeout(resolve, 10));
  const refill = windowUpdate(BATCH * body.length);
  const bytes = new Uint8Array(staged.batch.length + refill.length);
  bytes.set(refill, staged.batch.length);
  const batch = bytes.subarray(0, staged.batch.length);
  batch.set(staged.batch);
  Deno.bench(name, async () => {
    id = renumber(batch, id);
    await wire.give(bytes);
  });
}

await bench(`${BATCH} requests, text()`, () => text("Hello, World!"));
await bench(`${BATCH} requests, a native Response`, () => new Response("Hello, World!"));
await bench(
  `${BATCH} requests, text() from an asynchronous handler`,
  () => Promise.resolve(text("Hello, World!")),
);
await bench(`${BATCH} requests, a native Response whose body was touched`, () => {
  const response = new Response("Hello, World!");
  void response.body;
  return response;
});
