/**
 * `Deno.upgradeWebSocket`: an echo, and a loop over all. See `ws_ours.ts`.
 *
 * @module
 */

import { endWithParent, ready } from "../support/child.ts";

const PUBLISH = 0x21;
const all = new Set<WebSocket>();
Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => ready(port),
}, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => all.add(socket);
  socket.onclose = () => all.delete(socket);
  socket.onmessage = ({ data }) => {
    if (new Uint8Array(data, 0, 1)[0] === PUBLISH) { for (const other of all) other.send(data); }
    else socket.send(data);
  };
  return response;
});
await endWithParent();
