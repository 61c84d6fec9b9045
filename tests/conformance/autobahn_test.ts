import { assertEquals } from "../support/assert.ts";
import { autobahn, type Side, WSTEST } from "./autobahn.ts";

// Cases 12 and 13 take minutes: with AUTOBAHN=all they are run, too.
const isFull = Deno.env.get("AUTOBAHN") === "all";
const FEW = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*", "12.1.1", "13.3.1"];
const CASES = isFull ? ["*"] : FEW;
const COUNT = isFull ? 517 : 303;
const SIDES: readonly Side[] = ["server", "client"];

Deno.test({
  name: `Autobahn finds nothing wrong, with the server or the client, in ${COUNT} cases each`,
  ignore: WSTEST === undefined,
  fn: async (test) => {
    const runs = SIDES.map((side) => [side, autobahn(side, CASES)] as const);
    for (const [side, run] of runs) {
      const { bad, notes, counts } = await run;
      await test.step(side, () => {
        assertEquals(bad, 0, notes.join("\n"));
        const informational = counts.get("INFORMATIONAL") ?? 0;
        // 7.1.6, 7.13.1 and 7.13.2 are that by the suite's own word, whatever is done.
        assertEquals([informational, (counts.get("OK") ?? 0) + informational], [3, COUNT]);
      });
    }
  },
});
