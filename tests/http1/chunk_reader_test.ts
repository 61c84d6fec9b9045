import { ChunkReader, DATA, END, FAULT, MORE } from "../../http1/proto/chunk_reader.ts";
import { DEFAULT_LIMITS, type Http1Limits } from "../../http1/proto/limits.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

/** What a reader makes of `text`: content, end and the offset behind it, or the fault. */
function read(text: string, limits = DEFAULT_LIMITS): string {
  const results = [readIn(text, text.length, limits), readIn(text, 1, limits)];
  results.push(readIn(`${text}tail`, 3, limits).replace("tail", ""));
  if (results[0].includes("end") || results[0].includes("!")) {
    assertEquals(results, results.map(() => results[0]));
  }
  return results[0];
}

function readIn(text: string, step: number, limits: Http1Limits): string {
  const bytes = bytesOf(text);
  const reader = new ChunkReader(limits);
  let content = "";
  let at = 0;
  for (let end = 0; end < bytes.length;) {
    end = Math.min(bytes.length, end + step);
    for (;;) {
      const found = reader.read(bytes, at, end);
      at = reader.at;
      if (found === MORE) break;
      if (found === FAULT) return `${content}!${reader.failure!.code}`;
      if (found === END) {
        const trailers = reader.trailers ? JSON.stringify([...reader.trailers]) : "";
        return `${content} end ${at}${trailers}`;
      }
      assertEquals(found, DATA);
      content += text.slice(reader.start, reader.at);
    }
  }
  return content;
}

Deno.test("chunks are put together, whatever the case of their sizes", () => {
  assertEquals(read("5\r\nhello\r\nA\r\n, 23456789\r\n0\r\n\r\n"), "hello, 23456789 end 30");
  assertEquals(
    read("1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n"),
    "abcdefghijklmnopqrstuvwxyz end 37",
  );
  assertEquals(read("0\r\n\r\n"), " end 5");
  assertEquals(read("000\r\n\r\n"), " end 7");
  assertEquals(read("05\r\nhello\r\n"), "hello");
});

Deno.test("a chunk holds line ends and what looks like a chunk", () => {
  assertEquals(read("7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"), "\r\n0\r\n\r\n end 17");
});

Deno.test("extensions are passed over", () => {
  assertEquals(read('2;a=b;c="d e" ; f\r\nhi\r\n0;g\r\n\r\n'), "hi end 30");
  assertEquals(read("2 \t;a\r\nhi\r\n0\r\n\r\n"), "hi end 16");
});

for (
  const [text, code] of [
    ["\r\n", "BAD_CHUNK"],
    [";a\r\n", "BAD_CHUNK"],
    ["-1\r\n", "BAD_CHUNK"],
    ["+1\r\n", "BAD_CHUNK"],
    ["0x1\r\n", "BAD_CHUNK"],
    ["g\r\n", "BAD_CHUNK"],
    [" 1\r\n", "BAD_CHUNK"],
    ["1 \r\n", "BAD_CHUNK"],
    ["1\t\r\n", "BAD_CHUNK"],
    ["1 a\r\n", "BAD_CHUNK"],
    ["1_0\r\n", "BAD_CHUNK"],
    ["1\nx\r\n", "BAD_CHUNK"],
    ["1\rx", "BAD_CHUNK"],
    ["1;a\nx\r\n", "BAD_CHUNK"],
    ["1;a\0\r\n", "BAD_CHUNK"],
    ["1;a\rb", "BAD_CHUNK"],
    ["1 \0;a\r\n", "BAD_CHUNK"],
    ["20000000000000\r\n", "BAD_CHUNK"],
    ["ffffffffffffffffffff\r\n", "BAD_CHUNK"],
    ["10000000000000000\r\n", "BAD_CHUNK"],
  ]
) {
  Deno.test(`the chunk size ${JSON.stringify(text)} is refused`, () => {
    assertEquals(read(text), `!${code}`);
  });
}

Deno.test("a chunk's size may be 2^53 - 1", () => {
  assertEquals(read("1fffffffffffff\r\nab"), "ab");
});

Deno.test("a chunk ends where its size says, with CR LF", () => {
  assertEquals(read("2\r\nhi0\r\n\r\n"), "hi!BAD_CHUNK");
  assertEquals(read("2\r\nhi\n0\r\n\r\n"), "hi!BAD_CHUNK");
  assertEquals(read("2\r\nhi\r0\r\n\r\n"), "hi!BAD_CHUNK");
});

Deno.test("a size line may be as long as the limit says, and not longer", () => {
  const limits = { ...DEFAULT_LIMITS, maxChunkLineBytes: 8 };
  assertEquals(read("00000002\r\nhi\r\n0\r\n\r\n", limits), "hi end 19");
  assertEquals(read("000000002\r\nhi\r\n", limits), "!CHUNK_LINE_TOO_LONG");
  assertEquals(read("2;345678\r\nhi\r\n0\r\n\r\n", limits), "hi end 19");
  assertEquals(read("2;3456789\r\nhi\r\n", limits), "!CHUNK_LINE_TOO_LONG");
  assertEquals(read("2;" + "x".repeat(100), limits), "!CHUNK_LINE_TOO_LONG");
});

Deno.test("sizes and extensions may not outweigh the content", () => {
  const limits = { ...DEFAULT_LIMITS, maxChunkOverheadBytes: 100 };
  const costly = `1;${"x".repeat(62)}\r\na\r\n`; // 64 + 4 - 16 - 2 = 50 bytes over
  assertEquals(read(costly.repeat(2), limits), "aa");
  assertEquals(read(costly.repeat(3), limits), "aa!CHUNK_LINE_TOO_LONG");
  // Content pays for what came before, and small chunks without extensions cost nothing.
  const content = `64\r\n${"b".repeat(100)}\r\n`;
  assertEquals(read(costly + content + costly, limits), `a${"b".repeat(100)}a`);
  assertEquals(read("1\r\na\r\n".repeat(1000), limits), "a".repeat(1000));
});

Deno.test("a body may be as large as the limit says, and not larger", () => {
  const limits = { ...DEFAULT_LIMITS, maxBodyBytes: 4 };
  assertEquals(read("2\r\nhi\r\n2\r\nho\r\n0\r\n\r\n", limits), "hiho end 19");
  assertEquals(read("2\r\nhi\r\n3\r\nhoo\r\n0\r\n\r\n", limits), "hi!BODY_TOO_LARGE");
});

Deno.test("trailers are read", () => {
  assertEquals(read("0\r\nA: b\r\nC:\r\n\r\n"), ' end 15[["A","b"],["C",""]]');
  assertEquals(read("1\r\nx\r\n0\r\nA: b\r\n\r\n"), 'x end 17[["A","b"]]');
});

Deno.test("the empty line behind the last chunk is CR LF", () => {
  assertEquals(read("0\r\n\n"), "!BAD_TRAILER");
  assertEquals(read("0\r\n\rx"), "!BAD_TRAILER");
});

Deno.test("behind its end a reader reads nothing", () => {
  const bytes = bytesOf("0\r\n\r\n5\r\nhello");
  const reader = new ChunkReader(DEFAULT_LIMITS);
  assertEquals(reader.read(bytes, 0, bytes.length), END);
  assertEquals([reader.read(bytes, 5, bytes.length), reader.at], [END, 5]);
});
