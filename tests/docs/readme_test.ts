import { GATES } from "../../_tools/ok.ts";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "../support/assert.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const PAGES = ["README.md", "CONTRIBUTING.md"];

async function read(path: string): Promise<string> {
  return await Deno.readTextFile(ROOT + path);
}

Deno.test("the code in README and CONTRIBUTING runs", async () => {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--doc", ...PAGES],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const output = new TextDecoder().decode(stdout);
  assert(success, output + new TextDecoder().decode(stderr));
  assertMatch(output, /[1-9]\d* passed/);
});

Deno.test("README and CONTRIBUTING name tasks that exist, and one version of Deno", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const [, version] = /^readonly DENO_VERSION=(\S+)/m.exec(await read(".ci/run")) ?? [];
  for (const page of PAGES) {
    const text = await read(page);
    for (const [, task] of text.matchAll(/\btask ([a-z][\w:-]*)/g)) {
      assert(Object.hasOwn(tasks, task), `${page}: there is no task "${task}"`);
    }
    for (const [, named] of text.matchAll(/\bdeno@([\d.]+\d)/g)) assertEquals(named, version, page);
  }
});

Deno.test("README leads with the two commands", async () => {
  const text = await read("README.md");
  assertMatch(text, /^npx -y deno@[\d.]+ task start$/m);
  assertMatch(text, /^npx -y deno@[\d.]+ task test$/m);
});

Deno.test("README names every package of the workspace", async () => {
  const text = await read("README.md");
  const { workspace } = JSON.parse(await read("deno.json"));
  for (const folder of workspace) {
    const { name } = JSON.parse(await read(`${folder}/deno.json`));
    assertStringIncludes(text, `\`${name}\``);
  }
});

Deno.test("CONTRIBUTING explains every gate", async () => {
  const rows = [...(await read("CONTRIBUTING.md")).matchAll(/^\| `([\w-]+)` /gm)];
  assertEquals(rows.map(([, name]) => name), GATES.map(({ name }) => name));
});

Deno.test("links in README and CONTRIBUTING lead somewhere", async () => {
  for (const page of PAGES) {
    for (const [, target] of (await read(page)).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^https?:/.test(target)) continue;
      const found = await Deno.stat(ROOT + target).then(() => true, () => false);
      assert(found, `${page} links to ${target}`);
    }
  }
});

Deno.test("the start command serves until it is interrupted", async () => {
  // As in README, but on a free port instead of 8080.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "start", "0"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let output = "";
  try {
    let origin: string | undefined;
    while (origin === undefined) {
      const { done, value } = await lines.read();
      assert(!done, `it ended before it listened: ${output}`);
      output += value;
      origin = /http:\/\/127\.0\.0\.1:\d+(?=\/)/.exec(output)?.[0];
    }
    const response = await fetch(`${origin}/`);
    assertEquals(response.status, 200);
    assertStringIncludes(await response.text(), "<html");
    assertStringIncludes(output, "curl");
  } finally {
    child.kill("SIGINT");
    for (let part = await lines.read(); !part.done; part = await lines.read()) output += part.value;
    assertEquals((await child.status).code, 0, output);
  }
});
