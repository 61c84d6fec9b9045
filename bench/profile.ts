/**
 * Where one contestant of a benchmark spends its time: self time by function, from V8's sampling
 * profiler, as a share of the time in which it did anything. Contestants that run in Node have no
 * profile.
 *
 * `deno run -A bench/profile.ts [--of=http1|http2] [--only=hello] [--peers="avx text()"] [--seconds=5] [--top=30]`
 *
 * @module
 */

import { argument } from "./support/child.ts";
import { http1Contests, http2Contests } from "./support/contests.ts";
import { parseOptions } from "./support/options.ts";
import { markdownTable } from "./support/report.ts";

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
const { contests } = argument("of", "http1") === "http2" ? http2Contests() : http1Contests();
const contest = contests.find(({ name }) => name === (options.only[0] ?? "hello"));
if (contest === undefined) {
  console.error(`No such workload; there are ${contests.map(({ name }) => name).join(", ")}`);
  Deno.exit(1);
}

const folder = await Deno.makeTempDir();
try {
  const wanted = options.peers[0] ?? contest.goals[0]?.ours ?? "avx text()";
  const field = await contest.start(
    (name) => name === wanted,
    (command) =>
      command.flatMap((word) =>
        word === "run" ? [word, "--cpu-prof", `--cpu-prof-dir=${folder}`] : [word]
      ),
  );
  try {
    for (const contestant of field.contestants) {
      const { requestsPerSecond } = await contestant.turn(options.seconds);
      console.log(`${wanted}, ${contest.title}: ${Math.round(requestsPerSecond)} a second\n`);
    }
  } finally {
    await field.stop();
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
