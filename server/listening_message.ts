/**
 * The line that says where a server listens.
 *
 * @module
 */

import type { Address } from "@avx/runtime/ports/transport";

/** Writes where a server listens to the console, as `Deno.serve` does. */
export function announceListening(addr: Address, scheme: "http" | "https"): void {
  console.log(listeningMessage(addr, scheme));
}

/** The line {@linkcode announceListening} writes. */
export function listeningMessage(addr: Address, scheme: "http" | "https"): string {
  if (addr.transport === "unix") return `Listening on ${addr.path}`;
  if (addr.transport === "memory") return `Listening on ${addr.name}`;
  const host = addr.hostname.includes(":") ? `[${addr.hostname}]` : addr.hostname;
  const line = `Listening on ${scheme}://${host}:${addr.port}/`;
  // Browsers on Windows cannot open an unspecified address.
  const unspecified = addr.hostname === "0.0.0.0" || addr.hostname === "::";
  return unspecified ? `${line} (${scheme}://localhost:${addr.port}/)` : line;
}
