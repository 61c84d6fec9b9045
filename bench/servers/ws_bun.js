/**
 * Bun's own server: an echo, and a topic. See `ws_ours.ts`.
 *
 * @module
 */

const PUBLISH = 0x21;
const server = globalThis.Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response("no"),
  websocket: {
    perMessageDeflate: globalThis.Bun.argv.includes("--route=compressed"),
    open: (socket) => socket.subscribe("all"),
    message: (socket, data) => {
      if (data[0] === PUBLISH) server.publish("all", data);
      else socket.send(data);
    },
  },
});
console.log(`ready ${server.port}`);
for await (const _ of globalThis.Bun.stdin.stream());
globalThis.Bun.exit?.(0);
