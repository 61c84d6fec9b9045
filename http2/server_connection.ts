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
