import type { Lease } from "../../client/lease.ts";
import { PoolHold } from "../../client/pool_hold.ts";
import { assertEquals } from "../support/assert.ts";

interface Fake {
  readonly lease: Lease;
  readonly calls: string[];
}

function fake(): Fake {
  const calls: string[] = [];
  const transport = { ref: () => calls.push("ref"), unref: () => calls.push("unref") };
  const lease = { lent: 0, held: true, connection: { transport } } as unknown as Lease;
  return { lease, calls };
}

Deno.test("connections are let go together when no request is left, and held again when lent", () => {
  const hold = new PoolHold();
  const [first, second] = [fake(), fake()];
  for (const { lease } of [first, second]) {
    hold.add(lease);
    hold.lend(lease);
  }
  hold.takeBack(first.lease);
  hold.letGo();
  assertEquals(first.calls, []); // the other one still carries something
  hold.takeBack(second.lease);
  hold.letGo();
  assertEquals([first.calls, second.calls], [["unref"], ["unref"]]);
  hold.lend(first.lease);
  assertEquals(first.calls, ["unref", "ref"]);
});

Deno.test("a connection that is gone holds nothing, whatever was on it", () => {
  const hold = new PoolHold();
  const [first, second] = [fake(), fake()];
  hold.add(first.lease);
  for (let count = 0; count < 3; count++) hold.lend(first.lease);
  hold.add(second.lease);
  hold.remove(first.lease);
  hold.takeBack(first.lease); // has come too late
  hold.letGo();
  assertEquals([first.calls, second.calls], [[], ["unref"]]);
});
