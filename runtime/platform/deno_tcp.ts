/**
 * Clear-text TCP on Deno.
 *
 * @module
 */

import type { Listener, Transport } from "../ports/transport.ts";
import { DenoListener } from "./deno_listener.ts";
import { DenoTransport } from "./deno_transport.ts";

/** Where and how to listen. */
export interface TcpListenOptions {
  /** The interface's address, or a name of it. */
  readonly hostname: string;
  /** The port number; 0 lets the system choose. */
  readonly port: number;
  /** Pending connections the system holds. @default {511} */
  readonly backlog?: number;
  /** Lets several workers share the port; see {@linkcode listenTcp}. @default {false} */
  readonly reusePort?: boolean;
}

/** Where to connect. */
export interface TcpConnectOptions {
  /** The host's name or address. */
  readonly hostname: string;
  /** The port number. */
  readonly port: number;
  /** Gives the attempt up. */
  readonly signal?: AbortSignal;
}

/**
 * Listens for TCP connections. Each gets TCP_NODELAY at once: without it a second small write
 * waits 44 ms for the peer's acknowledgement.
 *
 * @throws {Deno.errors.AddrInUse} If something else listens there.
 */
export function listenTcp(options: TcpListenOptions): Listener {
  return new DenoListener(Deno.listen(denoListenOptions(options)), transportOf);
}

/** Connects, with Happy Eyeballs (RFC 8305) where the name has several addresses. */
export async function connectTcp(options: TcpConnectOptions): Promise<Transport> {
  const { hostname, port, signal } = options;
  return transportOf(await Deno.connect({ hostname, port, signal }));
}

/**
 * Finds the IP address and the port that listening would take, for those who bind by other means.
 *
 * @returns What to bind, now: the address is free at this moment.
 * @throws {Deno.errors.AddrInUse} If something else listens there.
 */
export function probeTcp(
  options: TcpListenOptions,
): { readonly address: string; readonly port: number; readonly reusePort: boolean } {
  const { hostname, port, reusePort = false } = options;
  // A port that is shared may be taken already: the probe asks for any other of the same host.
  const probe = Deno.listen({ hostname, port: reusePort ? 0 : port });
  probe.close();
  const { hostname: address, port: chosen } = probe.addr;
  return { address, port: reusePort && port !== 0 ? port : chosen, reusePort };
}

function transportOf(conn: Deno.TcpConn): DenoTransport {
  // Now or never: with a write pending it throws.
  try {
    conn.setNoDelay(true);
  } catch {
    // The peer has reset the connection already: the first read will tell.
  }
  return new DenoTransport(conn);
}

// Deno ends the process (it does not throw) when `reusePort` is given without --unstable-net,
// whose presence shows in listenDatagram. `loadBalanced` needs no flag: the workers of one process
// accept from one shared descriptor.
function denoListenOptions(options: TcpListenOptions): Deno.TcpListenOptions {
  const { hostname, port, backlog: tcpBacklog = 511, reusePort = false } = options;
  const base = { hostname, port, tcpBacklog };
  if (!reusePort) return base;
  return "listenDatagram" in Deno
    ? { ...base, reusePort: true } as Deno.TcpListenOptions
    : { ...base, loadBalanced: true } as Deno.TcpListenOptions;
}
