import { assert, assertEquals, assertGreater, assertLess } from "../support/assert.ts";
import { BandwidthEstimate } from "../../http2/proto/bandwidth_estimate.ts";
import { Pair, sent } from "./cores.ts";

Deno.test("windows grow to twice of what comes within a round trip, up to their limits", () => {
  const estimate = new BandwidthEstimate(100, 50, 1000, 300);
  estimate.begin(0);
  estimate.count(60, 0);
  estimate.end();
  assertEquals([estimate.connectionBytes, estimate.streamBytes], [120, 120]);
  estimate.begin(0);
  estimate.count(5000, 0);
  estimate.end();
  assertEquals([estimate.connectionBytes, estimate.streamBytes], [1000, 300]);
  assertEquals([estimate.canGrow, estimate.count(5000, 1000)], [false, false]);
});

Deno.test("windows never shrink, and what came before a measurement does not count", () => {
  const estimate = new BandwidthEstimate(100, 50, 1000, 300);
  estimate.count(5000, 0);
  estimate.begin(0);
  estimate.count(1, 0);
  estimate.end();
  assertEquals([estimate.connectionBytes, estimate.streamBytes], [100, 50]);
});

Deno.test("a measurement begins behind some content, not while one runs, and after a pause", () => {
  const estimate = new BandwidthEstimate(800, 800, 10_000, 10_000);
  assertEquals([estimate.count(99, 0), estimate.count(1, 0)], [false, true]);
  estimate.begin(0);
  assertEquals(estimate.count(500, 50), false);
  estimate.end();
  assertEquals([estimate.count(500, 99), estimate.count(0, 100)], [false, true]);
});

/** Uploads for some round trips of 50 ms and says how many bytes came in each. */
function upload(maxBytes: number, trips: number): number[] {
  const window = 65_535;
  const pair = new Pair({
    limits: {
      streamWindowBytes: window,
      connectionWindowBytes: window,
      maxStreamWindowBytes: maxBytes,
      maxConnectionWindowBytes: maxBytes,
    },
  });
  const id = pair.post();
  pair.client.sendData(id, new Uint8Array(32 * 1024 * 1024));
  const counts: number[] = [];
  for (let trip = 0; trip < trips; trip++) {
    const toServer = sent(pair.client);
    const toClient = sent(pair.server);
    pair.now += 25;
    if (toServer.length > 0) pair.server.receive(toServer, pair.now);
    let count = 0;
    for (let event = pair.server.next(); event !== undefined; event = pair.server.next()) {
      if (event.type !== "data") continue;
      count += event.bytes.length;
      pair.server.consume(id, event.bytes.length);
    }
    if (count > 0) counts.push(count);
    if (toClient.length > 0) pair.client.receive(toClient, pair.now);
    while (pair.client.next() !== undefined);
  }
  return counts;
}

Deno.test("an upload over a long way is sped up by windows that grow, up to the limit", () => {
  const fixed = upload(65_535, 60);
  assert(Math.max(...fixed) <= 65_535);
  const grown = upload(1024 * 1024, 60);
  assertGreater(total(grown), 3 * total(fixed));
  assertGreater(Math.max(...grown), 4 * 65_535);
  assertLess(Math.max(...grown), 1024 * 1024 + 1);
});

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
