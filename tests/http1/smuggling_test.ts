import { assertEquals } from "../support/assert.ts";
import { bytesOf, serve, splittings } from "./cores.ts";

// What two recipients in a row have been known to read differently. In each sample a request for
// /smuggled lies where one of the readings finds it: it must never be read, in any splitting.

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const CHUNKS = `1d\r\n${"x".repeat(29)}\r\n0\r\n\r\n`;

const CORPUS: readonly (readonly [name: string, fields: string, body?: string, status?: number])[] =
  [
    ["CL.TE", "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${SMUGGLED}`],
    ["TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", `${CHUNKS}${SMUGGLED}`],
    ["CL.CL", "Content-Length: 0\r\nContent-Length: 44\r\n"],
    ["equal CL.CL", "Content-Length: 0\r\nContent-Length: 0\r\n"],
    ["CL list", "Content-Length: 0, 44\r\n"],
    ["CL with a plus", "Content-Length: +0\r\n"],
    ["CL with a minus", "Content-Length: -0\r\n"],
    ["CL in hexadecimal", "Content-Length: 0x0\r\n"],
    ["CL with a space within", "Content-Length: 0 0\r\n"],
    ["CL of too many digits", `Content-Length: ${"9".repeat(20)}\r\n`],
    ["CL without a value", "Content-Length:\r\n"],
    ["CL with a space before the colon", "Content-Length : 44\r\n"],
    ["CL with a tab before the colon", "Content-Length\t: 44\r\n"],
    ["CL after a NUL", "\0Content-Length: 44\r\n"],
    ["CL with a NUL", "Content-Length: 4\x004\r\n"],
    ["CL after a fold", "A: b\r\n Content-Length: 44\r\n"],
    ["CL folded", "Content-Length:\r\n 44\r\n"],
    ["CL after a bare LF", "A: b\nContent-Length: 44\r\n"],
    ["CL after a bare CR", "A: b\rContent-Length: 44\r\n"],
    ["TE not implemented", "Transfer-Encoding: xchunked\r\n", CHUNKS, 501],
    ["TE identity", "Transfer-Encoding: identity\r\nContent-Length: 44\r\n", CHUNKS, 501],
    ["TE twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", CHUNKS],
    ["TE twice the same", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", CHUNKS],
    ["TE with chunked not last", "Transfer-Encoding: chunked, identity\r\n", CHUNKS],
    ["TE with a vertical tab", "Transfer-Encoding:\x0bchunked\r\n", CHUNKS],
    ["TE with a form feed", "Transfer-Encoding: chunked\x0c\r\n", CHUNKS],
    ["TE with a space before the colon", "Transfer-Encoding : chunked\r\n", CHUNKS],
    ["TE in quotes", 'Transfer-Encoding: "chunked"\r\n', CHUNKS],
    ["TE folded", "Transfer-Encoding:\r\n chunked\r\n", CHUNKS],
    ["TE after a bare LF", "A: b\nTransfer-Encoding: chunked\r\n", CHUNKS],
    ["TE after a bare CR", "A: b\rTransfer-Encoding: chunked\r\n", CHUNKS],
    ["TE empty", "Transfer-Encoding:\r\n", CHUNKS],
    ["TE with an empty element", "Transfer-Encoding: , chunked\r\n", CHUNKS],
    ["an end of the head by LF LF", "A: b\n\n", ""],
    ["an end of the head by CR CR", "A: b\r\r", ""],
    ["a second Host", "Host: y\r\n"],
  ];

for (const [name, fields, body = "", status = 400] of CORPUS) {
  Deno.test(`${name} is refused, and nothing behind it is read`, () => {
    const text = `POST / HTTP/1.1\r\nHost: x\r\n${fields}\r\n${body}${SMUGGLED}`;
    for (const pieces of splittings(text)) {
      const { events, output, disposition } = serve(pieces);
      assertEquals(events.map((line) => line.split(" ", 1)[0]), ["failed"]);
      assertEquals(output.slice(0, 12), `HTTP/1.1 ${status}`);
      assertEquals(disposition, "linger");
    }
  });
}

const CHUNKED = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

for (
  const [name, chunks] of [
    ["a size that overflows 32 bits into 0", `100000000\r\n\r\n`],
    ["a size that overflows 64 bits", `10000000000000000\r\n\r\n`],
    ["a size with a sign", `-1\r\n\r\n`],
    ["a size in another notation", `0x0\r\n\r\n`],
    ["a size with an underscore", `0_0\r\n\r\n`],
    ["a size with a space behind it", `0 \r\n\r\n`],
    ["a size ended by LF", `0\n\n`],
    ["a size ended by CR", `0\r\r`],
    ["an extension ended by LF", `0;a\n\r\n\r\n`],
    ["an extension with a bare CR", `0;a\rb\r\n\r\n`],
    ["an extension too long", `0;${"a".repeat(300)}\r\n\r\n`],
    ["a chunk shorter than its content", `1\r\nab\r\n0\r\n\r\n`],
    ["a chunk ended by LF", `1\r\na\n0\r\n\r\n`],
    ["a chunk ended by any two bytes", `1\r\naXX0\r\n\r\n`],
    ["a last chunk ended by LF", `0\r\n\n`],
    ["a trailer with a bare LF", `0\r\nA: b\n\r\n`],
    ["a trailer with a length", `0\r\nContent-Length: 44\r\n\r\n`],
    ["a trailer with a coding", `0\r\nTransfer-Encoding: chunked\r\n\r\n`],
    ["no size at all", `\r\n0\r\n\r\n`],
  ]
) {
  Deno.test(`${name} never lets what follows be read as a request`, () => {
    for (const pieces of splittings(`${CHUNKED}${chunks}${SMUGGLED}`)) {
      const { events } = serve(pieces);
      assertEquals(events.filter((line) => line.startsWith("request")).length, 1);
      assertEquals(events.includes("end"), false);
    }
  });
}

Deno.test("a request of HTTP/1.0 in chunks is refused", () => {
  const { events } = serve([bytesOf(CHUNKED.replace("HTTP/1.1", "HTTP/1.0") + CHUNKS + SMUGGLED)]);
  assertEquals(events.map((line) => line.split(" ", 2)[1]), ["BAD_TRANSFER_ENCODING"]);
});
