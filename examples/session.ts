/**
 * A client with a memory: cookies between requests and from one run to the next, and a cache.
 *
 *     deno run --allow-net --allow-read=. --allow-write=. examples/session.ts [url]
 *
 * @module
 */

import { Client, CookieJar } from "@avx/http";

const [url = "https://example.com/"] = Deno.args;
const JAR = "cookies.json";

// A jar is JSON. What everybody can register names below is for `tldts` or `psl` to know:
// new CookieJar({ isPublicSuffix: (domain) => getPublicSuffix(domain) === domain })
const jar = await Deno.readTextFile(JAR)
  .then((text) => CookieJar.fromJSON(JSON.parse(text)))
  .catch(() => new CookieJar());

const client = new Client({
  cookies: jar,
  cache: { maxBytes: 16 * 1024 * 1024, collapse: true },
  redirects: "follow",
});

for (const cache of ["default", "default", "no-cache"] as const) {
  const response = await client.fetch(url, { cache });
  const { length } = await response.text();
  console.log(`${response.status}, ${length} characters: ${response.headers.get("cache-status")}`);
}

await Deno.writeTextFile(JAR, JSON.stringify(jar));
console.log(`${jar.size} cookies in ${JAR}`);
client.close();
