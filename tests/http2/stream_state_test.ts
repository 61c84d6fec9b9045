import { assertEquals } from "../support/assert.ts";
import { Pair } from "./cores.ts";
import * as life from "../../http2/proto/stream_state.ts";

/** The table as RFC 9113 §5.1 has it: a row for each state, a column for each input. */
const EXPECTED = `
                     rH rD rE rR rW rP rM rU sH sD sE sR sW sM sU
idle                 op !! !! !! !! id rr !! op -- -- -- -- rl --
reserved (local)     !! !! !! cp rl rl !! !! hr -- -- cu -- -- --
reserved (remote)    hl !! !! cp !! rr !! !! -- -- -- cu rr -- --
open                 op op hr cp op op !! op op op hl cu op -- op
half-closed (local)  hl hl ce cp hl hl !! hl -- -- -- cu hl -- --
half-closed (remote) sc sc !! cp hr hr !! !! hr hr ce cu -- -- hr
closed (ended)       cc cc !! .. .. .. !! !! -- -- -- -- -- -- --
closed (by the peer) sc sc !! .. .. .. !! !! -- -- -- -- -- -- --
closed (by us)       .. .. !! .. .. .. !! .. -- -- -- -- -- -- --
`;

const CODES: Readonly<Record<string, number>> = {
  id: life.IDLE,
  rl: life.RESERVED_LOCAL,
  rr: life.RESERVED_REMOTE,
  op: life.OPEN,
  hl: life.HALF_CLOSED_LOCAL,
  hr: life.HALF_CLOSED_REMOTE,
  ce: life.CLOSED_ENDED,
  cp: life.CLOSED_BY_PEER,
  cu: life.CLOSED_BY_US,
  "!!": life.CONNECTION_PROTOCOL_ERROR,
  "--": life.NOT_ALLOWED,
  "..": life.IGNORED,
  sc: life.STREAM_STREAM_CLOSED,
  cc: life.CONNECTION_STREAM_CLOSED,
};

Deno.test("the table is the RFC's, for every state and every input", () => {
  const rows = EXPECTED.trimEnd().split("\n").slice(2);
  assertEquals(rows.length, life.STATE_COUNT);
  for (const [state, row] of rows.entries()) {
    const cells = row.slice(21).trim().split(/ +/);
    assertEquals(cells.length, life.INPUT_COUNT);
    for (const [input, cell] of cells.entries()) {
      assertEquals(life.transition(state, input), CODES[cell], `${row.slice(0, 20)} ${input}`);
    }
  }
});

Deno.test("each state has a name of its own and knows its halves", () => {
  const states = Array.from({ length: life.STATE_COUNT }, (_, state) => state);
  assertEquals(new Set(states.map(life.stateName)).size, life.STATE_COUNT);
  assertEquals(states.filter(life.isClosed), [6, 7, 8]);
  assertEquals(states.filter(life.isRemoteOpen), [life.OPEN, life.HALF_CLOSED_LOCAL]);
});

Deno.test("both ends of a pair walk through the states together", () => {
  const pair = new Pair();
  const id = pair.post();
  pair.run();
  assertEquals([pair.client.streamState(id), pair.server.streamState(id)], ["open", "open"]);
  pair.client.sendEnd(id);
  pair.run();
  assertEquals(pair.client.streamState(id), "half-closed (local)");
  assertEquals(pair.server.streamState(id), "half-closed (remote)");
  pair.server.sendWhole(id, 200, [], "hi");
  pair.run();
  assertEquals(pair.client.streamState(id), "closed (ended)");
  assertEquals(pair.server.streamState(id), "closed (ended)");
  assertEquals(pair.server.streamState(id + 2), "idle");
});
