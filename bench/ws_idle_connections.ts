/**
 * What an idle WebSocket costs: 10,000 of them, each after one message there and back, held by a
 * client in another process. Servers that can compress have agreed to, and had no reason to.
 *
 * `deno run -A bench/ws_idle_connections.ts [--quick] [--peers=avx] [--no-write]`
 *
 * @module
 */

import { type IdleCost, idleCost, idleTable } from "./support/idle_cost.ts";
import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { machineLine, writeResults, writeSection } from "./support/report.ts";
import { COMPRESSED, wsPeers } from "./support/ws_peers.ts";

const options = parseOptions(Deno.args);
const machine = machineFacts();
const connections = options.quick ? 1_000 : 10_000;
const results: IdleCost[] = [];
for (const route of ["plain", COMPRESSED]) {
  for (const peer of wsPeers(route === COMPRESSED)) {
    if (options.peers.length > 0 && !options.peers.includes(peer.name)) continue;
    const name = `${peer.name}${route === COMPRESSED ? ", compressing" : ""}`;
    results.push(
      await idleCost({
        name,
        command: peer.command(route),
        holder: "hold_web_sockets.ts",
        connections,
      }),
    );
  }
}

const table = idleTable(results, "WebSockets");
console.log(`${machineLine(machine)}\n${connections} WebSockets\n\n${table}`);
if (options.write) {
  writeResults("ws_idle_connections", { machine, connections, results });
  writeSection(
    "ws-idle",
    `${machineLine(machine)} ${connections} WebSockets, each after one message; ` +
      `resident memory of the server. Required: at most 20 KB each.\n\n${table}`,
  );
}
