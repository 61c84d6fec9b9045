import { Client, type ClientOptions } from "@avx/client";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { GO, withGoServer } from "../support/foreign_server.ts";
import { NGHTTPD, withNghttpd } from "../support/nghttpd.ts";
import { NGINX, withNginx } from "../support/nginx.ts";
import { NODE, withNodeServer } from "../support/node_server.ts";
import { assertSameBytes, pattern, SIZES } from "../support/sample_bytes.ts";

// What every server has in common is in client_test.ts; this is what HTTP/2 has beyond.

const H2C: ClientOptions = { protocol: "h2" };
const TLS: ClientOptions = { tls: { caCerts: [CA_CERT] } };

async function using(
  options: ClientOptions,
  run: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client(options);
  try {
    await run(client);
    const { active, opening, waiting } = client.stats();
    assertEquals([active, opening, waiting], [0, 0, 0]);
  } finally {
    client.close();
  }
}

type Around = (run: (origin: string) => Promise<void>) => Promise<void>;

const SIGNALLING: readonly [string, boolean, Around, ClientOptions][] = [
  ["node:http2", NODE === "", (run) => withNodeServer(run, "h2"), H2C],
  ["Go", GO === "", withGoServer, TLS],
];

for (const [name, ignore, around, options] of SIGNALLING) {
  const test = (title: string, run: (client: Client, origin: string) => Promise<void>): void =>
    Deno.test(`our client and ${name}, HTTP/2: ${title}`, { ignore }, async () => {
      await around((origin) => using(options, (client) => run(client, origin)));
    });

  test("interim responses and trailers come", async (client, origin) => {
    const hints: unknown[] = [];
    const hinted = await client.request(`${origin}/hints`, {
      onInformational: ({ status, headers }) => hints.push([status, headers.get("link")]),
    });
    assertEquals([hinted.protocol, await hinted.body.text()], ["h2", "hinted"]);
    assertEquals(hints, [[103, "</style.css>; rel=preload"]]);
    const trailed = await client.request(`${origin}/trailers`);
    assertEquals(await trailed.body.text(), "body");
    assertEquals(trailed.trailers?.get("x-checksum"), "abc");
  });

  test("a reset in the midst of a body is an error of it alone", async (client, origin) => {
    const cut = await client.request(`${origin}/abort`);
    await assertRejects(() => cut.body.text());
    const next = await client.request(`${origin}/`);
    assertEquals([next.timings.reused, await next.body.text()], [true, "hello"]);
  });

  test(
    "what was asked for before a GOAWAY is answered, the rest elsewhere",
    async (client, origin) => {
      const last = client.request(`${origin}/leave`);
      const [left] = await Promise.all([last, client.request(`${origin}/bytes/9`).then(bytesOf)]);
      assertEquals(await left.body.text(), "left");
      if (name === "Go") return; // it has shut down
      const fresh = await client.request(`${origin}/`);
      assertEquals([fresh.timings.reused, await fresh.body.text()], [false, "hello"]);
    },
  );
}

async function bytesOf(response: { body: { bytes(): Promise<Uint8Array> } }): Promise<Uint8Array> {
  return await response.body.bytes();
}

const NGHTTPDS: readonly (readonly string[])[] = [
  [],
  ["--padding=255", "--trailer", "x-sum: 42"],
  ["--max-concurrent-streams=3", "--header-table-size=0", "--encoder-header-table-size=0"],
  ["--window-bits=8", "--connection-window-bits=16"],
];

for (const flags of NGHTTPDS) {
  const name = `our client and nghttpd ${flags.join(" ")}`.trim();

  Deno.test(`${name}: bodies of every size, both ways`, { ignore: NGHTTPD === "" }, async () => {
    await withNghttpd([...flags, "--echo-upload"], (origin, root) =>
      using(H2C, async (client) => {
        for (const size of SIZES) {
          await Deno.writeFile(`${root}/${size}`, pattern(size)); // it remembers files for a while
          const down = await client.request(`${origin}/${size}`);
          assertSameBytes(await down.body.bytes(), pattern(size));
          const hasTrailer = flags.includes("--trailer");
          assertEquals(down.trailers?.get("x-sum"), hasTrailer ? "42" : undefined);
          const up = await client.request(`${origin}/file`, {
            method: "POST",
            body: pattern(size),
          });
          assertSameBytes(await up.body.bytes(), pattern(size));
        }
      }));
  });

  Deno.test(
    `${name}: 300 requests at once over one connection`,
    { ignore: NGHTTPD === "" },
    async () => {
      await withNghttpd(flags, (origin, root) =>
        using(H2C, async (client) => {
          await Deno.writeFile(`${root}/file`, pattern(5_000));
          const reused = await Promise.all(Array.from({ length: 300 }, async () => {
            const { body, timings } = await client.request(`${origin}/file`);
            assertSameBytes(await body.bytes(), pattern(5_000));
            return timings.reused;
          }));
          assert(reused.length === 300 && client.stats().idle <= 1);
        }));
    },
  );
}

Deno.test(
  "our client and nghttpd: what it would push is not taken",
  { ignore: NGHTTPD === "" },
  async () => {
    await withNghttpd(["--push", "/file=/other"], (origin, root) =>
      using(H2C, async (client) => {
        await Deno.writeTextFile(`${root}/file`, "hello");
        await Deno.writeTextFile(`${root}/other`, "pushed");
        for (const path of ["/file", "/file", "/other"]) {
          const response = await client.request(origin + path);
          assertEquals(await response.body.text(), path === "/other" ? "pushed" : "hello");
        }
      }));
  },
);

Deno.test(
  "our client and nginx, HTTP/2: bodies of every size, both ways",
  { ignore: NGINX === "" },
  async () => {
    await withNginx(({ h2Origin, root }) =>
      using(TLS, async (client) => {
        for (const size of SIZES) {
          await Deno.writeFile(`${root}/file`, pattern(size));
          const down = await client.request(`${h2Origin}/file`);
          assertEquals(down.protocol, "h2");
          assertSameBytes(await down.body.bytes(), pattern(size));
          for (const body of [pattern(size), new Blob([pattern(size)]).stream()]) {
            const up = await client.request(`${h2Origin}/put/file`, { method: "PUT", body });
            assert(up.status === 201 || up.status === 204, `${up.status}`);
            await up.body.bytes();
            assertSameBytes(await Deno.readFile(`${root}/put/file`), pattern(size));
          }
        }
      })
    );
  },
);

Deno.test("our client and nginx, HTTP/2: its GOAWAY behind ten requests loses none", {
  ignore: NGINX === "",
}, async () => {
  await withNginx(({ h2Origin, root }) =>
    using(TLS, async (client) => {
      await Deno.writeFile(`${root}/file`, pattern(5_000));
      const reused: boolean[] = [];
      for (let request = 0; request < 35; request++) {
        const response = await client.request(`${h2Origin}/file`);
        assertSameBytes(await response.body.bytes(), pattern(5_000));
        reused.push(response.timings.reused);
      }
      assertEquals(reused.filter((again) => !again).length, 4);
      // At once: some are refused behind the last stream, and asked for again elsewhere.
      await Promise.all(Array.from({ length: 40 }, async () => {
        const response = await client.request(`${h2Origin}/file`);
        assertSameBytes(await response.body.bytes(), pattern(5_000));
      }));
    })
  );
});

Deno.test("our client and nginx, HTTP/2: a body given up halfway harms nothing", {
  ignore: NGINX === "",
}, async () => {
  await withNginx(({ h2Origin, root }) =>
    using(TLS, async (client) => {
      await Deno.writeFile(`${root}/file`, pattern(5_000_000));
      for (let round = 0; round < 3; round++) {
        const response = await client.request(`${h2Origin}/file`);
        for await (const _ of response.body.stream()) break;
        const head = await client.request(`${h2Origin}/file`, { method: "HEAD" });
        assertEquals([head.headers.get("content-length"), head.timings.reused], ["5000000", true]);
        await head.body.bytes();
      }
    })
  );
});

Deno.test("our client and nginx, HTTP/2: an upload that is refused before it has ended", {
  ignore: NGINX === "",
}, async () => {
  await withNginx(({ h2Origin }) =>
    using(TLS, async (client) => {
      const options = { method: "PUT", body: pattern(5 * 1024 * 1024) };
      const response = await client.request(`${h2Origin}/refuses`, options);
      assertEquals(response.status, 413);
      await response.body.bytes();
    })
  );
});
