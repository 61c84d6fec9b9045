/**
 * A server without sockets, on a clock that stands still.
 *
 * @module
 */

import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import type { Handler } from "@avx/semantics/handler";
import { serve, type Server, type ServeTcpOptions } from "@avx/server";
import { Peer } from "./peer.ts";

/** See the module. */
export interface MemoryServer {
  readonly server: Server;
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  /** Another connection, as a transport. */
  dial(): Promise<Transport>;
  /** Another connection, with a peer on it. */
  peer(): Promise<Peer>;
}

/** Starts one. */
export function serveInMemory(options: ServeTcpOptions, handler: Handler): MemoryServer {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const place = { hostname: "memory", port: 80 };
  const server = serve({ onListen: () => {}, network, clock, ...place, ...options }, handler);
  const dial = () => network.connect(place);
  return { server, clock, network, dial, peer: async () => new Peer(await dial()) };
}
