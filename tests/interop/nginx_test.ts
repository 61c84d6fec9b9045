import { Client } from "@avx/client";
import { assert, assertEquals } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { NGINX, type NginxFacts, withNginx } from "../support/nginx.ts";
import { assertSameBytes, pattern, SIZES } from "../support/sample_bytes.ts";

const ignore = NGINX === "";

async function withClient(
  run: (client: Client, nginx: NginxFacts) => Promise<void>,
): Promise<void> {
  await withNginx(async (nginx) => {
    const client = new Client({ tls: { caCerts: [CA_CERT] } });
    try {
      await run(client, nginx);
    } finally {
      client.close();
    }
  });
}

Deno.test(
  "our client and nginx: files of every size, in clear text and over TLS",
  { ignore },
  async () => {
    await withClient(async (client, { origin, tlsOrigin, root }) => {
      for (const size of SIZES) {
        await Deno.writeFile(`${root}/file`, pattern(size));
        for (const from of [origin, tlsOrigin]) {
          const response = await client.request(`${from}/file`);
          assertEquals(response.status, 200);
          assertSameBytes(await response.body.bytes(), pattern(size));
        }
      }
    });
  },
);

Deno.test("our client and nginx: uploads with a length and chunked", { ignore }, async () => {
  await withClient(async (client, { origin, tlsOrigin, root }) => {
    for (const size of SIZES) {
      for (const to of [origin, tlsOrigin]) {
        for (const body of [pattern(size), new Blob([pattern(size)]).stream()]) {
          const response = await client.fetch(`${to}/put/file`, { method: "PUT", body });
          await response.body?.cancel();
          assert(response.status === 201 || response.status === 204, `${response.status}`);
          assertSameBytes(await Deno.readFile(`${root}/put/file`), pattern(size));
        }
      }
    }
  });
});

Deno.test(
  "our client and nginx: a connection is replaced when nginx ends it",
  { ignore },
  async () => {
    await withClient(async (client, { origin, root }) => {
      await Deno.writeTextFile(`${root}/file`, "hello");
      const reused: boolean[] = [];
      for (let request = 0; request < 25; request++) {
        const response = await client.request(`${origin}/file`);
        assertEquals(await response.body.text(), "hello");
        reused.push(response.timings.reused);
      }
      // `keepalive_requests 10`: three connections.
      assertEquals(reused.filter((again) => !again).length, 3);
    });
  },
);

Deno.test(
  "our client and nginx: ranges, conditions, redirects and errors",
  { ignore },
  async () => {
    await withClient(async (client, { origin, root }) => {
      await Deno.writeTextFile(`${root}/file`, "0123456789");
      const part = await client.fetch(`${origin}/file`, { headers: { range: "bytes=2-5" } });
      assertEquals([part.status, await part.text()], [206, "2345"]);
      const first = await client.fetch(`${origin}/file`);
      await first.body?.cancel();
      const etag = first.headers.get("etag") ?? "";
      const again = await client.fetch(`${origin}/file`, { headers: { "if-none-match": etag } });
      assertEquals([again.status, again.body], [304, null]);
      const moved = await client.fetch(`${origin}/moved`);
      assertEquals([moved.status, moved.redirected, await moved.text()], [200, true, "0123456789"]);
      const missing = await client.fetch(`${origin}/missing`);
      assertEquals(missing.status, 404);
      await missing.body?.cancel();
    });
  },
);

Deno.test(
  "our client and nginx: an upload that is refused before it has ended",
  { ignore },
  async () => {
    await withClient(async (client, { origin }) => {
      for (const expectContinue of [true, false]) {
        const body = pattern(5 * 1024 * 1024);
        const options = { method: "PUT", body, expectContinue };
        const response = await client.request(`${origin}/refuses`, options);
        assertEquals(response.status, 413);
        await response.body.bytes();
      }
    });
  },
);

Deno.test("our client and nginx: a unix socket", { ignore }, async () => {
  await withNginx(async ({ socketPath, root }) => {
    await Deno.writeTextFile(`${root}/file`, "over a socket");
    const client = new Client({ socketPath });
    try {
      assertEquals(await (await client.fetch("http://nginx.test/file")).text(), "over a socket");
    } finally {
      client.close();
    }
  });
});
