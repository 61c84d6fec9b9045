/**
 * Our server and our client by HTTP/2, over a network in memory on a clock that stands still, each
 * with an observer that writes down all of HTTP/2.
 *
 * @module
 */

import { Client, type ClientOptions } from "@avx/client";
import { ManualClock, MemoryNetwork, type MemoryTransport } from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import type { ConnectOptions, Network } from "@avx/runtime/ports/transport";
import type { Handler } from "@avx/semantics/handler";
import { serve, type Server, type ServeTcpOptions } from "@avx/server";
import { assertEquals } from "../support/assert.ts";

/** Where the server is. */
export const URL_ROOT = "http://memory";

/** A point with its record. */
export type Seen = readonly [point: keyof Observer, event: Readonly<Record<string, unknown>>];

/** Writes down what it is told, the points of HTTP/2 alone. */
export class Recorder {
  readonly seen: Seen[] = [];
  readonly observer: Observer;

  constructor() {
    const points = [
      ...["h2.settings", "h2.goaway", "h2.reset", "h2.ping", "h2.flowControl"],
      ...["h2.window", "h2.limit", "h2.push", "h2.priority", "protocol.error"],
      ...["connection.open", "connection.close"],
    ];
    this.observer = Object.fromEntries(points.map((point) => [
      point,
      (event: Record<string, unknown>) =>
        this.seen.push([point as keyof Observer, structuredClone(event)]),
    ]));
  }

  /** The records of one point. */
  of(point: keyof Observer): Readonly<Record<string, unknown>>[] {
    return this.seen.filter(([name]) => name === point).map(([, event]) => event);
  }

  /** The same, without the number of the connection. */
  plain(point: keyof Observer): Readonly<Record<string, unknown>>[] {
    return this.of(point).map(({ connectionId: _, ...rest }) => rest);
  }
}

/** What a test plays on. */
export interface Together {
  readonly client: Client;
  readonly server: Server;
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  /** What the server's observer was told. */
  readonly atServer: Recorder;
  /** What the client's observer was told. */
  readonly atClient: Recorder;
  /** The client's ends of its connections. */
  readonly transports: MemoryTransport[];
  /** Lets everything go that is under way. */
  settle(): Promise<void>;
}

/** How {@linkcode together} brings them together. */
export interface TogetherOptions {
  readonly server?: Partial<ServeTcpOptions>;
  readonly client?: ClientOptions;
}

/** Runs a test, then closes everything and sees that nothing is left. */
export async function together(
  handler: Handler,
  run: (both: Together) => Promise<void>,
  options: TogetherOptions = {},
): Promise<void> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const [atServer, atClient] = [new Recorder(), new Recorder()];
  const transports: MemoryTransport[] = [];
  const dialled: Network = {
    ...bound(network),
    async connect(target: ConnectOptions) {
      const transport = await network.connect(target) as MemoryTransport;
      transports.push(transport);
      return transport;
    },
  };
  const place = { hostname: "memory", port: 80, onListen: () => {} };
  const server = serve({
    network,
    clock,
    ...place,
    observer: atServer.observer,
    ...options.server,
  }, handler);
  const client = new Client({
    network: dialled,
    clock,
    protocol: "h2",
    observer: atClient.observer,
    ...options.client,
  });
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await clock.advance(0);
  }
  try {
    await run({ client, server, clock, network, atServer, atClient, transports, settle });
  } finally {
    client.close();
    await settle();
    server.close();
    await server.finished;
  }
  await settle();
  assertEquals(clock.pending, 0, "leaves no timer");
}

function bound(network: MemoryNetwork): Network {
  return {
    connect: (target) => network.connect(target),
    listen: (target) => network.listen(target),
    startTls: (transport, options) => network.startTls(transport, options),
  } as Network;
}
