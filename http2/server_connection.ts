/**
 * A server's end of an HTTP/2 connection.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import { ServedConnection } from "@avx/semantics/serving";
import type { Http2ServerConfig } from "./server_config.ts";
import { ServerDriver } from "./server_driver.ts";

/**
 * Serves HTTP/2 on one transport, whose peer begins with the preface (RFC 9113 §3.4).
 *
 * @example A connection in memory
 * ```ts
 * import {
 *   DEFAULT_LIMITS,
 *   DEFAULT_TIMEOUTS,
 *   Http2ClientCore,
 *   Http2ServerConnection,
 * } from "@avx/http2";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ManualClock, memoryPair } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { DateLine } from "@avx/semantics/serving";
 * import { text } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const [peer, transport] = memoryPair();
 * const buffers = new BufferPool();
 * const connection = new Http2ServerConnection(transport, {
 *   handler: () => text("hello"),
 *   onError: () => text("failed", { status: 500 }),
 *   limits: DEFAULT_LIMITS,
 *   maxBufferedBodyBytes: 1024,
 *   timeouts: { ...DEFAULT_TIMEOUTS, handlerMs: Infinity, writeMs: 60_000, lingerMs: 2_000 },
 *   timers: new Timers(new ManualClock()),
 *   buffers,
 *   date: new DateLine(Date.now),
 *   observer: undefined,
 * });
 * const ended = connection.run();
 *
 * const client = new Http2ClientCore({ buffers });
 * client.sendRequest({ method: "GET", scheme: "http", authority: "a.example", path: "/" });
 * await peer.write(client.transmit()!);
 * let body = "";
 * while (body === "") {
 *   const into = new Uint8Array(1024);
 *   const count = await peer.read(into);
 *   client.receive(into.subarray(0, count ?? 0), 0);
 *   for (let event = client.next(); event !== undefined; event = client.next()) {
 *     if (event.type === "data") body = new TextDecoder().decode(event.bytes);
 *   }
 * }
 * assertEquals(body, "hello");
 *
 * connection.close();
 * await ended;
 * peer.close();
 * ```
 */
export class Http2ServerConnection extends ServedConnection {
  /**
   * Makes the connection; `run` starts it.
   *
   * @param transport A connection that was just accepted; its TLS handshake is done.
   * @param config What the server serves, and how.
   * @param received Bytes that were read from the transport already.
   */
  constructor(transport: Transport, config: Http2ServerConfig, received?: Uint8Array) {
    super(new ServerDriver(transport, config), received);
  }
}
