/**
 * Runs the Autobahn test suite against our server and our client, and sums its report up.
 *
 * The suite is the Python package `autobahntestsuite`, whose program `wstest` needs Python 2.7;
 * `wstest.py` beside runs it under Python 3. Where they are looked for, README.md says.
 *
 * `deno run -A tests/conformance/autobahn.ts [server] [client] [cases=1.*,2.*]`
 *
 * @module
 */

import { findProgram, runProgram } from "../support/programs.ts";
import { pythonWith } from "../support/python.ts";

const AGENT = "avx";
/** The suite's program and its first arguments; `undefined` where it is not installed. */
export const WSTEST: readonly string[] | undefined = await findWstest();
const GOOD = ["OK", "INFORMATIONAL", "NON-STRICT", "UNIMPLEMENTED"];

/** How the suite judges one case. */
interface Verdict {
  readonly behavior: string;
  readonly behaviorClose: string;
}

/** A side of ours that is tested. */
export type Side = "server" | "client";

/** What came of a run. */
export interface Report {
  /** How many cases were judged how. */
  readonly counts: ReadonlyMap<string, number>;
  /** The cases that are not OK, a line each. */
  readonly notes: readonly string[];
  /** How many cases are not as they must be. */
  readonly bad: number;
}

/** Runs cases, such as `["1.*", "2.*"]`, against one side. */
export async function autobahn(side: Side, cases: readonly string[]): Promise<Report> {
  const folder = await Deno.makeTempDir({ prefix: "avx_autobahn_" });
  try {
    await (side === "server" ? testServer(folder, cases) : testClient(folder, cases));
    return await reportOf(folder, side);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) {
  const cases = Deno.args.find((arg) => arg.startsWith("cases="))?.slice(6).split(",") ?? ["*"];
  const named = Deno.args.filter((arg) => arg === "server" || arg === "client");
  let bad = 0;
  const sides = named.length === 0 ? ["server", "client"] as const : named;
  for (const [side, run] of sides.map((side) => [side, autobahn(side, cases)] as const)) {
    const report = await run;
    bad += report.bad;
    for (const note of report.notes) console.log(note);
    console.log(`${side}: ${[...report.counts].map(([kind, n]) => `${n} ${kind}`).join(", ")}`);
  }
  Deno.exit(bad === 0 ? 0 : 1);
}

/** Starts a program of this folder. */
function program(name: string, ...args: string[]): Deno.ChildProcess {
  const file = new URL(name, import.meta.url).pathname;
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", file, ...args],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

/** Starts the suite with a specification. */
async function suite(mode: string, folder: string, spec: unknown): Promise<Deno.ChildProcess> {
  const file = `${folder}/${mode}.json`;
  await Deno.writeTextFile(file, JSON.stringify(spec));
  if (WSTEST === undefined) throw new Error("Autobahn's wstest is not installed");
  return new Deno.Command(WSTEST[0], {
    args: [...WSTEST.slice(1), "-m", mode, "-s", file],
    cwd: folder,
    stdout: "null",
    stderr: "inherit",
  }).spawn();
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`Nobody listens on port ${port}`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

/** The suite as a client, against our server. */
async function testServer(folder: string, cases: readonly string[]): Promise<void> {
  const port = freePort();
  const server = program("autobahn_server.ts", String(port));
  try {
    await listening(port);
    const spec = {
      outdir: `${folder}/server`,
      servers: [{ agent: AGENT, url: `ws://127.0.0.1:${port}` }],
      cases,
      "exclude-cases": [],
      "exclude-agent-cases": {},
    };
    await (await suite("fuzzingclient", folder, spec)).status;
  } finally {
    server.kill();
    await server.status;
  }
}

/** The suite as a server, against our client. */
async function testClient(folder: string, cases: readonly string[]): Promise<void> {
  const port = freePort();
  const url = `ws://127.0.0.1:${port}`;
  const spec = {
    url,
    webport: 0,
    outdir: `${folder}/client`,
    cases,
    "exclude-cases": [],
    "exclude-agent-cases": {},
  };
  const server = await suite("fuzzingserver", folder, spec);
  try {
    await listening(port);
    await program("autobahn_client.ts", url).status;
  } finally {
    server.kill();
    await server.status;
  }
}

async function reportOf(folder: string, side: Side): Promise<Report> {
  const index = JSON.parse(await Deno.readTextFile(`${folder}/${side}/index.json`));
  const verdicts: Record<string, Verdict> = index[AGENT];
  const counts = new Map<string, number>();
  const notes: string[] = [];
  let bad = 0;
  for (const [id, { behavior, behaviorClose }] of Object.entries(verdicts)) {
    counts.set(behavior, (counts.get(behavior) ?? 0) + 1);
    const good = GOOD.includes(behavior) && GOOD.includes(behaviorClose);
    if (!good) bad++;
    if (!good || behavior !== "OK") notes.push(`${side} ${id}: ${behavior}, ${behaviorClose}`);
  }
  return { counts, notes, bad };
}

async function findWstest(): Promise<readonly string[] | undefined> {
  const named = Deno.env.get("WSTEST") ?? findProgram("wstest");
  if (named !== undefined) return [named];
  const python = await pythonWith("autobahn.twisted.websocket", "txaio");
  if (python === "") return undefined;
  const shim = ["-W", "ignore", new URL("wstest.py", import.meta.url).pathname];
  const { code } = await runProgram(python, [...shim, "--help"]);
  return code === 0 ? [python, ...shim] : undefined;
}
