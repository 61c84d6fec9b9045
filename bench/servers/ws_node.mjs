/**
 * npm `ws` on Node: an echo, and a loop over all. See `ws_ours.ts`. Its module is looked for beside
 * the current folder.
 *
 * @module
 */

import { createRequire } from "node:module";
import process from "node:process";

const { WebSocketServer } = createRequire(`${process.cwd()}/`)("ws");
const PUBLISH = 0x21;
const perMessageDeflate = process.argv.includes("--route=compressed")
  ? { zlibDeflateOptions: { level: 1 } }
  : false;
const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate });
server.on("connection", (socket) => {
  socket._socket.setNoDelay(true);
  socket.on("message", (data) => {
    if (data[0] === PUBLISH) { for (const other of server.clients) other.send(data); }
    else socket.send(data);
  });
});
server.on("listening", () => console.log(`ready ${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
