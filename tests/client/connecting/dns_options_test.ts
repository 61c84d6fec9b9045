import { parseDnsOptions } from "../../../client/connecting/dns_options.ts";
import { assertEquals, assertThrows } from "../../support/assert.ts";

Deno.test("DNS options have defaults", () => {
  assertEquals(parseDnsOptions(), {
    resolve: undefined,
    maxEntries: 1_000,
    defaultTtlMs: 30_000,
    minTtlMs: 0,
    maxTtlMs: 300_000,
    negativeTtlMs: 1_000,
    staleIfErrorMs: 0,
  });
});

Deno.test("DNS options take what they are given", () => {
  const resolve = (): readonly string[] => [];
  const options = {
    resolve,
    maxEntries: 0,
    defaultTtl: 1,
    minTtl: 2,
    maxTtl: Infinity,
    negativeTtl: 0,
    staleIfError: 3,
  };
  assertEquals(parseDnsOptions(options), {
    resolve,
    maxEntries: 0,
    defaultTtlMs: 1,
    minTtlMs: 2,
    maxTtlMs: Infinity,
    negativeTtlMs: 0,
    staleIfErrorMs: 3,
  });
});

Deno.test("DNS options refuse times and counts below zero", () => {
  const names = ["maxEntries", "defaultTtl", "minTtl", "maxTtl", "negativeTtl", "staleIfError"];
  for (const name of names) {
    for (const value of [-1, NaN]) {
      assertThrows(() => parseDnsOptions({ [name]: value }), RangeError, `options.dns.${name}`);
    }
  }
  assertThrows(() => parseDnsOptions({ minTtl: 2, maxTtl: 1 }), RangeError, "minTtl");
});
