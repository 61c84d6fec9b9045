import { assertEquals } from "../support/assert.ts";
import { FieldScan, isConnectionSpecific } from "../../http2/proto/field_scan.ts";

Deno.test("framing fields are found", () => {
  const scan = new FieldScan();
  const lines = [
    "content-length",
    "12",
    "host",
    "a",
    "expect",
    "100-continue",
    "priority",
    "u=1",
    "x",
    "y",
  ];
  assertEquals(scan.scan(lines, 0), undefined);
  const { contentLength, host, expectsContinue, priority } = scan;
  assertEquals([contentLength, host, expectsContinue, priority], [12, "a", true, "u=1"]);
  assertEquals(scan.lines, lines);
});

Deno.test("a scan forgets the section before", () => {
  const scan = new FieldScan();
  scan.scan(["content-length", "12", "host", "a", "expect", "100-continue", "cookie", "a=b"], 0);
  scan.scan(["x", "y"], 0);
  assertEquals([scan.contentLength, scan.host, scan.expectsContinue], [-1, undefined, false]);
  assertEquals(scan.lines, ["x", "y"]);
});

Deno.test("cookie crumbs are put together where the first one was", () => {
  const scan = new FieldScan();
  scan.scan(["cookie", "a=1", "x", "y", "cookie", "b=2", "cookie", "c=3"], 0);
  assertEquals(scan.lines, ["cookie", "a=1; b=2; c=3", "x", "y"]);
});

Deno.test("two priority lines are one list", () => {
  const scan = new FieldScan();
  scan.scan(["priority", "u=1", "priority", "i"], 0);
  assertEquals(scan.priority, "u=1, i");
});

Deno.test("what may not be there is a fault", () => {
  const faults: readonly (readonly string[])[] = [
    ["connection", "close"],
    ["proxy-connection", "close"],
    ["keep-alive", "5"],
    ["transfer-encoding", "chunked"],
    ["upgrade", "h2c"],
    ["te", "gzip"],
    ["te", "trailers, gzip"],
    ["content-length", "1", "content-length", "1"],
    ["content-length", "+1"],
    ["content-length", ""],
    ["host", "a", "host", "a"],
    ["x", "y", ":path", "/"],
  ];
  for (const lines of faults) {
    assertEquals(typeof new FieldScan().scan(lines, 0), "string", lines.join());
  }
  assertEquals(new FieldScan().scan(["te", "Trailers"], 0), undefined);
});

Deno.test("fields of a connection are known by name", () => {
  assertEquals(isConnectionSpecific("upgrade"), true);
  assertEquals(isConnectionSpecific("te"), false);
  assertEquals(isConnectionSpecific("x"), false);
});
