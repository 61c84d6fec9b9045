/**
 * Runs the Autobahn test suite against our server and our client, and sums its report up.
 *
 * The suite is `wstest` of the Python package `autobahntestsuite`, which needs Python 2.7. It is
 * looked for at the environment variable `WSTEST`, then on the path; see README.md beside.
 *
 * `deno run -A tests/conformance/autobahn.ts [server] [client] [cases=1.*,2.*]`
 *
 * @module
 */

const AGENT = "avx";
const WSTEST = Deno.env.get("WSTEST") ?? "wstest";
const GOOD = ["OK", "INFORMATIONAL", "NON-STRICT", "UNIMPLEMENTED"];

/** How the suite judges one case. */
interface Verdict {
  readonly behavior: string;
  readonly behaviorClose: string;
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
  return new Deno.Command(WSTEST, {
    args: ["-m", mode, "-s", file],
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

/** Prints the verdicts of a run, and returns how many cases are not as they must be. */
async function summarize(name: string, folder: string): Promise<number> {
  const report = JSON.parse(await Deno.readTextFile(`${folder}/${name}/index.json`));
  const verdicts: Record<string, Verdict> = report[AGENT];
  const counts = new Map<string, number>();
  let bad = 0;
  for (const [id, { behavior, behaviorClose }] of Object.entries(verdicts)) {
    counts.set(behavior, (counts.get(behavior) ?? 0) + 1);
    const good = GOOD.includes(behavior) && GOOD.includes(behaviorClose);
    if (!good) bad++;
    if (!good || behavior !== "OK") console.log(`${name} ${id}: ${behavior}, ${behaviorClose}`);
  }
  console.log(`${name}: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(", ")}`);
  return bad;
}

const cases = Deno.args.find((arg) => arg.startsWith("cases="))?.slice(6).split(",") ?? ["*"];
const sides = Deno.args.filter((arg) => !arg.startsWith("cases="));
const folder = await Deno.makeTempDir({ prefix: "avx_autobahn_" });
console.log(`The report is in ${folder}`);
let bad = 0;
if (sides.length === 0 || sides.includes("server")) {
  await testServer(folder, cases);
  bad += await summarize("server", folder);
}
if (sides.length === 0 || sides.includes("client")) {
  await testClient(folder, cases);
  bad += await summarize("client", folder);
}
Deno.exit(bad === 0 ? 0 : 1);
