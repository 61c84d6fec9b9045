/**
 * The network of Deno: TCP, unix sockets and TLS behind one port.
 *
 * @module
 */

import type { Resolver } from "../ports/resolver.ts";
import type {
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  TlsConnectOptions,
  TlsListener,
  Transport,
} from "../ports/transport.ts";
import { connectTcp, listenTcp, probeTcp } from "./deno_tcp.ts";
import { listenDenoTls, startDenoTls } from "./deno_tls.ts";
import { DenoTransport } from "./deno_transport.ts";
import { connectUnix, listenUnix } from "./deno_unix.ts";
import { NodeResolver } from "./node_resolver.ts";
import { listenNodeTls } from "./node_tls.ts";
import { startNodeTls } from "./node_tls_client.ts";

/** Chooses the implementation by what is asked for. */
export class DenoNetwork implements Network {
  readonly #resolver = new NodeResolver();

  /**
   * See {@linkcode Network.resolver}. Who may connect to some hosts only (`--allow-net=a.example`) may
   * do so by their names, not by addresses, and who may not connect to some (`--deny-net=a.example`)
   * could by their addresses: then Deno resolves them, and sees to it.
   */
  get resolver(): Resolver | undefined {
    const { state, partial } = Deno.permissions.querySync({ name: "net" });
    return state === "granted" && !partial ? this.#resolver : undefined;
  }

  /** See {@linkcode Network.listen}. */
  listen(options: ListenOptions): Listener | TlsListener {
    const { tls, backlog = 511 } = options;
    if (tls === undefined) {
      return "path" in options ? listenUnix(options.path) : listenTcp(options);
    }
    if (tls.backend === "node") {
      const target = "path" in options ? { path: options.path } : probeTcp(options);
      return listenNodeTls({ target, backlog, tls });
    }
    if ("path" in options) {
      throw new TypeError('Cannot listen on a unix socket with the TLS backend "deno": use "node"');
    }
    return listenDenoTls(options, tls);
  }

  /** See {@linkcode Network.connect}. */
  connect(options: ConnectOptions): Promise<Transport> {
    return "path" in options ? connectUnix(options.path, options.signal) : connectTcp(options);
  }

  /** See {@linkcode Network.startTls}. */
  startTls(transport: Transport, options: TlsConnectOptions): Promise<Transport> {
    const native = options.clientCertificate === undefined && options.verify !== false;
    return native && transport instanceof DenoTransport && transport.isTcp
      ? startDenoTls(transport.release() as Deno.TcpConn, options)
      : startNodeTls(transport, options);
  }
}
