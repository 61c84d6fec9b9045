import { Client, type ClientOptions } from "@avx/client";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { text } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { assert, assertEquals } from "../support/assert.ts";

const REQUESTS = 50;
const ROUND_TRIP_MS = 50;
const LATENCY = { latencyMs: ROUND_TRIP_MS / 2 };

Deno.test("50 requests at once take at most half of what six connections of HTTP/1.1 take", async () => {
  const http1Ms = await timeOf({ protocol: "http/1.1", maxConnectionsPerOrigin: 6 });
  const http2Ms = await timeOf({ protocol: "h2" });
  // One round trip to connect, and one for all requests, or for each sixth of them.
  assertEquals([http1Ms, http2Ms], [10 * ROUND_TRIP_MS, 2 * ROUND_TRIP_MS]);
  assert(http2Ms * 2 <= http1Ms);
});

/** How long 50 requests take, from the first connection on, in ms. */
async function timeOf(options: ClientOptions): Promise<number> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({
    clock,
    plan: () => ({ delayMs: ROUND_TRIP_MS, faults: LATENCY }),
  });
  const place = { hostname: "a.example", port: 80 };
  const server = serve({ onListen: () => {}, network, clock, ...place }, () => text("x"));
  const client = new Client({ network, clock, ...options });
  let [answered, endedAt] = [0, 0];
  const start = clock.now();
  for (let count = 0; count < REQUESTS; count++) {
    client.fetch("http://a.example/").then((response) => response.text()).then(() => {
      answered++;
      endedAt = clock.now();
    });
  }
  while (answered < REQUESTS) await clock.advance(1);
  client.close();
  await clock.settle();
  const closing = server.shutdown({ graceMs: 0 });
  await clock.advance(10_000);
  await closing;
  return endedAt - start;
}
