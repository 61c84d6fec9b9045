import { assertEquals, assertMatch } from "../support/assert.ts";
import { H2SPEC } from "../support/h2spec.ts";
import { findProgram, runProgram } from "../support/programs.ts";

// h2specd comes with h2spec: `go install github.com/summerwind/h2spec/cmd/h2specd@latest`.
const H2SPECD = findProgram("h2specd") ?? besideH2spec();
const CASES = 57;

Deno.test("h2specd finds no fault with the client", { ignore: H2SPECD === undefined }, async () => {
  const client = new URL("h2specd_client.ts", import.meta.url).pathname;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const command = [Deno.execPath(), "run", "-A", "--no-check", "--config", config, client];
  const ports = 20_000 + Math.floor(Math.random() * 100) * 100; // it takes one port for each case
  const args = ["-S", "-p", "19999", "-f", String(ports), "-o", "2", "-e", command.join(" ")];
  const { stdout, stderr } = await runProgram(H2SPECD!, args, { timeoutMs: 180_000 });
  const report = stdout + stderr;
  assertEquals(report.split("\n").filter((line) => line.includes("×")), []);
  const [, passed] = /tests, (\d+) passed, \d+ skipped, 0 failed/.exec(report) ?? [];
  assertMatch(report, /0 failed/);
  assertEquals(Number(passed) >= CASES, true, `${passed} cases passed`);
});

function besideH2spec(): string | undefined {
  if (H2SPEC === "") return undefined;
  const path = H2SPEC.replace(/h2spec$/, "h2specd");
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}
