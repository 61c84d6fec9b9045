/**
 * 1 GiB down and 1 GiB up, twice each, between a server and our client, each in a process of its
 * own: how much their resident memory grows, and whether a reader that stops reading stops the
 * sender.
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
  readonly server: string;
  readonly direction: "down" | "up";
  /** How much the peak of resident memory rose during the first transfer, in bytes. */
  readonly serverFirstBytes: number;
  readonly clientFirstBytes: number;
  /** And how much further during the second: what a stack holds on to shows here. */
  readonly serverSecondBytes: number;
  readonly clientSecondBytes: number;
  readonly bytesPerSecond: number;
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const bytes = (options.quick ? 64 : 1024) * 1024 * 1024;
const results: Growth[] = [];
let stalledAtBytes = 0;
for (const [name, flag] of [["avx", "--server=avx"], ["Deno.serve", "--server=deno"]]) {
  for (const direction of ["down", "up"] as const) {
    await withPair(flag, async (server, client) => {
      results.push(await grow(name, direction, server, client));
      if (name === "avx" && direction === "down") stalledAtBytes = await stall(server, client);
    });
  }
}

const table = markdownTable(
  [
    "server",
    formatBytes(bytes),
    "server grows by",
    "then by",
    "client grows by",
    "then by",
    "rate",
  ],
  results.map((result) => [
    result.server,
    result.direction,
    formatBytes(result.serverFirstBytes),
    formatBytes(result.serverSecondBytes),
    formatBytes(result.clientFirstBytes),
    formatBytes(result.clientSecondBytes),
    `${formatBytes(result.bytesPerSecond)}/s`,
  ]),
);
const stalled = `A reader that stopped after one chunk stopped its sender at ` +
  `${formatBytes(stalledAtBytes)} of ${formatBytes(bytes)}, what the sockets hold included.`;
console.log(`${machineLine(machine)}\n\n${table}\n\n${stalled}`);
if (options.write) {
  writeResults("memory_stream", { machine, bytes, results, stalledAtBytes });
  writeSection(
    "stream",
    `${
      machineLine(machine)
    } The client is ours. How far the peak of resident memory rises during ` +
      `a first transfer, and during a second one. Required of ours: less than 32 MB.\n\n${table}\n\n${stalled}`,
  );
}

async function withPair(
  flag: string,
  run: (server: BenchProcess, client: BenchProcess) => Promise<void>,
): Promise<void> {
  const server = await BenchProcess.start(denoCommand("../servers/stream.ts", "server", [flag]));
  try {
    const port = `--port=${server.port}`;
    const client = await BenchProcess.start(denoCommand("../clients/stream.ts", "load", [port]));
    try {
      await run(server, client);
    } finally {
      await client.stop();
    }
  } finally {
    await server.stop();
  }
}

async function grow(
  name: string,
  direction: "down" | "up",
  server: BenchProcess,
  client: BenchProcess,
): Promise<Growth> {
  // Loads what every transfer needs.
  await transfer(client, direction, 1024 * 1024);
  const peak = [server.residentBytes(), client.residentBytes()];
  const sampler = setInterval(() => {
    peak[0] = Math.max(peak[0], server.residentBytes());
    peak[1] = Math.max(peak[1], client.residentBytes());
  }, 20);
  try {
    const before = [...peak];
    await transfer(client, direction, bytes);
    const between = [...peak];
    const start = performance.now();
    await transfer(client, direction, bytes);
    return {
      server: name,
      direction,
      serverFirstBytes: between[0] - before[0],
      clientFirstBytes: between[1] - before[1],
      serverSecondBytes: peak[0] - between[0],
      clientSecondBytes: peak[1] - between[1],
      bytesPerSecond: bytes / ((performance.now() - start) / 1000),
    };
  } finally {
    clearInterval(sampler);
  }
}

async function transfer(client: BenchProcess, direction: string, bytes: number): Promise<void> {
  const answer = await ask(client, `${direction} ${bytes}`);
  if (answer !== String(bytes)) throw new Error(`${direction}: ${answer} bytes of ${bytes} came`);
}

/** How many bytes the server had made, once it made no more. */
async function stall(server: BenchProcess, client: BenchProcess): Promise<number> {
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
