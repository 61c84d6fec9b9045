import { assertEquals } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { until } from "../support/deadline.ts";
import { findProgram, outputOf } from "../support/programs.ts";
import { pythonWith } from "../support/python.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, type ServingOptions } from "../support/serving.ts";
import { signallingHandler } from "../support/signalling_handler.ts";

const node = findProgram("node") ?? "";
const go = findProgram("go") ?? "";
const httpx = await pythonWith("h2", "httpx");
const h2 = await pythonWith("h2");

/** Programs that end with 0 if all is as it should be; they are given the origin and the CA's file. */
const CLIENTS: readonly [name: string, program: string, args: readonly string[]][] = [
  ["Node's http2 client", node, [path("node_h2_client.mjs")]],
  ["Go's client", go, ["run", path("client.go")]],
  ["Python's httpx", httpx, [path("python_h2_client.py")]],
];

/** These are told of everything, and at last that the server goes. */
const SIGNALLED: typeof CLIENTS = [
  ["Node's http2 client", node, [path("node_h2_signals.mjs")]],
  ["Go's client", go, ["run", path("client_signals.go")]],
  ["Python's h2", h2, [path("python_h2_signals.py")]],
];

const TLS = ["node", "deno"] as const;

Deno.test("Node's http2 client in clear text", { ignore: node === "" }, async () => {
  await serving(sampleHandler, async ({ origin }) => {
    await outputOf(node, [path("node_h2_client.mjs"), origin]);
  });
});

for (const backend of TLS) {
  for (const [name, program, args] of CLIENTS) {
    Deno.test(`${name} over TLS, back end ${backend}`, { ignore: program === "" }, async () => {
      await withAuthority((caFile) =>
        serving(sampleHandler, async ({ origin }) => {
          await outputOf(program, [...args, origin, caFile], { timeoutMs: 90_000 });
        }, over(backend))
      );
    });
  }

  for (const [name, program, args] of SIGNALLED) {
    const title = `${name}: 1xx, trailers, HEAD, cancellation and GOAWAY, back end ${backend}`;
    Deno.test(title, { ignore: program === "" }, async () => {
      let [leave, givenUp] = [(): void => {}, 0];
      const handler = signallingHandler(() => leave(), () => givenUp++);
      await withAuthority((caFile) =>
        serving(handler, async (server) => {
          leave = server.leave;
          await outputOf(program, [...args, server.origin, caFile], { timeoutMs: 90_000 });
          await until(() => server.connections() === 0);
        }, over(backend))
      );
      assertEquals(givenUp, 1);
    });
  }
}

/** The first run of a program of Go's compiles. */
function over(backend: "node" | "deno"): ServingOptions {
  return { ...SERVER_PAIR, tls: { backend }, withinMs: 100_000 };
}

function path(file: string): string {
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
