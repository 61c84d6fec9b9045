/**
 * A client's way to a server over an HTTP/1.1 upgrade, for tests.
 *
 * @module
 */

import { ClientCore } from "@avx/http1/client-core";
import { network } from "@avx/runtime/platform";
import type { Network, Transport } from "@avx/runtime/ports/transport";
import type { WebSocketConnect, WebSocketConnectResult } from "@avx/ws";

/** Connects over the sockets of `on`. */
export function connectorOver(on: Network): WebSocketConnect {
  return async (url, headers, signal) => {
    const port = Number(url.port || 80);
    const transport = await on.connect({ hostname: url.hostname, port, signal });
    return await upgrade(transport, url, headers);
  };
}

/** Connects over the platform's sockets. */
export const connect: WebSocketConnect = connectorOver(network);

/** Asks for an upgrade over `transport`. */
export async function upgrade(
  transport: Transport,
  url: URL,
  headers: readonly string[],
): Promise<WebSocketConnectResult> {
  const core = new ClientCore();
  const lines = ["host", url.host, "upgrade", "websocket", ...headers];
  core.sendHead({
    method: "GET",
    target: url.pathname + url.search,
    lines,
    body: "none",
    upgrade: true,
  });
  for (let bytes = core.transmit(); bytes !== undefined; bytes = core.transmit()) {
    for (let at = 0; at < bytes.length;) at += await transport.write(bytes.subarray(at));
  }
  for (;;) {
    const into = new Uint8Array(16 * 1024);
    const count = await transport.read(into);
    core.receive(into.subarray(0, count ?? 0), 0);
    for (let event = core.next(); event !== undefined; event = core.next()) {
      if (event.type === "upgraded" || event.type === "response") {
        const { status, fields } = event.head;
        const received = event.type === "upgraded" ? core.takeRemainder() : new Uint8Array(0);
        return { head: { status, fields }, transport, received };
      }
      if (event.type === "failed") throw new Error(event.reason);
    }
    if (count === null) throw new Error("The server hung up");
  }
}
