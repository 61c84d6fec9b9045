/**
 * The network of Deno: TCP, unix sockets and TLS behind one port.
 *
 * @module
 */

import type {
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  TlsConnectOptions,
  TlsListener,
  Transport,
} from "../ports/transport.ts";
import { connectTcp, listenTcp } from "./deno_tcp.ts";
import { connectUnix, listenUnix } from "./deno_unix.ts";

/** Chooses the implementation by what is asked for. */
export class DenoNetwork implements Network {
  /** See {@linkcode Network.listen}. */
  listen(options: ListenOptions): Listener | TlsListener {
    if (options.tls !== undefined) throw new TypeError("Cannot listen with TLS yet");
    return "path" in options ? listenUnix(options.path) : listenTcp(options);
  }

  /** See {@linkcode Network.connect}. */
  connect(options: ConnectOptions): Promise<Transport> {
    return "path" in options ? connectUnix(options.path, options.signal) : connectTcp(options);
  }

  /** See {@linkcode Network.startTls}. */
  startTls(_transport: Transport, _options: TlsConnectOptions): Promise<Transport> {
    return Promise.reject(new TypeError("Cannot start TLS yet"));
  }
}
