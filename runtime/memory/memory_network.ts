/**
 * A network in memory: everything that sockets do, and their failures on command.
 *
 * @module
 */

import type { Clock } from "../ports/clock.ts";
import type { Resolver } from "../ports/resolver.ts";
import type {
  Address,
  ConnectOptions,
  ListenOptions,
  Network,
  TlsConnectOptions,
  Transport,
} from "../ports/transport.ts";
import { systemError } from "../translate_error.ts";
import { abandonable } from "./abandonable.ts";
import type { LinkFaults } from "./faults.ts";
import { MemoryListener } from "./memory_listener.ts";
import { HandshakeTable, type HandshakeTerms } from "./memory_tls.ts";
import { memoryPair, type MemoryTransport } from "./memory_transport.ts";

/** How a {@linkcode MemoryNetwork} behaves. */
export interface MemoryNetworkOptions {
  /** The clock of delays, latencies and rates. */
  readonly clock?: Clock;
  /** What becomes of a connection; asked at every {@linkcode MemoryNetwork.connect}. */
  readonly plan?: (target: ConnectOptions, attempt: number) => ConnectPlan | undefined;
  /**
   * The addresses of names. With them {@linkcode MemoryNetwork.resolver} knows these and no others;
   * without, there is no resolver and names are connected to as they are.
   */
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

/**
 * What is to become of one connection. Without any of these, it just works.
 *
 * @example A handshake that fails
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import { assertRejects } from "@std/assert";
 *
 * const network = new MemoryNetwork({ plan: () => ({ handshake: "fail" }) });
 * const tls = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;
 * const listener = network.listen({ hostname: "localhost", port: 443, tls });
 *
 * const clear = await network.connect({ hostname: "localhost", port: 443 });
 * const options = { serverName: "localhost", alpnProtocols: ["http/1.1"] };
 * await assertRejects(() => network.startTls(clear, options), Error, "HandshakeFailure");
 * listener.close();
 * ```
 */
export interface ConnectPlan {
  /** The system's code that connecting fails with, such as `ECONNREFUSED`. */
  readonly refuse?: string;
  /** How long connecting takes, in milliseconds; `Infinity` never answers. @default {0} */
  readonly delayMs?: number;
  /** Faults of both directions. */
  readonly faults?: LinkFaults;
  /** Faults of what the client sends; these win over `faults`. */
  readonly forward?: LinkFaults;
  /** Faults of what the server sends; these win over `faults`. */
  readonly backward?: LinkFaults;
  /** What becomes of the TLS handshake. @default {"complete"} */
  readonly handshake?: "complete" | "fail" | "stall";
}

/**
 * A {@linkcode Network} in memory. Give it to a server and a client, and test both without
 * sockets, on a {@linkcode ManualClock} without waiting.
 *
 * TLS is played, not done: names, ALPN and the order of events are real; certificates are shown to
 * clients but not looked at, and nothing is encrypted.
 *
 * @example A server, a client and a second connection that is refused
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const network = new MemoryNetwork({
 *   plan: (_target, attempt) => attempt === 2 ? { refuse: "ECONNREFUSED" } : undefined,
 * });
 * const listener = network.listen({ hostname: "localhost", port: 80 });
 *
 * const client = await network.connect({ hostname: "localhost", port: 80 });
 * const server = await listener.accept();
 * await client.write(new Uint8Array([42]));
 * assertEquals(await server.read(new Uint8Array(8)), 1);
 *
 * await assertRejects(() => network.connect({ hostname: "localhost", port: 80 }));
 * client.close();
 * server.close();
 * listener.close();
 * ```
 */
export class MemoryNetwork implements Network {
  readonly #options: MemoryNetworkOptions;
  readonly #listeners = new Map<string, MemoryListener>();
  readonly #handshakes = new HandshakeTable();
  readonly #clients = new WeakMap<MemoryTransport, MemoryTransport>(); // by the server's end
  #nextPort = 49_152; // RFC 6335 §6: the dynamic ports
  #attempts = 0;

  /** See {@linkcode Network.resolver}. */
  readonly resolver: Resolver | undefined;

  /** Makes a network with nobody on it. */
  constructor(options: MemoryNetworkOptions = {}) {
    this.#options = options;
    this.resolver = options.names === undefined ? undefined : resolverOf(options.names);
  }

  /** How often {@linkcode connect} was called. */
  get attempts(): number {
    return this.#attempts;
  }

  /**
   * See {@linkcode Network.listen}. A listener on `0.0.0.0` or `::` answers to every name.
   *
   * @throws {Error} If something listens there, with code `EADDRINUSE`.
   */
  listen(options: ListenOptions): MemoryListener {
    const addr = this.#addressOf(options);
    const key = keyOf(addr);
    if (this.#listeners.has(key) && options.reusePort !== true) {
      throw systemError("AddrInUse", "EADDRINUSE", "Address already in use");
    }
    const { backlog = 511, tls } = options;
    const listener = new MemoryListener(addr, {
      backlog,
      tls,
      onClose: () => {
        if (this.#listeners.get(key) === listener) this.#listeners.delete(key);
      },
    });
    this.#listeners.set(key, listener);
    return listener;
  }

  /** See {@linkcode Network.connect}. */
  async connect(options: ConnectOptions): Promise<MemoryTransport> {
    const { signal } = options;
    if (signal?.aborted) throw signal.reason;
    const attempt = ++this.#attempts;
    const plan = this.#options.plan?.(options, attempt) ?? {};
    const { delayMs = 0 } = plan;
    if (delayMs > 0) await abandonable(this.#delay(delayMs), signal);
    const listener = plan.refuse === undefined ? this.#find(options) : undefined;
    if (listener === undefined) throw refused(plan.refuse ?? missing(options));
    const [client, server] = memoryPair({
      clock: this.#options.clock,
      faults: plan.faults,
      forward: plan.forward,
      backward: plan.backward,
      firstAddr: this.#clientAddress(options),
      secondAddr: listener.addr,
    });
    this.#clients.set(server, client);
    if (listener.tls !== undefined) {
      this.#handshakes.expect(client, server, {
        alpnProtocols: listener.tls.alpnProtocols,
        cert: listener.tls.cert,
        outcome: plan.handshake ?? "complete",
      });
    }
    if (!listener.offer(server)) throw refused("ECONNREFUSED");
    return client;
  }

  /** See {@linkcode Network.startTls}. The transport must be one of {@linkcode connect}. */
  startTls(transport: Transport, options: TlsConnectOptions): Promise<MemoryTransport> {
    return this.#handshakes.start(transport as MemoryTransport, options);
  }

  /**
   * A TLS handshake is to come on an accepted connection that has carried something else so far, as
   * through a tunnel that a proxy has opened.
   *
   * @param server The server's end.
   * @param terms The server's protocols, best first, and what becomes of the handshake.
   */
  expectTls(server: MemoryTransport, terms: HandshakeTerms): void {
    const client = this.#clients.get(server);
    if (client === undefined) throw new TypeError("Cannot expect TLS on a foreign transport");
    this.#handshakes.expect(client, server, terms);
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (ms === Infinity) return;
      const { clock } = this.#options;
      if (clock === undefined) throw new TypeError("Cannot delay as delayMs needs a clock");
      clock.setTimer(resolve, ms);
    });
  }

  #addressOf(options: ListenOptions): Address {
    if ("path" in options) return { transport: "unix", path: options.path };
    const { hostname, port } = options;
    return { transport: "tcp", hostname, port: port === 0 ? this.#nextPort++ : port };
  }

  #clientAddress(options: ConnectOptions): Address {
    if ("path" in options) return { transport: "unix", path: "" };
    return { transport: "tcp", hostname: "127.0.0.1", port: this.#nextPort++ };
  }

  #find(options: ConnectOptions): MemoryListener | undefined {
    if ("path" in options) {
      return this.#listeners.get(keyOf({ transport: "unix", path: options.path }));
    }
    const { hostname, port } = options;
    for (const name of [hostname, ...ALIASES.get(hostname) ?? [], "0.0.0.0", "::"]) {
      const listener = this.#listeners.get(keyOf({ transport: "tcp", hostname: name, port }));
      if (listener !== undefined) return listener;
    }
    return undefined;
  }
}

function resolverOf(names: Readonly<Record<string, readonly string[]>>): Resolver {
  return {
    resolve(hostname: string) {
      if (Object.hasOwn(names, hostname)) return Promise.resolve({ addresses: names[hostname] });
      return Promise.reject(systemError("Error", "ENOTFOUND", `No such name: ${hostname}`));
    },
  };
}

const ALIASES: ReadonlyMap<string, readonly string[]> = new Map([
  ["localhost", ["127.0.0.1", "::1"]],
  ["127.0.0.1", ["localhost"]],
  ["::1", ["localhost"]],
]);

function keyOf(addr: Address): string {
  if (addr.transport === "unix") return `unix:${addr.path}`;
  return addr.transport === "tcp" ? `tcp:${addr.hostname}:${addr.port}` : addr.name;
}

function missing(options: ConnectOptions): string {
  return "path" in options ? "ENOENT" : "ECONNREFUSED";
}

function refused(code: string): Error {
  const name = code === "ECONNREFUSED" ? "ConnectionRefused" : "Error";
  return systemError(name, code, `Connecting failed: ${code}`);
}
