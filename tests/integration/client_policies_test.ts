/**
 * Cookies, redirects, codings and the cache of our client together, against our server.
 *
 * @module
 */

import { Client, type ClientProtocol } from "@avx/client";
import type { Handler } from "@avx/semantics/handler";
import { formatSetCookie, parseCookieField } from "@avx/semantics/cookies";
import { assertEquals } from "../support/assert.ts";
import { serving } from "../support/serving.ts";

const PAGE = "a page ".repeat(1000);

/** A site with a log-in, whose pages are each user's own. */
function site(seen: string[]): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url);
    const user = parseCookieField(request.headers.get("cookie") ?? "")
      .find(({ name }) => name === "user")?.value;
    seen.push(`${request.method} ${pathname} ${user ?? "-"}`);
    if (pathname === "/login") {
      const value = await request.text();
      const cookie = formatSetCookie({ name: "user", value, path: "/", httpOnly: true });
      return new Response(null, { status: 303, headers: { location: "/", "set-cookie": cookie } });
    }
    if (user === undefined) return new Response("who?", { status: 403 });
    const etag = `"${user} ${request.headers.get("accept-encoding")}"`;
    const headers = {
      etag,
      vary: "cookie, accept-encoding",
      "cache-control": "private, max-age=60",
    };
    if (request.headers.get("if-none-match") === etag) {
      return new Response(null, { status: 304, headers });
    }
    const text = `${user}: ${PAGE}`;
    if (!request.headers.get("accept-encoding")?.includes("gzip")) {
      return new Response(text, { headers });
    }
    const body = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Response(body, { headers: { ...headers, "content-encoding": "gzip" } });
  };
}

for (const protocol of ["http/1.1", "h2"] satisfies ClientProtocol[]) {
  Deno.test(`cookies, redirects, codings and a cache work together over ${protocol}`, async () => {
    const seen: string[] = [];
    await serving(site(seen), async ({ origin }) => {
      const options = { protocol, baseUrl: origin, cookies: true, cache: true } as const;
      const client = new Client(options);
      assertEquals((await client.fetch("/")).status, 403);
      for (const user of ["ada", "bob"]) {
        const response = await client.fetch("/login", { method: "POST", body: user });
        assertEquals([response.url, response.redirected], [`${origin}/`, true]);
        assertEquals(await response.text(), `${user}: ${PAGE}`);
        const again = await client.fetch("/");
        assertEquals(again.headers.get("cache-status")?.startsWith("avx; hit"), true);
        assertEquals(await again.text(), `${user}: ${PAGE}`);
      }
      const validated = await client.fetch("/", { cache: "no-cache" });
      assertEquals(validated.headers.get("cache-status")?.includes("fwd-status=304"), true);
      assertEquals(await validated.text(), `bob: ${PAGE}`);
      const plain = await client.request("/", { headers: { cookie: "user=ada" } });
      assertEquals(await plain.body.text(), `ada: ${PAGE}`);
      client.close();
    });
    assertEquals(seen, [
      "GET / -",
      "POST /login -",
      "GET / ada",
      "POST /login ada",
      "GET / bob",
      "GET / bob",
      "GET / ada",
    ]);
  });
}
