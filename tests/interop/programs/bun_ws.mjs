// Bun's WebSocket: `bun_ws.mjs server` says its port and echoes until its standard input ends;
// `bun_ws.mjs client <url>` talks to an echo of ours and prints what it saw as JSON.

const [mode, url] = process.argv.slice(2);

if (mode === "server") {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) =>
      server.upgrade(request, { headers: { "sec-websocket-protocol": "chat" } })
        ? undefined
        : new Response("no", { status: 400 }),
    websocket: {
      perMessageDeflate: true,
      message(socket, message) {
        if (message === "close") socket.close(4002, "enough");
        else socket.send(message, true);
      },
    },
  });
  console.log(server.port);
  for await (const _ of Bun.stdin.stream());
  server.stop(true);
} else {
  const socket = new WebSocket(url, ["chat"]);
  const sizes = [];
  const messages = ["héllo", "x".repeat(200_000), new Uint8Array(70_000)];
  socket.binaryType = "arraybuffer";
  socket.onopen = () => messages.forEach((message) => socket.send(message));
  socket.onmessage = ({ data }) => {
    sizes.push(typeof data === "string" ? data.length : data.byteLength);
    if (sizes.length === messages.length) socket.send("close");
  };
  socket.onclose = ({ code, reason, wasClean }) =>
    console.log(JSON.stringify({ protocol: socket.protocol, sizes, code, reason, wasClean }));
}
