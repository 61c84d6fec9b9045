/**
 * What an idle WebSocket costs: 10,000 of them, each after one message there and back, held by a
 * client in another process. Servers that can compress have agreed to, and had no reason to.
 *
 * `deno run -A bench/ws_idle_connections.ts [--quick] [--peers=avx] [--no-write]`
 *
 * @module
 */

import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { denoCommand, type Peer } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { machineLine, markdownTable, writeResults, writeSection } from "./support/report.ts";
import { formatBytes } from "./support/statistics.ts";
import { COMPRESSED, wsPeers } from "./support/ws_peers.ts";

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
for (const route of ["plain", COMPRESSED]) {
  for (const peer of wsPeers(route === COMPRESSED)) {
    if (options.peers.length > 0 && !options.peers.includes(peer.name)) continue;
    results.push(await measure(peer, route));
  }
}

const table = markdownTable(
  ["server", "before", "with the WebSockets", "each"],
  results.map(({ name, beforeBytes, afterBytes, bytesPerConnection }) => [
    name,
    formatBytes(beforeBytes),
    formatBytes(afterBytes),
    formatBytes(bytesPerConnection),
  ]),
);
console.log(`${machineLine(machine)}\n${connections} WebSockets\n\n${table}`);
if (options.write) {
  writeResults("ws_idle_connections", { machine, connections, results });
  writeSection(
    "ws-idle",
    `${machineLine(machine)} ${connections} WebSockets, each after one message; ` +
      `resident memory of the server. Required: at most 20 KB each.\n\n${table}`,
  );
}

async function measure(peer: Peer, route: string): Promise<IdleCost> {
  const server = await BenchProcess.start(peer.command(route));
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
    const name = `${peer.name}${route === COMPRESSED ? ", compressing" : ""}`;
    return { name, beforeBytes, afterBytes, bytesPerConnection };
  } finally {
    await server.stop();
  }
}

function hold(port: number, connections: number): Promise<BenchProcess> {
  const args = [`--port=${port}`, `--connections=${connections}`];
  return BenchProcess.start(denoCommand("../clients/hold_web_sockets.ts", "load", args), 60_000);
}

/** A moment for the server to close what was closed, and to become idle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500));
}
