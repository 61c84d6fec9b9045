/**
 * Opens WebSockets, has a message of 2 bytes echoed on each, and holds them until the parent says
 * to end. `--port=N --connections=N`.
 *
 * @module
 */

import { argument, endWithParent, ready } from "../support/child.ts";

const port = Number(argument("port", "0"));
const wanted = Number(argument("connections", "10000"));
const request = new TextEncoder().encode(
  "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
);
/** `hi` in a frame whose mask is 0. */
const message = Uint8Array.of(0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69);
const buffer = new Uint8Array(4096);
const held: Deno.TcpConn[] = [];
while (held.length < wanted) {
  const batch = Math.min(100, wanted - held.length);
  held.push(...await Promise.all(Array.from({ length: batch }, open)));
}
ready();
await endWithParent();

/** A connection that has carried a message each way. */
async function open(): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  for (const bytes of [request, message]) {
    await connection.write(bytes);
    const count = await connection.read(buffer);
    if (count === null) throw new Error("The server closed the connection");
  }
  return connection;
}
