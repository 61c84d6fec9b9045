import { assertEquals } from "../support/assert.ts";
import { autobahn, type Side, WSTEST } from "./autobahn.ts";

// Cases 9, 12 and 13 take minutes: `deno run -A tests/conformance/autobahn.ts` runs all.
const CASES = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*", "12.1.1", "13.3.1"];

for (const side of ["server", "client"] satisfies Side[]) {
  Deno.test({
    name: `Autobahn finds nothing wrong with the ${side}`,
    ignore: WSTEST === undefined,
    fn: async () => {
      const { bad, notes, counts } = await autobahn(side, CASES);
      assertEquals(bad, 0, notes.join("\n"));
      assertEquals((counts.get("OK") ?? 0) > 240, true);
    },
  });
}
