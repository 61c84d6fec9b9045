import { Client, type ClientOptions } from "@avx/client";
import { assertEquals } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { assertSameBytes, pattern } from "../support/sample_bytes.ts";
import { WEB_SERVERS, type WebOrigins } from "../support/web_servers.ts";

const FILES = { "small.txt": pattern(1_000), "large.bin": pattern(3_000_000) };

type Case = readonly [
  name: string,
  origin: keyof WebOrigins,
  protocol: "http/1.1" | "h2",
  options: ClientOptions,
];

const CASES: readonly Case[] = [
  ["in clear text", "plain", "http/1.1", {}],
  ["over TLS", "secure", "h2", {}],
  ["over TLS by HTTP/1.1", "secure", "http/1.1", { protocol: "http/1.1" }],
];

for (const { name, isHere, around } of WEB_SERVERS) {
  for (const [how, origin, protocol, options] of CASES) {
    Deno.test(`our client and ${name} ${how}`, { ignore: !isHere }, async () => {
      await around(FILES, async (origins) => {
        const client = new Client({ tls: { caCerts: [CA_CERT] }, ...options });
        try {
          const root = origins[origin];
          for (let turn = 0; turn < 3; turn++) {
            const response = await client.request(`${root}/small.txt`);
            assertEquals([response.status, response.protocol], [200, protocol]);
            assertSameBytes(await response.body.bytes(), FILES["small.txt"]);
            assertEquals(response.timings.reused, turn > 0);
          }
          const whole = await client.fetch(`${root}/large.bin`);
          assertSameBytes(await whole.bytes(), FILES["large.bin"]);

          const head = await client.request(`${root}/large.bin`, { method: "HEAD" });
          assertEquals(head.headers.get("content-length"), "3000000");
          assertEquals((await head.body.bytes()).length, 0);

          const etag = whole.headers.get("etag") ?? "";
          const same = await client.request(`${root}/large.bin`, {
            headers: { "if-none-match": etag },
          });
          assertEquals([same.status, (await same.body.bytes()).length], [304, 0]);

          const range = await client.request(`${root}/large.bin`, {
            headers: { range: "bytes=1000-1999" },
          });
          assertEquals(range.status, 206);
          assertSameBytes(await range.body.bytes(), FILES["large.bin"].subarray(1_000, 2_000));

          const missing = await client.request(`${root}/missing`);
          assertEquals(missing.status, 404);
          await missing.body.bytes();

          const statuses = await Promise.all(Array.from({ length: 50 }, async () => {
            const response = await client.request(`${root}/small.txt`);
            return (await response.body.bytes()).length;
          }));
          assertEquals(statuses, new Array(50).fill(1_000));
        } finally {
          client.close();
        }
      });
    });
  }
}
