/**
 * WebSocket servers compared: ours, `Deno.upgradeWebSocket`, npm `ws` on Node and Bun, each in a
 * process of its own, driven in turn by the same load generator.
 *
 * npm `ws` and `bun` are looked for in the folder that `BENCH_MODULES` names
 * (`npm install ws bun` there); those that are not found are left out.
 *
 * `deno task bench:ws [--quick] [--only=echo-64] [--peers=avx,Bun] [--rounds=3] [--seconds=5]`
 *
 * @module
 */

import { findProgram } from "../tests/support/programs.ts";
import { machineFacts, pin, withDescriptors } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { denoCommand, DESCRIPTORS } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { machineLine, markdownTable } from "./support/report.ts";
import { formatRate, formatRatio, median } from "./support/statistics.ts";

interface WsPeer {
  readonly name: string;
  /** Whether it compresses. */
  readonly compresses: boolean;
  readonly cwd?: string;
  command(compress: boolean): string[];
}

interface WsWorkload {
  readonly name: string;
  readonly size: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly compress?: boolean;
  readonly broadcast?: boolean;
}

const WORKLOADS: readonly WsWorkload[] = [
  { name: "echo-64", size: 64, connections: 64, inFlight: 16 },
  { name: "echo-1k", size: 1024, connections: 64, inFlight: 16 },
  { name: "echo-64k", size: 65536, connections: 64, inFlight: 16 },
  { name: "echo-64-alone", size: 64, connections: 64, inFlight: 1 },
  { name: "echo-1k-deflate", size: 1024, connections: 64, inFlight: 16, compress: true },
  { name: "echo-64k-deflate", size: 65536, connections: 64, inFlight: 16, compress: true },
  { name: "broadcast-1000", size: 64, connections: 1000, inFlight: 1, broadcast: true },
];

const modules = Deno.env.get("BENCH_MODULES") ?? ".";

function peers(): WsPeer[] {
  const flag = (compress: boolean) => compress ? ["--compress"] : [];
  const server = (file: string) => new URL(`./servers/${file}`, import.meta.url).pathname;
  const found: WsPeer[] = [
    {
      name: "avx",
      compresses: true,
      command: (compress) => denoCommand("../servers/ws_ours.ts", "server", flag(compress)),
    },
    {
      name: "Deno.upgradeWebSocket",
      compresses: false,
      command: () => denoCommand("../servers/ws_deno.ts", "server", []),
    },
  ];
  const node = findProgram("node");
  if (node !== undefined && exists(`${modules}/node_modules/ws`)) {
    const inFolder = ["sh", "-c", 'cd "$0" && exec "$@"', modules];
    found.push({
      name: "npm ws",
      compresses: true,
      command: (compress) =>
        withDescriptors(
          pin([...inFolder, node, server("ws_node.mjs"), ...flag(compress)], "server"),
          DESCRIPTORS,
        ),
    });
  }
  const bun = findProgram("bun") ?? `${modules}/node_modules/.bin/bun`;
  if (exists(bun)) {
    found.push({
      name: "Bun",
      compresses: true,
      command: (compress) =>
        withDescriptors(pin([bun, server("ws_bun.js"), ...flag(compress)], "server"), DESCRIPTORS),
    });
  }
  return found;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function turn(peer: WsPeer, workload: WsWorkload, seconds: number): Promise<number> {
  const { size, connections, inFlight, compress = false, broadcast = false } = workload;
  const server = await BenchProcess.start(peer.command(compress));
  try {
    const [program, ...args] = denoCommand("../clients/ws_load.ts", "load", [
      `--port=${server.port}`,
      `--size=${size}`,
      `--connections=${connections}`,
      `--inflight=${inFlight}`,
      `--seconds=${seconds}`,
      ...(compress ? ["--compress"] : []),
      ...(broadcast ? ["--broadcast"] : []),
    ]);
    const { stdout } = await new Deno.Command(program, { args, stderr: "inherit" }).output();
    return JSON.parse(new TextDecoder().decode(stdout)).perSecond;
  } finally {
    await server.stop();
  }
}

const options = parseOptions(Deno.args);
console.log(`${machineLine(machineFacts())}\n`);
const named = <T extends { readonly name: string }>(all: readonly T[], names: readonly string[]) =>
  all.filter(({ name }) => names.length === 0 || names.includes(name));
const rows: string[][] = [];
for (const workload of named(WORKLOADS, options.only)) {
  const some = named(peers(), options.peers).filter((peer) =>
    peer.compresses || !workload.compress
  );
  const rates = new Map<string, number[]>(some.map(({ name }) => [name, []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const peer of some) {
      rates.get(peer.name)!.push(await turn(peer, workload, options.seconds));
    }
  }
  const ours = median(rates.get("avx") ?? []);
  for (const [name, values] of rates) {
    const rate = median(values);
    rows.push([workload.name, name, formatRate(rate), formatRatio(ours / rate)]);
    console.log(rows.at(-1)!.join("  "));
  }
}
console.log("\n" + markdownTable(["workload", "server", "messages/s", "avx against it"], rows));
