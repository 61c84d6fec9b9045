import { text } from "@avx/semantics/web";
import { assertEquals } from "../support/assert.ts";
import { CountingClock } from "../support/counting_clock.ts";
import { until } from "../support/deadline.ts";
import { get, RawConnection } from "../support/raw_connection.ts";
import { serving } from "../support/serving.ts";

const REQUESTS = 20_000;
const CONNECTIONS = 8;

Deno.test("20,000 requests leave no connection and no timer behind", async () => {
  const clock = new CountingClock();
  let served = 0;
  await serving(async (request) => {
    served++;
    // Every third is asynchronous, every fourth streams, so that every path is walked.
    if (served % 3 === 0) await Promise.resolve();
    return served % 4 === 0 ? new Response(`native ${request.method}`) : text("fast GET");
  }, async ({ port, connections }) => {
    await soak(port, REQUESTS);
    await until(() => connections() === 0);
    await until(() => clock.pending === 0);
  }, { clock, withinMs: 60_000 });
  assertEquals(served, REQUESTS);
  assertEquals(clock.pending, 0);
});

Deno.test("1,000 connections, a request each, leave none behind", async () => {
  const clock = new CountingClock();
  await serving(() => text("GET"), async ({ port, connections }) => {
    for (let batch = 0; batch < 20; batch++) await soak(port, 50, 50);
    await until(() => connections() === 0);
    await until(() => clock.pending === 0);
  }, { clock, withinMs: 60_000 });
});

/** Sends `requests` over `count` connections at once, a request at a time on each. */
async function soak(port: number, requests: number, count = CONNECTIONS): Promise<void> {
  await Promise.all(Array.from({ length: count }, async () => {
    const peer = await RawConnection.open(port);
    try {
      for (let sent = 0; sent < requests / count; sent++) {
        await peer.write(get("/"));
        await peer.readUntil("GET");
      }
    } finally {
      peer.close();
    }
  }));
}
