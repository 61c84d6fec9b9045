/**
 * Load for WebSocket servers: frames made beforehand, answers counted by their heads. Prints one
 * line of JSON with the messages that came in a second.
 *
 * `--port=N --size=BYTES --connections=N --inflight=N --seconds=N [--compress] [--broadcast]`
 *
 * @module
 */

import { argument, say } from "../support/child.ts";

const port = Number(argument("port", "0"));
const size = Number(argument("size", "64"));
const connections = Number(argument("connections", "64"));
const inFlight = Number(argument("inflight", "16"));
const seconds = Number(argument("seconds", "1"));
const compress = Deno.args.includes("--compress");
const broadcast = Deno.args.includes("--broadcast");
const WARM_MS = 500;

/** Text of words, which compresses as text does. */
function payload(): Uint8Array {
  const words = "the quick brown fox jumps over a lazy dog while it rains in Lima ".split(" ");
  let text = broadcast ? "!" : "";
  for (let index = 0; text.length < size; index++) {
    text += words[(index * 7 + (index >> 3)) % words.length] + " ";
  }
  return new TextEncoder().encode(text.slice(0, size));
}

async function deflated(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  // A last block, and the byte that says that an empty one follows (RFC 7692 §7.2.3.4).
  const whole = new Uint8Array(await new Response(stream).arrayBuffer());
  const message = new Uint8Array(whole.length + 1);
  message.set(whole);
  return message;
}

async function frame(): Promise<Uint8Array> {
  const plain = payload();
  const bytes = compress ? await deflated(plain as Uint8Array<ArrayBuffer>) : plain;
  const length = bytes.length;
  const head = [compress ? 0xc2 : 0x82];
  if (length < 126) head.push(0x80 | length);
  else if (length < 65536) head.push(0x80 | 126, length >> 8, length & 255);
  else {head.push(
      0xff,
      0,
      0,
      0,
      0,
      length >>> 24,
      length >> 16 & 255,
      length >> 8 & 255,
      length & 255,
    );}
  const key = [0x12, 0x34, 0x56, 0x78];
  return Uint8Array.from([...head, ...key, ...bytes.map((byte, at) => byte ^ key[at & 3])]);
}

let received = 0;
let stopped = false;
const one = await frame();
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
const perSecond = (received - from) / (performance.now() - start) * 1000;
stopped = true;
for (const conn of all) conn.close();
await Promise.all(running);
say(JSON.stringify({ perSecond }));
