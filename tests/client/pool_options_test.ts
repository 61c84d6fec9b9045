import { parsePoolOptions, type PoolOptions } from "../../client/pool_options.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("pool options have defaults", () => {
  assertEquals(parsePoolOptions({}), {
    maxConnectionsPerOrigin: 128,
    maxMultiplexedPerOrigin: 1,
    maxConnections: 1_024,
    maxWaiting: 65_536,
    maxRequestsPerConnection: Infinity,
    maxConnectionAgeMs: 600_000,
    coalesce: true,
  });
});

Deno.test("pool options are taken as given", () => {
  const { maxWaiting, maxConnectionAgeMs, coalesce } = parsePoolOptions({
    maxWaiting: 1,
    maxConnectionAge: 0.5,
    coalesce: false,
  });
  assertEquals([maxWaiting, maxConnectionAgeMs, coalesce], [1, 0.5, false]);
});

Deno.test("pool options refuse what is not positive, and counts that are no whole numbers", () => {
  const wrong: PoolOptions[] = [
    { maxConnections: 0 },
    { maxConnectionsPerOrigin: 1.5 },
    { maxMultiplexedPerOrigin: 0 },
    { maxWaiting: -1 },
    { maxRequestsPerConnection: NaN },
    { maxConnectionAge: 0 },
  ];
  for (const options of wrong) {
    assertThrows(() => parsePoolOptions(options), RangeError, `options.${Object.keys(options)[0]}`);
  }
});
