import { assertEquals } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { findProgram, outputOf } from "../support/programs.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

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

for (const backend of ["node", "deno"] as const) {
  Deno.test(`Node's https client, back end ${backend}`, { ignore: node === "" }, async () => {
    await firstResponses(backend, node, "tls_first.mjs");
  });

  Deno.test(`Python's ssl, back end ${backend}`, { ignore: python === "" }, async () => {
    await firstResponses(backend, python, "tls_first.py");
  });
}

/** Ten fresh connections, a request on each, verified against the test authority. */
async function firstResponses(
  backend: "node" | "deno",
  program: string,
  script: string,
): Promise<void> {
  const caFile = await Deno.makeTempFile({ suffix: ".pem" });
  try {
    await Deno.writeTextFile(caFile, CA_CERT);
    await servingTls(backend, sampleHandler, async ({ port }) => {
      const client = new URL(`../../bench/clients/${script}`, import.meta.url).pathname;
      const times = JSON.parse(await outputOf(program, [client, String(port), "10", caFile]));
      assertEquals(times.length, 10);
    });
  } finally {
    await Deno.remove(caFile);
  }
}
