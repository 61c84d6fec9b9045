/**
 * Deno's own WebSocket client against an echo of ours: `deno_ws_client.ts <url>`. Prints what it saw
 * as JSON.
 *
 * @module
 */

const socket = new WebSocket(Deno.args[0], ["other", "chat"]);
socket.binaryType = "arraybuffer";
const sizes: number[] = [];
const messages = ["héllo", "x".repeat(200_000), new Uint8Array(70_000)];
socket.onopen = () => messages.forEach((message) => socket.send(message));
socket.onmessage = ({ data }) => {
  sizes.push(typeof data === "string" ? data.length : data.byteLength);
  if (sizes.length === messages.length) socket.send("close 4002 enough");
};
socket.onerror = (event) => console.error((event as ErrorEvent).message);
socket.onclose = ({ code, reason, wasClean }) =>
  console.log(JSON.stringify({ protocol: socket.protocol, sizes, code, reason, wasClean }));
