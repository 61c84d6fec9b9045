/**
 * 1 GiB down and 1 GiB up between our server and our client, each in a process of its own: how
 * much their resident memory grows, and whether a reader that stops reading stops the sender.
 *
 * `deno run -A bench/memory_stream.ts [--quick] [--no-write]`
 *
 * @module
 */

import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { denoCommand } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { machineLine, markdownTable, writeResults, writeSection } from "./support/report.ts";
import { formatBytes } from "./support/statistics.ts";

interface Growth {
  readonly what: string;
  readonly serverBytes: number;
  readonly clientBytes: number;
  readonly bytesPerSecond: number;
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const bytes = (options.quick ? 64 : 1024) * 1024 * 1024;
const server = await BenchProcess.start(denoCommand("../servers/stream.ts", "server", []));
const results: Growth[] = [];
let madeBytes = 0;
try {
  const client = await BenchProcess.start(
    denoCommand("../clients/stream.ts", "load", [`--port=${server.port}`]),
  );
  try {
    for (const verb of ["down", "up"]) results.push(await grow(client, verb));
    madeBytes = await stall(client);
  } finally {
    await client.stop();
  }
} finally {
  await server.stop();
}

const table = markdownTable(
  [`${formatBytes(bytes)}`, "server grows by", "client grows by", "a second"],
  results.map(({ what, serverBytes, clientBytes, bytesPerSecond }) => [
    what,
    formatBytes(serverBytes),
    formatBytes(clientBytes),
    formatBytes(bytesPerSecond),
  ]),
);
const stalled = `A reader that stopped after one chunk stopped its sender at ` +
  `${formatBytes(madeBytes)} of ${formatBytes(bytes)}, what the sockets hold included.`;
console.log(`${machineLine(machine)}\n\n${table}\n\n${stalled}`);
if (options.write) {
  writeResults("memory_stream", { machine, bytes, results, stalledAtBytes: madeBytes });
  writeSection(
    "stream",
    `${machineLine(machine)} Peak resident memory, sampled every 20 ms, above that after a first ` +
      `64 MiB. Required: less than 32 MB.\n\n${table}\n\n${stalled}`,
  );
}

async function grow(client: BenchProcess, verb: string): Promise<Growth> {
  // The first transfer makes the buffers and the compiled code that stay.
  await ask(client, `${verb} ${64 * 1024 * 1024}`);
  const before = [server.residentBytes(), client.residentBytes()];
  const peak = [...before];
  const sampler = setInterval(() => {
    peak[0] = Math.max(peak[0], server.residentBytes());
    peak[1] = Math.max(peak[1], client.residentBytes());
  }, 20);
  try {
    const start = performance.now();
    const answer = await ask(client, `${verb} ${bytes}`);
    if (answer !== String(bytes)) throw new Error(`${verb}: ${answer} bytes of ${bytes} came`);
    return {
      what: verb === "down" ? "download" : "upload",
      serverBytes: peak[0] - before[0],
      clientBytes: peak[1] - before[1],
      bytesPerSecond: bytes / ((performance.now() - start) / 1000),
    };
  } finally {
    clearInterval(sampler);
  }
}

/** How many bytes the server had made, once it made no more. */
async function stall(client: BenchProcess): Promise<number> {
  await ask(client, `stall ${bytes}`);
  let made = -1;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = Number(await (await fetch(`http://127.0.0.1:${server.port}/made`)).text());
    if (now === made) return made;
    made = now;
  }
}

async function ask(client: BenchProcess, command: string): Promise<string> {
  await client.writeLine(command);
  const line = await client.nextLine();
  if (line === undefined) throw new Error(`The client ended during "${command}"`);
  return line;
}
