/**
 * The first response on a fresh TLS connection, handshake included, from Node's https client and
 * from Python's ssl: clients that delay their acknowledgements.
 *
 * `deno run -A bench/tls_first_response.ts [--quick] [--no-write]`
 *
 * @module
 */

import { CA_CERT } from "../tests/support/certificates.ts";
import { findProgram, outputOf } from "../tests/support/programs.ts";
import { machineFacts, pin } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { tlsPeers } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { machineLine, markdownTable, writeResults, writeSection } from "./support/report.ts";
import { formatMs, median, percentile } from "./support/statistics.ts";

interface FirstResponse {
  readonly server: string;
  readonly client: string;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const count = options.quick ? 5 : 100;
const clients = [
  { name: "Node", program: findProgram("node"), script: "clients/tls_first.mjs" },
  { name: "Python", program: findProgram("python3"), script: "clients/tls_first.py" },
];
const caFile = await Deno.makeTempFile({ suffix: ".pem" });
const results: FirstResponse[] = [];
try {
  await Deno.writeTextFile(caFile, CA_CERT);
  for (const peer of tlsPeers()) {
    if (options.peers.length > 0 && !options.peers.includes(peer.name)) continue;
    const server = await BenchProcess.start(peer.command("hello"));
    try {
      for (const { name, program, script } of clients) {
        if (program === undefined) continue;
        const times = await firstResponses(program, script, server.port);
        const [p50Ms, p99Ms] = [median(times), percentile(times, 0.99)];
        results.push({ server: peer.name, client: name, p50Ms, p99Ms });
      }
    } finally {
      await server.stop();
    }
  }
} finally {
  await Deno.remove(caFile);
}

const table = markdownTable(
  ["server", "client", "p50", "p99"],
  results.map(({ server, client, p50Ms, p99Ms }) => [
    server,
    client,
    formatMs(p50Ms),
    formatMs(p99Ms),
  ]),
);
console.log(`${machineLine(machine)}\n\n${table}`);
if (options.write) {
  writeResults("tls_first_response", { machine, count, results });
  writeSection(
    "tls",
    `${machineLine(machine)} ${count} fresh connections each, from connect to response. ` +
      `Required: at most 10 ms at p50.\n\n${table}`,
  );
}

async function firstResponses(program: string, script: string, port: number): Promise<number[]> {
  const path = new URL(script, import.meta.url).pathname;
  const [command, ...args] = pin([program, path, String(port), String(count + 3), caFile], "load");
  // The first few load code on both sides.
  return JSON.parse(await outputOf(command, args, { timeoutMs: 60_000 })).slice(3);
}
