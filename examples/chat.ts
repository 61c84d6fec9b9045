/**
 * A chat: what one says, all others in the room hear.
 *
 *     deno run --allow-net examples/chat.ts [port]
 *
 * Open http://localhost:8000/ in two windows. Ctrl-C says goodbye to everyone.
 *
 * @module
 */

import { html, serve, Topics, upgradeWebSocket } from "@avx/http";

const [port = "8000"] = Deno.args;
const rooms = new Topics();
const PAGE = `<!doctype html>
<title>Chat</title>
<form><input autofocus></form>
<ul></ul>
<script>
const [list, form, input] = ["ul", "form", "input"].map((name) => document.querySelector(name));
const socket = new WebSocket(location.origin.replace("http", "ws") + "/room", "chat");
const show = (text) => list.prepend(Object.assign(document.createElement("li"), { textContent: text }));
socket.onmessage = ({ data }) => show(data);
socket.onclose = ({ code }) => show("closed: " + code);
form.onsubmit = (event) => {
  event.preventDefault();
  socket.send(input.value);
  show("me: " + input.value);
  form.reset();
};
</script>
`;

const server = serve({ port: Number(port) }, (request) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/") return html(PAGE);
  const { socket, response } = upgradeWebSocket(request, {
    protocols: ["chat"],
    compress: true,
    limits: { maxMessageBytes: 4096, maxQueuedBytes: 1024 * 1024 },
  });
  socket.onopen = () => {
    rooms.subscribe(pathname, socket);
    rooms.publish(pathname, `${rooms.count(pathname)} are here`);
  };
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") rooms.publish(pathname, data, { except: socket });
  };
  return response;
});

Deno.addSignalListener("SIGINT", () => server.shutdown({ graceMs: 2_000 }));
await server.finished;
Deno.exit();
