/**
 * Where Node's sockets in Deno differ from Node's in Node: two repairs, below the documented API.
 *
 * Both reach for the handle under a socket and do nothing where it looks different.
 *
 * @module
 */

import * as net from "node:net";
import { getSystemErrorName } from "node:util";
import { systemError } from "../translate_error.ts";
import type { SourceValve } from "./node_stream.ts";

const REPAIR_EVERY_MS = 500;
const UV_TCP_REUSEPORT = 2;

/** A server's handle, as far as it is used. */
export interface ServerHandle {
  /** Starts listening; in Deno also: looks for waiting connections. */
  listen?(backlog: number): number;
}

/** Where to bind: an IP address with a port, or the path of a unix socket. */
export type BindTarget =
  | { readonly address: string; readonly port: number; readonly reusePort: boolean }
  | { readonly path: string };

/**
 * Binds before it returns, so that a failure is thrown here, where `server.listen` tells it later.
 *
 * @throws {Error} If the address cannot be had, with the system's code.
 */
export function bindHandle(target: BindTarget): ServerHandle {
  const create = (net as unknown as { _createServerHandle: CreateServerHandle })
    ._createServerHandle;
  const handle = "path" in target ? create(target.path, -1, -1) : create(
    target.address,
    target.port,
    target.address.includes(":") ? 6 : 4,
    undefined,
    target.reusePort ? UV_TCP_REUSEPORT : 0,
  );
  if (typeof handle !== "number") return handle;
  const code = getSystemErrorName(handle);
  throw systemError("Error", code, `Cannot bind: ${code}`);
}

/**
 * The valve of an accepted socket with TLS on top. In Deno 2.9 pausing a `TLSSocket` does not stop
 * the socket below it, which goes on reading for as long as the peer sends, into memory.
 */
export function valveOf(socket: net.Socket): SourceValve | undefined {
  const handle = (socket as unknown as { _handle?: Partial<ReadHandle> | null })._handle;
  if (!IN_DENO || !handle?.readStart || !handle.readStop) return undefined;
  const { readStart, readStop } = handle as ReadHandle;
  return {
    stop: () => void readStop.call(handle),
    start: () => void readStart.call(handle),
  };
}

/**
 * Keeps a server accepting. In Deno 2.9 a server that runs out of descriptors once never accepts
 * again, and says nothing. Listening a second time makes it look again.
 *
 * @returns What ends it.
 */
export function keepAccepting(handle: ServerHandle, backlog: number): () => void {
  if (!IN_DENO || typeof handle.listen !== "function") return () => {};
  const timer = setInterval(() => handle.listen?.(backlog), REPAIR_EVERY_MS);
  Deno.unrefTimer(timer as unknown as number);
  return () => clearInterval(timer);
}

const IN_DENO: boolean = "Deno" in globalThis;

interface ReadHandle {
  readStart(): number;
  readStop(): number;
}

type CreateServerHandle = (
  address: string,
  port: number,
  addressType: number,
  fd?: undefined,
  flags?: number,
) => ServerHandle | number;
