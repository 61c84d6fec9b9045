/**
 * The latency that the stack adds to a bare loop: one connection, one request at a time.
 *
 * `deno run -A bench/latency.ts [--quick] [--rounds=3] [--no-write]`
 *
 * @module
 */

import { outputOf } from "../tests/support/programs.ts";
import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { clearTextPeers, denoCommand } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { machineLine, markdownTable, writeResults, writeSection } from "./support/report.ts";
import { formatMs, median } from "./support/statistics.ts";

interface Latency {
  readonly name: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const peers = clearTextPeers().filter(({ name }) =>
  options.peers.length === 0 || options.peers.includes(name)
);
const turns: Latency[][] = peers.map(() => []);
for (let round = 0; round < options.rounds; round++) {
  for (const [index, peer] of peers.entries()) {
    const server = await BenchProcess.start(peer.command("hello"));
    try {
      turns[index].push({ name: peer.name, ...await pingPong(server.port) });
    } finally {
      await server.stop();
    }
  }
}

const results: Latency[] = turns.map((rounds) => ({
  name: rounds[0].name,
  p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
}));
const bare = results.find(({ name }) => name === "bare loop");
const table = markdownTable(
  ["server", "p50", "p99", "p50 above the bare loop", "p99 / p50"],
  results.map(({ name, p50Ms, p99Ms }) => [
    name,
    formatMs(p50Ms),
    formatMs(p99Ms),
    bare === undefined ? "" : `${((p50Ms - bare.p50Ms) * 1000).toFixed(1)} µs`,
    (p99Ms / p50Ms).toFixed(1),
  ]),
);
console.log(`${machineLine(machine)}\n\n${table}`);
if (options.write) {
  writeResults("latency", { machine, results });
  writeSection(
    "latency",
    `${machineLine(machine)} One connection, medians of ${options.rounds} rounds. ` +
      `Required: at most 20 µs above the bare loop at p50, p99 at most 4 × p50.\n\n${table}`,
  );
}

async function pingPong(port: number): Promise<{ p50Ms: number; p99Ms: number }> {
  const requests = options.quick ? 5_000 : 50_000;
  const [program, ...args] = denoCommand("../clients/ping_pong.ts", "load", [
    `--port=${port}`,
    `--requests=${requests}`,
  ]);
  return JSON.parse(await outputOf(program, args, { timeoutMs: 60_000 }));
}
