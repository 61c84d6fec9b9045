/**
 * Deno's addresses as addresses of the transport port.
 *
 * @module
 */

import type { Address } from "../ports/transport.ts";

/** What Deno tells about one end of a connection, by shape. */
export interface DenoAddr {
  /** `tcp` or `unix`; `unixpacket`, `udp` and `vsock` are never asked for. */
  readonly transport: string;
  /** The IP address, for `tcp`. */
  readonly hostname?: string;
  /** The port number, for `tcp`. */
  readonly port?: number;
  /** The socket's file, for `unix`; `null` at an unnamed end. */
  readonly path?: string | null;
}

/**
 * Translates an address of Deno's.
 *
 * @param addr The address as Deno gives it.
 * @returns The same for the transport port; an unnamed unix socket has the path `""`.
 */
export function addressOf(addr: DenoAddr): Address {
  if (addr.transport === "unix") return { transport: "unix", path: addr.path ?? "" };
  return { transport: "tcp", hostname: addr.hostname ?? "", port: addr.port ?? 0 };
}
