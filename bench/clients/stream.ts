/**
 * Our client for the memory benchmark. Waits for commands as lines of standard input, and answers
 * each with a line: `down BYTES`, `up BYTES`, `stall BYTES` (reads a little, then stops). `--port=N`.
 *
 * @module
 */

import { Client } from "@avx/client";
import { argument, commands, ready, say } from "../support/child.ts";

const origin = `http://127.0.0.1:${argument("port", "0")}`;
const chunk = new Uint8Array(64 * 1024).fill(0x78);
const client = new Client();
const stalled: ReadableStreamDefaultReader<Uint8Array>[] = [];
ready();
for await (const command of commands()) {
  const [verb, bytes] = command.split(" ");
  if (verb === "down") say(String(await download(Number(bytes))));
  else if (verb === "up") say(await upload(Number(bytes)));
  else say(String(await stall(Number(bytes))));
}
Deno.exit(0);

async function download(bytes: number): Promise<number> {
  const response = await client.fetch(`${origin}/down?bytes=${bytes}`);
  let size = 0;
  for await (const chunk of response.body!) size += chunk.byteLength;
  return size;
}

async function upload(bytes: number): Promise<string> {
  let sent = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      // The same bytes each time: what the source allocates is not what is measured.
      const part = chunk.subarray(0, bytes - sent);
      sent += part.length;
      controller.enqueue(part);
      if (sent === bytes) controller.close();
    },
  }, { highWaterMark: 0 });
  return await (await client.fetch(`${origin}/up`, { method: "POST", body })).text();
}

async function stall(bytes: number): Promise<number> {
  const response = await client.fetch(`${origin}/down?bytes=${bytes}`);
  const reader = response.body!.getReader();
  stalled.push(reader);
  return (await reader.read()).value?.byteLength ?? 0;
}
