/**
 * Unix domain sockets on Deno.
 *
 * @module
 */

import type { Listener, Transport } from "../ports/transport.ts";
import { DenoListener } from "./deno_listener.ts";
import { DenoTransport } from "./deno_transport.ts";

/**
 * Listens on a unix socket. Its file goes away when the listener is closed.
 *
 * @throws {Deno.errors.AddrInUse} If the path exists.
 */
export function listenUnix(path: string): Listener {
  return new DenoListener(
    Deno.listen({ transport: "unix", path }),
    (conn) => new DenoTransport(conn),
  );
}

/** Connects to a unix socket. */
export async function connectUnix(path: string, signal?: AbortSignal): Promise<Transport> {
  signal?.throwIfAborted();
  const conn = await Deno.connect({ transport: "unix", path });
  if (signal?.aborted) {
    conn.close();
    throw signal.reason;
  }
  return new DenoTransport(conn);
}
