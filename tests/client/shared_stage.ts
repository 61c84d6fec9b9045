/**
 * A client in memory and peers that speak HTTP/2, each of which does what a test wants.
 *
 * @module
 */

import { Client, type ClientOptions } from "@avx/client";
import { DEFAULT_LIMITS, type Http2Limits } from "@avx/http2/limits";
import { Http2ServerCore } from "@avx/http2/server-core";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { ManualClock, MemoryNetwork, type MemoryTransport } from "@avx/runtime/memory";
import type { ConnectPlan } from "@avx/runtime/memory";
import type { ConnectOptions, KeyPair } from "@avx/runtime/ports/transport";
import { assertEquals } from "../support/assert.ts";

/** A request that came. */
export interface SeenRequest {
  readonly streamId: number;
  readonly authority: string;
  readonly target: string;
}

/** The server's end of an HTTP/2 connection. */
export class SharedPeer {
  readonly transport: MemoryTransport;
  /** What came and was not answered. */
  readonly requests: SeenRequest[] = [];
  /** Reads and says nothing more. */
  deaf = false;
  /** Whether it has seen the end. */
  ended = false;
  readonly #core: Http2ServerCore;
  readonly #now: () => number;

  constructor(transport: MemoryTransport, limits: Partial<Http2Limits>, now: () => number) {
    this.transport = transport;
    this.#now = now;
    const complete = { ...DEFAULT_LIMITS, ...limits };
    this.#core = new Http2ServerCore({ buffers: new BufferPool(), limits: complete });
    this.#run().catch(() => {}).finally(() => {
      this.ended = true;
      transport.close();
    });
  }

  /** Answers the oldest request, or the one on a stream. */
  async answer(status = 200, text = "ok", streamId?: number): Promise<void> {
    const at = this.requests.findIndex((one) =>
      streamId === undefined || one.streamId === streamId
    );
    const [request] = this.requests.splice(at, 1);
    const body = new TextEncoder().encode(text);
    this.#core.sendWhole(request.streamId, status, ["content-length", `${body.length}`], body);
    await this.#flush();
  }

  /** Starts to answer the oldest request, and leaves it at that. */
  async begin(status: number): Promise<void> {
    const [request] = this.requests.splice(0, 1);
    this.#core.sendHead(request.streamId, status, []);
    await this.#flush();
  }

  async #run(): Promise<void> {
    const into = new Uint8Array(16 * 1024);
    for (let count; (count = await this.transport.read(into)) !== null;) {
      if (this.deaf) continue;
      this.#core.receive(into.subarray(0, count), this.#now());
      for (let event = this.#core.next(); event !== undefined; event = this.#core.next()) {
        if (event.type !== "request") continue;
        const { streamId, head: { host, target } } = event;
        this.requests.push({ streamId, authority: `${host}`, target });
      }
      await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    for (let bytes = this.#core.transmit(); bytes !== undefined; bytes = this.#core.transmit()) {
      const copy = bytes.slice();
      for (let at = 0; at < copy.length;) at += await this.transport.write(copy.subarray(at));
    }
  }
}

/** What a test plays on. */
export interface SharedStage {
  readonly client: Client;
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  /** The peers of all connections, as they were opened. */
  readonly peers: readonly SharedPeer[];
}

/** How {@linkcode onSharedStage} sets the stage. */
export interface SharedStageOptions {
  /** For the client. */
  readonly client?: ClientOptions;
  /** For the peers. */
  readonly limits?: Partial<Http2Limits>;
  /** Serves TLS on port 443 with this certificate, instead of clear text on port 80. */
  readonly pair?: KeyPair;
  /** What becomes of connections. */
  readonly plan?: (target: ConnectOptions, attempt: number) => ConnectPlan | undefined;
}

/**
 * Runs a test with a client and peers at every address, then closes everything and checks that the
 * client left nothing: no connection, no timer.
 */
export async function onSharedStage(
  run: (stage: SharedStage) => Promise<void>,
  options: SharedStageOptions = {},
): Promise<void> {
  const { pair, plan } = options;
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock, plan: (target, attempt) => plan?.(target, attempt) });
  const tls = pair && { ...pair, alpnProtocols: ["h2"], backend: "node" as const };
  const hostnames = pair === undefined ? ["0.0.0.0"] : ["192.0.2.1", "192.0.2.2"];
  const listeners = hostnames.map((hostname) =>
    network.listen({ hostname, port: pair === undefined ? 80 : 443, tls })
  );
  const peers: SharedPeer[] = [];
  const accepting = listeners.map(async (listener) => {
    for (;;) {
      const transport = await listener.accept();
      const now = (): number => clock.now();
      peers.push(new SharedPeer(transport, options.limits ?? {}, now));
    }
  });
  const protocol = pair === undefined ? "h2" : "auto";
  const client = new Client({ protocol, network, clock, ...options.client });
  try {
    await run({ client, clock, network, peers });
  } finally {
    client.close();
    await clock.settle();
    for (const listener of listeners) listener.close();
    await Promise.allSettled(accepting);
  }
  const { active, idle, opening, waiting, requests, opened, closed } = client.stats();
  assertEquals([active, idle, opening, waiting, requests], [0, 0, 0, 0, 0]);
  assertEquals(opened, closed);
  assertEquals(clock.pending, 0, "leaves no timer");
  assertEquals(peers.map(({ ended }) => ended), peers.map(() => true), "leaves no connection");
}
