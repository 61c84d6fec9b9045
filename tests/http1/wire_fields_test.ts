import { WireFields } from "../../http1/proto/wire_fields.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

const TEXT =
  "Host: a.example\r\nAccept:text/html\r\nX-Empty:\t \r\nACCEPT: \t*/*;q=0.1 \t\r\nN: \u00e9\r\n";

function fields(): WireFields {
  return new WireFields(bytesOf(`>>>${TEXT}\r\n`), 3, 5);
}

Deno.test("lines keep their order and the case of their names", () => {
  assertEquals([...fields()], [
    ["Host", "a.example"],
    ["Accept", "text/html"],
    ["X-Empty", ""],
    ["ACCEPT", "*/*;q=0.1"],
    ["N", "\u00e9"],
  ]);
  assertEquals(fields().size, 5);
});

Deno.test("a value is found by the name in lower case, and lines are combined", () => {
  assertEquals(fields().get("host"), "a.example");
  assertEquals(fields().get("accept"), "text/html, */*;q=0.1");
  assertEquals(fields().get("x-empty"), "");
  assertEquals(fields().get("cookie"), undefined);
  assertEquals(fields().getAll("accept"), ["text/html", "*/*;q=0.1"]);
  assertEquals(fields().getAll("cookie"), []);
  assertEquals([fields().has("n"), fields().has("m")], [true, false]);
});

Deno.test("lines are had by number, and only those there are", () => {
  const lines = fields();
  assertEquals([lines.nameAt(3), lines.valueAt(3)], ["ACCEPT", "*/*;q=0.1"]);
  assertThrows(() => lines.nameAt(5), RangeError);
  assertThrows(() => lines.valueAt(-1), RangeError);
  assertThrows(() => lines.valueAt(NaN), RangeError);
});

Deno.test("a section without lines has none", () => {
  const none = new WireFields(new Uint8Array(0), 0, 0);
  assertEquals([[...none], none.get("a"), none.has("a")], [[], undefined, false]);
});
