import { Client, type ClientOptions } from "@avx/client";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { GO, HYPERCORN, withGoServer, withHypercorn } from "../support/foreign_server.ts";
import { NODE, withNodeServer } from "../support/node_server.ts";
import { assertSameBytes, pattern, SIZES } from "../support/sample_bytes.ts";
import { nativeSampleHandler, sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

type Surrounding = (run: (origin: string) => Promise<void>) => Promise<void>;

type Case = [name: string, ignore: boolean, around: Surrounding, options?: ClientOptions];

const H2C: ClientOptions = { protocol: "h2" };
const TLS: ClientOptions = { tls: { caCerts: [CA_CERT] } };

const SERVERS: readonly Case[] = [
  ["node:http", NODE === "", withNodeServer],
  ["Deno.serve", false, withDenoServe],
  ["our server, native", false, (run) => {
    return serving(nativeSampleHandler, ({ origin }) => run(origin));
  }],
  ["our server, fast", false, (run) => serving(sampleHandler, ({ origin }) => run(origin))],
  ["node:http2", NODE === "", (run) => withNodeServer(run, "h2"), H2C],
  ["Deno.serve, h2c", false, withDenoServe, H2C],
  ["Deno.serve, h2", false, (run) => withDenoServe(run, SERVER_PAIR), TLS],
  ["Go, h2", GO === "", withGoServer, TLS],
  ["hypercorn, h2", HYPERCORN === "", withHypercorn, TLS],
  ["our server, h2c", false, (run) => serving(sampleHandler, ({ origin }) => run(origin)), H2C],
  ["our server, h2", false, (run) => {
    return servingTls("node", nativeSampleHandler, ({ origin }) => run(origin));
  }, TLS],
];

for (const [name, ignore, around, options] of SERVERS) {
  const speaksHttp2 = options !== undefined;
  const withClient = (run: (client: Client, origin: string) => Promise<void>): Promise<void> =>
    around(async (origin) => {
      const client = new Client(options);
      try {
        await run(client, origin);
        if (speaksHttp2) {
          const last = await client.request(`${origin}/`);
          assertEquals([last.protocol, await last.body.text()], ["h2", "hello"]);
        }
        const { active, opening, waiting } = client.stats();
        assertEquals([active, opening, waiting], [0, 0, 0]);
      } finally {
        client.close();
      }
    });

  Deno.test(`our client and ${name}: every method`, { ignore }, async () => {
    await withClient(async (client, origin) => {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const response = await client.request(`${origin}/request`, { method });
        assertEquals((await response.body.json<{ method: string }>()).method, method);
      }
    });
  });

  for (const route of ["bytes", "stream"]) {
    Deno.test(
      `our client and ${name}: responses of every size from /${route}`,
      { ignore },
      async () => {
        await withClient(async (client, origin) => {
          for (const size of SIZES) {
            const record = await client.request(`${origin}/${route}/${size}`);
            assertSameBytes(await record.body.bytes(), pattern(size));
            const response = await client.fetch(`${origin}/${route}/${size}`);
            assertSameBytes(await response.bytes(), pattern(size));
          }
        });
      },
    );
  }

  Deno.test(`our client and ${name}: uploads of every size`, { ignore }, async () => {
    await withClient(async (client, origin) => {
      for (const size of SIZES) {
        const whole = { method: "POST", body: pattern(size) };
        const echoed = await client.request(`${origin}/echo`, whole);
        assertSameBytes(await echoed.body.bytes(), pattern(size));
        const streamed = { method: "POST", body: new Blob([pattern(size)]).stream() };
        const response = await client.fetch(`${origin}/echo`, streamed);
        assertSameBytes(await response.bytes(), pattern(size));
      }
    });
  });

  Deno.test(`our client and ${name}: HEAD, 204 and 304 have no body`, { ignore }, async () => {
    await withClient(async (client, origin) => {
      const head = await client.fetch(`${origin}/bytes/1234`, { method: "HEAD" });
      // RFC 9110 §9.3.2: a length that is known only once the content was made may be left out.
      assertEquals(head.headers.get("content-length") ?? "1234", "1234");
      assertEquals(await head.text(), "");
      for (const status of [204, 304]) {
        const response = await client.fetch(`${origin}/status/${status}`);
        assertEquals([response.status, response.body], [status, null]);
      }
    });
  });

  Deno.test(`our client and ${name}: one connection for requests in turn`, { ignore }, async () => {
    await withClient(async (client, origin) => {
      const reused: boolean[] = [];
      for (const path of ["/", "/bytes/70000", "/stream/70000", "/"]) {
        const response = await client.request(origin + path);
        await response.body.bytes();
        reused.push(response.timings.reused);
      }
      assertEquals(reused, [false, true, true, true]);
    });
  });

  Deno.test(`our client and ${name}: 200 requests at once`, { ignore }, async () => {
    await withClient(async (client, origin) => {
      const sizes = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
        const response = await client.fetch(`${origin}/bytes/${index}`);
        return (await response.bytes()).length;
      }));
      assertEquals(sizes, Array.from({ length: 200 }, (_, index) => index));
    });
  });

  Deno.test(
    `our client and ${name}: an upload that waits for 100 Continue`,
    { ignore },
    async () => {
      await withClient(async (client, origin) => {
        const options = { method: "POST", body: "hello", expectContinue: true };
        const response = await client.request(`${origin}/echo`, options);
        assertEquals(await response.body.text(), "hello");
      });
    },
  );

  Deno.test(
    `our client and ${name}: a body given up halfway harms nothing`,
    { ignore },
    async () => {
      await withClient(async (client, origin) => {
        for (let round = 0; round < 3; round++) {
          const response = await client.fetch(`${origin}/stream/5000000`);
          const reader = response.body!.getReader();
          await reader.read();
          await reader.cancel();
          assertEquals(await (await client.fetch(`${origin}/`)).text(), "hello");
        }
      });
    },
  );

  Deno.test(`our client and ${name}: an aborted request`, { ignore }, async () => {
    await withClient(async (client, origin) => {
      const aborter = new AbortController();
      const response = await client.fetch(`${origin}/stream/5000000`, { signal: aborter.signal });
      const reader = response.body!.getReader();
      await reader.read();
      aborter.abort(new Error("enough"));
      await assertRejects(
        async () => {
          for (;;) if ((await reader.read()).done) break;
        },
        Error,
        "enough",
      );
      assertEquals(await (await client.fetch(`${origin}/`)).text(), "hello");
    });
  });
}

Deno.test(
  "our client and node:http: what only Node's server sends",
  { ignore: NODE === "" },
  async () => {
    await withNodeServer(async (origin) => {
      const client = new Client();
      try {
        const hints: unknown[] = [];
        const hinted = await client.request(`${origin}/hints`, {
          onInformational: ({ status, headers }) => hints.push([status, headers.get("link")]),
        });
        assertEquals(await hinted.body.text(), "hinted");
        assertEquals(hints, [[103, "</style.css>; rel=preload"]]);

        const trailed = await client.request(`${origin}/trailers`);
        assertEquals(await trailed.body.text(), "body");
        assertEquals(trailed.trailers?.get("x-checksum"), "abc");

        const redirected = await client.fetch(`${origin}/redirect`);
        assert(redirected.redirected && redirected.url === `${origin}/request`);
        await redirected.body?.cancel();

        assertEquals(await (await client.fetch(`${origin}/close`)).text(), "closing");
        const fresh = await client.request(`${origin}/`);
        assertEquals([fresh.timings.reused, await fresh.body.text()], [false, "hello"]);

        const cut = await client.request(`${origin}/cut`);
        await assertRejects(() => cut.body.text());
      } finally {
        client.close();
      }
    });
  },
);

async function withDenoServe(
  run: (origin: string) => Promise<void>,
  pair?: { readonly cert: string; readonly key: string },
): Promise<void> {
  const options = {
    ...pair,
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }),
  };
  const server = Deno.serve(options, nativeSampleHandler);
  try {
    const { port } = server.addr;
    await run(pair === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`);
  } finally {
    await server.shutdown();
  }
}
