/**
 * Our WebSocket server: an echo, and a topic. `--route=compressed`, `--lent`.
 *
 * A message that begins with `!` is sent to all; the others are sent back.
 *
 * @module
 */

import { serve } from "@avx/server";
import { Topics, upgradeWebSocket } from "@avx/ws";
import { endWithParent, ready } from "../support/child.ts";

const PUBLISH = 0x21;
const topics = new Topics();
const compress = Deno.args.includes("--route=compressed");
serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => ready(port),
}, (request) => {
  const { socket, response } = upgradeWebSocket(request, {
    compress,
    binaryType: Deno.args.includes("--lent") ? "lent" : "uint8array",
  });
  socket.onopen = () => topics.subscribe("all", socket);
  socket.onmessage = ({ data }) => {
    const message = data as string | Uint8Array;
    if (message[0] === PUBLISH) topics.publish("all", message);
    else socket.send(message);
  };
  return response;
});
await endWithParent();
