/**
 * A client: one request in each of the forms that there are.
 *
 *     deno task start &
 *     deno run --allow-net examples/client.ts [origin]
 *
 * @module
 */

import { Client, StackError, TimeoutError } from "@avx/http";

const [origin = "http://127.0.0.1:8080"] = Deno.args;

const client = new Client({ timeouts: { connect: 3_000, headers: 10_000 } });

try {
  // Like the platform's fetch.
  const page = await client.fetch(`${origin}/`);
  console.log(`fetch: ${page.status}, ${(await page.text()).length} characters`);

  // The plain record underneath, with what the Web's Response cannot tell.
  const record = await client.request(`${origin}/json`);
  const { method } = await record.body.json() as { method: string };
  const connection = record.timings.reused ? "the same connection" : "a fresh connection";
  console.log(`request: ${method} over ${record.protocol}, ${connection}`);

  // A body streams while it is made, and the answer while it is read.
  const echo = await client.fetch(`${origin}/echo`, {
    method: "POST",
    body: ReadableStream.from(["streamed ", "both ", "ways"]).pipeThrough(new TextEncoderStream()),
  });
  console.log(`stream: ${await echo.text()}`);

  // Every phase can have its timeout, and so can everything together.
  await client.fetch(`${origin}/stream`, { timeout: 200 }).then((response) => response.text());
} catch (error) {
  if (error instanceof TimeoutError) console.log(`timeout: phase ${error.phase}`);
  else if (error instanceof StackError) console.log(`failed: ${error.code}: ${error.message}`);
  else throw error;
} finally {
  client.close();
}
