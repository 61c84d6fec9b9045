/**
 * The ceiling: a bare `Deno.listen` loop that looks for the ends of heads and answers constant
 * bytes. `--route=hello|small|json|large|upload`.
 *
 * @module
 */

import { argument, endWithParent, ready } from "../support/child.ts";
import { HELLO, LARGE, RECORD, SMALL } from "./payloads.mjs";

const encoder = new TextEncoder();
const route = argument("route", "hello");
const answer = constantAnswer(route);
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
ready(listener.addr.port);
void endWithParent();
for await (const connection of listener) {
  connection.setNoDelay(true);
  void (route === "upload" ? drainAll(connection) : answerAll(connection));
}

async function answerAll(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  try {
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) break;
      const requests = countHeads(buffer, length);
      if (requests === 1) await writeAll(connection, answer);
      else await writeAll(connection, repeat(answer, requests));
    }
  } catch {
    // The peer is gone.
  }
  close(connection);
}

async function drainAll(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(256 * 1024);
  let left = 0;
  try {
    for (;;) {
      const length = await connection.read(buffer);
      if (length === null) break;
      if (left === 0) left = requestLength(buffer, length);
      left -= length;
      if (left === 0) await writeAll(connection, answer);
    }
  } catch {
    // The peer is gone.
  }
  close(connection);
}

function countHeads(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = 3; at < length; at++) {
    if (bytes[at] === 10 && bytes[at - 1] === 13 && bytes[at - 2] === 10) count++;
  }
  return count;
}

/** Head and body together. The load generator sends a head in one piece. */
function requestLength(bytes: Uint8Array, length: number): number {
  const text = new TextDecoder().decode(bytes.subarray(0, Math.min(length, 4096)));
  const body = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
  return text.indexOf("\r\n\r\n") + 4 + body;
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  let written = await connection.write(bytes);
  while (written < bytes.length) written += await connection.write(bytes.subarray(written));
}

function repeat(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(bytes.length * times);
  for (let index = 0; index < times; index++) all.set(bytes, index * bytes.length);
  return all;
}

function constantAnswer(route: string): Uint8Array {
  const [type, body] = route === "large"
    ? ["application/octet-stream", LARGE]
    : route === "json" || route === "small"
    ? ["application/json", encoder.encode(JSON.stringify(route === "json" ? RECORD : SMALL))]
    : ["text/plain", encoder.encode(route === "upload" ? String(LARGE.length) : HELLO)];
  const head = encoder.encode(
    `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
