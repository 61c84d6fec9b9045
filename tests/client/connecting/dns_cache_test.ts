import { DnsCache } from "../../../client/connecting/dns_cache.ts";
import { type DnsOptions, parseDnsOptions } from "../../../client/connecting/dns_options.ts";
import { assertEquals } from "../../support/assert.ts";

const A = ["192.0.2.1"];

function cache(options: DnsOptions = {}): DnsCache {
  return new DnsCache(parseDnsOptions(options));
}

function tagAt(known: DnsCache, now: number, hostname = "a.example"): string {
  return known.look(hostname, now).tag;
}

Deno.test("DNS cache gives an answer for as long as it is good, and not longer", () => {
  const known = cache();
  assertEquals(tagAt(known, 0), "unknown");
  known.store("a.example", { addresses: A, ttlMs: 5_000 }, 1_000);
  assertEquals(known.look("a.example", 5_999), { tag: "fresh", addresses: A });
  assertEquals(known.look("a.example", 6_000), { tag: "unknown", stale: undefined });
  assertEquals(known.size, 0);
});

Deno.test("DNS cache keeps within the least and the longest time", () => {
  const known = cache({ minTtl: 1_000, maxTtl: 2_000, defaultTtl: 1_500 });
  const lives: [told: number | undefined, life: number][] = [
    [0, 1_000],
    [999, 1_000],
    [1_200, 1_200],
    [2_001, 2_000],
    [Infinity, 2_000],
    [undefined, 1_500],
  ];
  for (const [ttlMs, life] of lives) {
    known.store("a.example", { addresses: A, ttlMs }, 0);
    assertEquals([tagAt(known, life - 1), tagAt(known, life)], ["fresh", "unknown"]);
  }
});

Deno.test("DNS cache uses nothing twice that is good for no time", () => {
  const known = cache();
  known.store("a.example", { addresses: A, ttlMs: 0 }, 0);
  assertEquals(tagAt(known, 0), "unknown");
});

Deno.test("DNS cache remembers for a while that a name does not exist", () => {
  const known = cache({ negativeTtl: 500 });
  known.store("a.example", { addresses: [] }, 0);
  assertEquals([tagAt(known, 499), tagAt(known, 500)], ["missing", "unknown"]);
});

Deno.test("DNS cache keeps what is over for those whose question fails", () => {
  const known = cache({ staleIfError: 1_000 });
  known.store("a.example", { addresses: A, ttlMs: 100 }, 0);
  assertEquals(known.look("a.example", 1_099), { tag: "unknown", stale: A });
  assertEquals(known.look("a.example", 1_100), { tag: "unknown", stale: undefined });
  known.store("b.example", { addresses: [], ttlMs: 100 }, 0);
  assertEquals(known.look("b.example", 1_001), { tag: "unknown", stale: undefined });
});

Deno.test("DNS cache drops the name that was not used for longest", () => {
  const known = cache({ maxEntries: 2 });
  known.store("a.example", { addresses: A }, 0);
  known.store("b.example", { addresses: A }, 0);
  known.look("a.example", 1);
  known.store("c.example", { addresses: A }, 0);
  const tags = ["a", "b", "c"].map((name) => tagAt(known, 1, `${name}.example`));
  assertEquals(tags, ["fresh", "unknown", "fresh"]);
});

Deno.test("DNS cache forgets what led nowhere, and with no entries all of it", () => {
  const known = cache();
  known.store("a.example", { addresses: A }, 0);
  known.forget("a.example");
  assertEquals(tagAt(known, 0), "unknown");
  const none = cache({ maxEntries: 0 });
  none.store("a.example", { addresses: A }, 0);
  none.forget("a.example");
  assertEquals([tagAt(none, 0), none.size], ["unknown", 0]);
});

Deno.test("DNS cache puts first what took a connection, for as long as the answer is good", () => {
  const known = cache();
  const [a, b, c] = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
  known.store("a.example", { addresses: [a, b, c], ttlMs: 1_000 }, 0);
  known.prefer("a.example", c);
  assertEquals(known.look("a.example", 999), { tag: "fresh", addresses: [c, a, b] });
  known.prefer("a.example", "192.0.2.9");
  known.prefer("b.example", a);
  cache({ maxEntries: 0 }).prefer("a.example", a);
  assertEquals(known.look("a.example", 999), { tag: "fresh", addresses: [c, a, b] });
  assertEquals([tagAt(known, 1_000), tagAt(known, 0, "b.example")], ["unknown", "unknown"]);
});
