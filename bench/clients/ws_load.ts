/**
 * Load for WebSocket servers where there is no compiler for `ws_load.c`, which see.
 *
 * `PORT CONNECTIONS IN_FLIGHT SECONDS FRAME_FILE [compress] [broadcast]`
 *
 * @module
 */

import { say } from "../support/child.ts";

const [port, connections, inFlight, seconds] = Deno.args.slice(0, 4).map(Number);
const compress = Deno.args.includes("compress");
const broadcast = Deno.args.includes("broadcast");
const WARM_MS = 500;

let received = 0;
let stopped = false;
const one = await Deno.readFile(Deno.args[4]);
const block = new Uint8Array(one.length * inFlight);
for (let index = 0; index < inFlight; index++) block.set(one, index * one.length);

async function writeAll(conn: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
}

async function open(): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  const extension = compress
    ? "sec-websocket-extensions: permessage-deflate; server_no_context_takeover; " +
      "client_no_context_takeover\r\n"
    : "";
  const request = `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\n` +
    `connection: Upgrade\r\nsec-websocket-version: 13\r\n${extension}` +
    `sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
  await writeAll(conn, new TextEncoder().encode(request));
  const one = new Uint8Array(1);
  for (let tail = ""; !tail.endsWith("\r\n\r\n");) {
    if (await conn.read(one) === null) throw new Error("The server hung up");
    tail = (tail + String.fromCharCode(one[0])).slice(-4);
  }
  return conn;
}

/** Counts whole messages; `left` is what is still to come of one. */
async function run(conn: Deno.TcpConn, sends: boolean): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  let left = 0;
  let rest = 0; // bytes of a head that came in part, at the start of the buffer
  try {
    if (sends) await writeAll(conn, block);
    for (;;) {
      const count = await conn.read(buffer.subarray(rest));
      if (count === null || stopped) break;
      const end = rest + count;
      let at = 0;
      let whole = 0;
      while (at < end) {
        if (left === 0) {
          const short = buffer[at + 1] & 127;
          const size = short < 126 ? 2 : short === 126 ? 4 : 10;
          if (end - at < size) break;
          left = short < 126
            ? short
            : short === 126
            ? buffer[at + 2] << 8 | buffer[at + 3]
            : new DataView(buffer.buffer).getUint32(at + 6);
          at += size;
        }
        const part = Math.min(left, end - at);
        left -= part;
        at += part;
        if (left === 0) whole++;
        else break;
      }
      buffer.copyWithin(0, at, end);
      rest = end - at;
      received += whole;
      if (sends && whole > 0) await writeAll(conn, block.subarray(0, whole * one.length));
    }
  } catch {
    // It was closed under us.
  }
}

const all: Deno.TcpConn[] = [];
for (let index = 0; index < connections; index++) all.push(await open());
const running = all.map((conn, index) => run(conn, !broadcast || index === 0));
await new Promise((resolve) => setTimeout(resolve, WARM_MS));
const from = received;
const start = performance.now();
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const elapsed = (performance.now() - start) / 1000;
const messages = received - from;
stopped = true;
for (const conn of all) conn.close();
await Promise.all(running);
say(JSON.stringify({ messages, total: received, seconds: elapsed }));
