/**
 * What an idle keep-alive connection costs: 10,000 of them, each after one request, held by a
 * client in another process.
 *
 * `deno run -A bench/idle_connections.ts [--quick] [--no-write]`
 *
 * @module
 */

import { type IdleCost, idleCost, idleTable } from "./support/idle_cost.ts";
import { machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { clearTextPeers } from "./support/peers.ts";
import { machineLine, writeResults, writeSection } from "./support/report.ts";

const options = parseOptions(Deno.args);
const machine = machineFacts();
const connections = options.quick ? 1_000 : 10_000;
const results: IdleCost[] = [];
for (const peer of clearTextPeers()) {
  if (options.peers.length > 0 && !options.peers.includes(peer.name)) continue;
  results.push(
    await idleCost({
      name: peer.name,
      command: peer.command("hello"),
      holder: "hold_connections.ts",
      connections,
    }),
  );
}

const table = idleTable(results, "connections");
console.log(`${machineLine(machine)}\n${connections} connections\n\n${table}`);
if (options.write) {
  writeResults("idle_connections", { machine, connections, results });
  writeSection(
    "idle",
    `${machineLine(machine)} ${connections} connections, each after one request; ` +
      `resident memory of the server. Required: at most 16 KB each.\n\n${table}`,
  );
}
