import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { TrailerReader } from "../../http1/proto/trailer_reader.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

function read(text: string, limits = DEFAULT_LIMITS): string {
  const whole = readIn(text, text.length, limits);
  assertEquals(readIn(text, 1, limits), whole);
  return whole;
}

function readIn(text: string, step: number, limits: typeof DEFAULT_LIMITS): string {
  const bytes = bytesOf(text);
  const reader = new TrailerReader(limits);
  let at = 0;
  while (at < bytes.length && !reader.done) {
    at = reader.read(bytes, at, Math.min(bytes.length, at + step));
    if (at < 0) return reader.failure!.code;
  }
  return `${reader.done ? at : "more"} ${JSON.stringify([...reader.fields ?? []])}`;
}

Deno.test("a trailer section ends at its empty line", () => {
  assertEquals(read("A: b\r\n\r\nrest"), '8 [["A","b"]]');
  assertEquals(read("\r\n"), "2 []");
  assertEquals(read("A: b\r\n"), 'more [["A","b"]]');
});

for (
  const text of [
    ...["A : b\r\n", " A: b\r\n", ": b\r\n", "A\r\n", "A: b\0\r\n", "A: b\n\r\n", "A: b\rc"],
    ...["A: b\r\n c\r\n", "A: b\r\n\n", "A: b\r\n\rx", "\u00e9: b\r\n"],
  ]
) {
  Deno.test(`the trailer ${JSON.stringify(text)} is refused`, () => {
    assertEquals(read(text), "BAD_TRAILER");
  });
}

Deno.test("framing and routing do not come in trailers", () => {
  for (const name of ["Content-Length", "transfer-encoding", "HOST"]) {
    assertEquals(read(`${name}: 1\r\n\r\n`), "BAD_TRAILER");
  }
});

Deno.test("trailers may be as large as the limit says, and not larger", () => {
  const limits = { ...DEFAULT_LIMITS, maxTrailerBytes: 10 };
  assertEquals(read("A: bcd\r\n\r\n", limits), '10 [["A","bcd"]]');
  assertEquals(read("A: bcde\r\n\r\n", limits), "TRAILERS_TOO_LARGE");
});

Deno.test("there may be as many trailers as the limit says, each as large as that says", () => {
  assertEquals(
    read("A:\r\nB:\r\n\r\n", { ...DEFAULT_LIMITS, maxFields: 2 }),
    '10 [["A",""],["B",""]]',
  );
  assertEquals(
    read("A:\r\nB:\r\nC:\r\n\r\n", { ...DEFAULT_LIMITS, maxFields: 2 }),
    "TOO_MANY_FIELDS",
  );
  const limits = { ...DEFAULT_LIMITS, maxFieldBytes: 5 };
  assertEquals(read("A: bc\r\n\r\n", limits), '9 [["A","bc"]]');
  assertEquals(read("A: bcd\r\n\r\n", limits), "FIELD_TOO_LARGE");
  assertEquals(read("Abcdef: g\r\n\r\n", limits), "FIELD_TOO_LARGE");
});
