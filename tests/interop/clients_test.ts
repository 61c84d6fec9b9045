import { findProgram, outputOf } from "../support/programs.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving } from "../support/serving.ts";

const node = findProgram("node") ?? "";
const python = findProgram("python3") ?? "";

function path(file: string): string {
  return new URL(`programs/${file}`, import.meta.url).pathname;
}

Deno.test("Node's http client with an agent", { ignore: node === "" }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    await outputOf(node, [path("node_agent.mjs"), origin]);
  });
});

Deno.test("undici, one request at a time and pipelined", async () => {
  await serving(sampleHandler, async ({ origin }) => {
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const args = ["run", "-A", "--quiet", "--config", config, path("undici_client.mjs"), origin];
    await outputOf(Deno.execPath(), args);
  });
});

Deno.test("Python's http.client and urllib", { ignore: python === "" }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    await outputOf(python, [path("python_client.py"), origin]);
  });
});
