import * as life from "../../http1/proto/lifecycle.ts";
import { assertEquals } from "../support/assert.ts";

const STATES = ["idle", "body", "done", "switched", "closed", "failed"];
const EVENTS = ["head", "whole", "interim", "data", "end", "next", "last", "switch", "fail"];

/** Every way there is; what is not here is refused. */
const REQUESTS = new Map([
  ["idle head", "body"],
  ["idle whole", "done"],
  ["idle last", "closed"],
  ["idle fail", "failed"],
  ["body data", "body"],
  ["body end", "done"],
  ["body fail", "failed"],
  ["done next", "idle"],
  ["done last", "closed"],
  ["done switch", "switched"],
  ["done fail", "failed"],
  ["closed last", "closed"],
  ["closed fail", "failed"],
  ["failed fail", "failed"],
]);
const RESPONSES = new Map([...REQUESTS, ["idle switch", "switched"], ["idle interim", "idle"]]);
RESPONSES.delete("done switch");

for (
  const [name, half, expected] of [
    ["requests", life.REQUESTS, REQUESTS],
    ["responses", life.RESPONSES, RESPONSES],
  ] as const
) {
  Deno.test(`the half that carries ${name} goes these ways and no other`, () => {
    for (const [state, from] of STATES.entries()) {
      for (const [event, by] of EVENTS.entries()) {
        const to = life.transition(half, state, event);
        const actual = to === life.ILLEGAL ? undefined : life.stateName(to);
        assertEquals([from, by, actual], [from, by, expected.get(`${from} ${by}`)]);
      }
    }
  });
}

Deno.test("states and events have the numbers that the names above stand for", () => {
  assertEquals(
    [life.IDLE, life.BODY, life.DONE, life.SWITCHED, life.CLOSED, life.FAILED],
    [0, 1, 2, 3, 4, 5],
  );
  assertEquals(
    [
      ...[life.ON_HEAD, life.ON_WHOLE, life.ON_INTERIM, life.ON_DATA, life.ON_END],
      ...[life.ON_NEXT, life.ON_LAST, life.ON_SWITCH, life.ON_FAIL],
    ],
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
});
