/**
 * Opens connections, sends one request on each, and holds them until the parent says to end.
 * `--port=N --connections=N`.
 *
 * @module
 */

import { argument, endWithParent, ready } from "../support/child.ts";

const port = Number(argument("port", "0"));
const wanted = Number(argument("connections", "10000"));
const request = new TextEncoder().encode("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
const buffer = new Uint8Array(4096);
const held: Deno.TcpConn[] = [];
while (held.length < wanted) {
  const batch = Math.min(100, wanted - held.length);
  held.push(...await Promise.all(Array.from({ length: batch }, open)));
}
ready();
await endWithParent();

/** A connection that has carried one request. What was answered does not matter. */
async function open(): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(request);
  if (await connection.read(buffer) === null) throw new Error("The server closed the connection");
  return connection;
}
