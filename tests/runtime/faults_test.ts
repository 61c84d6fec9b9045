import { completeFaults } from "../../runtime/memory/faults.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("a script without faults is a loopback socket", () => {
  const faults = completeFaults();
  assertEquals(faults.latencyMs, 0);
  assertEquals(faults.capacityBytes, 65_536);
  assertEquals(faults.resetAfterBytes, Infinity);
  assert(Object.isFrozen(faults));
});

Deno.test("a later script wins over an earlier one, and undefined over none", () => {
  const faults = completeFaults({ latencyMs: 5, maxReadBytes: 7 }, undefined, {
    latencyMs: 9,
    maxReadBytes: undefined,
  });
  assertEquals([faults.latencyMs, faults.maxReadBytes], [9, 7]);
});
