/**
 * A server's end of an HTTP/1.1 connection.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import { ServedConnection } from "@avx/semantics/serving";
import type { Http1ServerConfig } from "./server_config.ts";
import { ServerDriver } from "./server_driver.ts";

/**
 * Serves HTTP/1.1 on one transport.
 *
 * @example A connection in memory
 * ```ts
 * import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, Http1ServerConnection } from "@avx/http1";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ManualClock, memoryPair } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { DateLine } from "@avx/semantics/serving";
 * import { text } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const [client, transport] = memoryPair();
 * const connection = new Http1ServerConnection(transport, {
 *   handler: () => text("hello"),
 *   onError: () => text("failed", { status: 500 }),
 *   limits: DEFAULT_LIMITS,
 *   maxBufferedBodyBytes: 1024,
 *   timeouts: { ...DEFAULT_TIMEOUTS, handlerMs: Infinity, writeMs: 60_000, lingerMs: 2_000 },
 *   timers: new Timers(new ManualClock()),
 *   buffers: new BufferPool(),
 *   date: new DateLine(Date.now),
 *   observer: undefined,
 * });
 * const ended = connection.run();
 *
 * await client.write(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: a.example\r\n\r\n"));
 * const into = new Uint8Array(1024);
 * const count = await client.read(into);
 * const received = new TextDecoder().decode(into.subarray(0, count ?? 0));
 * assertEquals(received.startsWith("HTTP/1.1 200 OK\r\n"), true);
 * assertEquals(received.endsWith("\r\n\r\nhello"), true);
 *
 * connection.close();
 * await ended;
 * client.close();
 * ```
 */
export class Http1ServerConnection extends ServedConnection {
  /**
   * Makes the connection; `run` starts it.
   *
   * @param transport A connection that was just accepted; its TLS handshake is done.
   * @param config What the server serves, and how.
   * @param received Bytes that were read from the transport already.
   */
  constructor(transport: Transport, config: Http1ServerConfig, received?: Uint8Array) {
    super(new ServerDriver(transport, config), received);
  }
}
