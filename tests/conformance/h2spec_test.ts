import type { Handler } from "@avx/semantics/handler";
import { text } from "@avx/semantics/web";
import { assertEquals, assertStringIncludes } from "../support/assert.ts";
import { H2SPEC, type H2specResult, runH2spec } from "../support/h2spec.ts";
import { serving } from "../support/serving.ts";
import { SERVER_PAIR } from "../support/certificates.ts";

// h2spec 2.2.1 has as many cases, 2.6.0 has 147.
const CASES = 146;
const ignore = H2SPEC === "";

/** A request's body is read before the answer: many cases break a body that is under way. */
const handlers: Readonly<Record<string, Handler>> = {
  "text()": async (request) => {
    if (request.body !== null) await request.text();
    return text("Hello, World!");
  },
  "native responses": async (request) => {
    if (request.body !== null) await request.text();
    return new Response("Hello, World!");
  },
};

for (const [name, handler] of Object.entries(handlers)) {
  Deno.test(`h2spec, strict, in clear text, ${name}`, { ignore }, async () => {
    await serving(handler, async ({ port }) => passesAll(await runH2spec(port)), {
      protocols: ["h2"],
      withinMs: 200_000,
    });
  });
}

Deno.test("h2spec, strict, on a port that HTTP/1.1 shares", { ignore }, async () => {
  await serving(handlers["text()"], async ({ port }) => {
    const { passed, failures } = await runH2spec(port);
    // What does not begin with the preface is a request of HTTP/1.1 and answered as one.
    assertEquals([passed >= CASES - 1, failures.length], [true, 1]);
    assertStringIncludes(failures[0], "http2/3.5 Sends invalid connection preface");
  }, { withinMs: 200_000 });
});

for (const backend of ["node", "deno"] as const) {
  Deno.test(`h2spec, strict, over TLS with the ${backend} back end`, { ignore }, async () => {
    await serving(handlers["text()"], async ({ port }) => {
      passesAll(await runH2spec(port, { tls: true }));
    }, { withinMs: 200_000, ...SERVER_PAIR, tls: { backend } });
  });
}

function passesAll({ passed, skipped, failures }: H2specResult): void {
  assertEquals([passed >= CASES, skipped, failures], [true, 0, []]);
}
