/**
 * A client that asks once, for h2specd, which calls it with a URL.
 *
 * @module
 */

import { Client } from "@avx/client";

const LINGER_MS = 400; // most cases go on after the response

const client = new Client({ protocol: "h2", timeouts: { headers: 1_500, body: 1_500 } });
try {
  const response = await client.request(Deno.args[0]);
  await response.body.text();
} catch {
  // What matters is what the server sees.
}
await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
client.close();
