/**
 * Where one of our servers spends its time under a workload: self time by function, from V8's
 * sampling profiler, as a share of the time in which it did anything.
 *
 * `deno run -A bench/profile.ts [--only=hello] [--peers="avx text()"] [--seconds=5] [--top=30]`
 *
 * @module
 */

import { loadGenerator } from "./support/load.ts";
import { parseOptions } from "./support/options.ts";
import { clearTextPeers, tlsPeers } from "./support/peers.ts";
import { BenchProcess } from "./support/process.ts";
import { markdownTable } from "./support/report.ts";
import { argument } from "./support/child.ts";
import { WORKLOADS } from "./support/workloads.ts";

/** The parts of a `.cpuprofile` that are read here. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const options = parseOptions(Deno.args);
const workload = WORKLOADS.find(({ name }) => name === (options.only[0] ?? "hello"));
const peer = [...clearTextPeers(), ...tlsPeers()].find(({ name }) =>
  name === (options.peers[0] ?? (workload?.tls ? "avx node:tls" : "avx text()"))
);
if (workload === undefined || peer === undefined) {
  console.error("No such workload or server");
  Deno.exit(1);
}

const folder = await Deno.makeTempDir();
try {
  const command = peer.command(workload.route).flatMap((word) =>
    word === "run" ? [word, "--cpu-prof", `--cpu-prof-dir=${folder}`] : [word]
  );
  const server = await BenchProcess.start(command);
  try {
    const url = `${workload.tls ? "https" : "http"}://127.0.0.1:${server.port}/${workload.route}`;
    const load = { ...workload.load, url, seconds: options.seconds };
    const { requestsPerSecond } = await loadGenerator().run(load);
    console.log(`${peer.name}, ${workload.title}: ${Math.round(requestsPerSecond)} a second\n`);
  } finally {
    await server.stop();
  }
  for (const { name } of Deno.readDirSync(folder)) {
    const profile: Profile = JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
    console.log(selfTimes(profile, Number(argument("top", "30"))));
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}

function selfTimes({ nodes, samples, timeDeltas }: Profile, top: number): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  samples.forEach((id, index) => {
    const name = names.get(id) ?? "unknown";
    if (name === "(idle)") return;
    times.set(name, (times.get(name) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  const rows = [...times].sort(([, a], [, b]) => b - a).slice(0, top);
  return markdownTable(
    ["self time", "function"],
    rows.map(([name, time]) => [`${(time / total * 100).toFixed(1)} %`, name]),
  );
}

function nameOf(frame: Profile["nodes"][number]["callFrame"]): string {
  const { functionName, url, lineNumber } = frame;
  const file = url.replace(new URL("..", import.meta.url).href, "");
  return `${functionName || "(anonymous)"}${file === "" ? "" : ` ${file}:${lineNumber + 1}`}`;
}
