/**
 * One connection, one request at a time: how long each takes. Prints one line of JSON.
 * `--port=N --requests=N`.
 *
 * @module
 */

import { argument, say } from "../support/child.ts";
import { percentile } from "../support/statistics.ts";

const requests = Number(argument("requests", "10000"));
const connection = await Deno.connect({
  hostname: "127.0.0.1",
  port: Number(argument("port", "0")),
});
connection.setNoDelay(true);
const request = new TextEncoder().encode("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
const buffer = new Uint8Array(16 * 1024);
for (let index = 0; index < 2000; index++) await exchange();
const times = new Float64Array(requests);
for (let index = 0; index < requests; index++) {
  const start = performance.now();
  await exchange();
  times[index] = performance.now() - start;
}
connection.close();
say(JSON.stringify({ p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) }));

/** The whole response comes in one read: it is smaller than a segment. */
async function exchange(): Promise<void> {
  await connection.write(request);
  if (await connection.read(buffer) === null) throw new Error("The server closed the connection");
}
