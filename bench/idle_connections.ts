/**
 * What an idle keep-alive connection costs: 10,000 of them, each after one request, held by a
 * client in another process.
 *
 * `deno run -A bench/idle_connections.ts [--quick] [--no-write]`
 *
 * @module
 */

import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { clearTextPeers, denoCommand, type Peer } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { machineLine, markdownTable, writeResults, writeSection } from "./support/report.ts";
import { formatBytes } from "./support/statistics.ts";

interface IdleCost {
  readonly name: string;
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly bytesPerConnection: number;
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const connections = options.quick ? 1_000 : 10_000;
const results: IdleCost[] = [];
for (const peer of clearTextPeers()) {
  if (options.peers.length > 0 && !options.peers.includes(peer.name)) continue;
  results.push(await measure(peer));
}

const table = markdownTable(
  ["server", "before", "with the connections", "each"],
  results.map(({ name, beforeBytes, afterBytes, bytesPerConnection }) => [
    name,
    formatBytes(beforeBytes),
    formatBytes(afterBytes),
    formatBytes(bytesPerConnection),
  ]),
);
console.log(`${machineLine(machine)}\n${connections} connections\n\n${table}`);
if (options.write) {
  writeResults("idle_connections", { machine, connections, results });
  writeSection(
    "idle",
    `${machineLine(machine)} ${connections} connections, each after one request; ` +
      `resident memory of the server. Required: at most 16 KB each.\n\n${table}`,
  );
}

async function measure(peer: Peer): Promise<IdleCost> {
  const server = await BenchProcess.start(peer.command("hello"));
  try {
    // What loads with the first requests is not what a connection costs.
    const first = await hold(server.port, 200);
    await first.stop();
    await settle();
    const beforeBytes = server.residentBytes();
    const client = await hold(server.port, connections);
    await settle();
    const afterBytes = server.residentBytes();
    await client.stop();
    const bytesPerConnection = (afterBytes - beforeBytes) / connections;
    return { name: peer.name, beforeBytes, afterBytes, bytesPerConnection };
  } finally {
    await server.stop();
  }
}

function hold(port: number, connections: number): Promise<BenchProcess> {
  const args = [`--port=${port}`, `--connections=${connections}`];
  return BenchProcess.start(denoCommand("../clients/hold_connections.ts", "load", args), 60_000);
}

/** A moment for the server to close what was closed, and to become idle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500));
}
