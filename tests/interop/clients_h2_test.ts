import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { findProgram, outputOf } from "../support/programs.ts";
import { pythonWith } from "../support/python.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

const node = findProgram("node") ?? "";
const go = findProgram("go") ?? "";
const python = await pythonWith("h2", "httpx");

Deno.test("Node's http2 client in clear text", { ignore: node === "" }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    await outputOf(node, [program("node_h2_client.mjs"), origin]);
  });
});

for (const backend of ["node", "deno"] as const) {
  Deno.test(
    `Node's http2 client over TLS, back end ${backend}`,
    { ignore: node === "" },
    async () => {
      await withAuthority((caFile) =>
        servingTls(backend, sampleHandler, async ({ origin }) => {
          await outputOf(node, [program("node_h2_client.mjs"), origin, caFile]);
        })
      );
    },
  );

  Deno.test(`Go's client over TLS, back end ${backend}`, { ignore: go === "" }, async () => {
    await withAuthority((caFile) =>
      serving(sampleHandler, async ({ origin }) => {
        // The first run compiles.
        await outputOf(go, ["run", program("client.go"), origin, caFile], { timeoutMs: 90_000 });
      }, { ...SERVER_PAIR, tls: { backend }, withinMs: 100_000 })
    );
  });

  Deno.test(`Python's httpx over TLS, back end ${backend}`, { ignore: python === "" }, async () => {
    await withAuthority((caFile) =>
      servingTls(backend, sampleHandler, async ({ origin }) => {
        await outputOf(python, [program("python_h2_client.py"), origin, caFile]);
      })
    );
  });
}

function program(file: string): string {
  return new URL(`programs/${file}`, import.meta.url).pathname;
}

/** Runs `run` with a file that holds the authority's certificate. */
async function withAuthority(run: (caFile: string) => Promise<void>): Promise<void> {
  const caFile = await Deno.makeTempFile({ suffix: ".pem" });
  try {
    await Deno.writeTextFile(caFile, CA_CERT);
    await run(caFile);
  } finally {
    await Deno.remove(caFile);
  }
}
