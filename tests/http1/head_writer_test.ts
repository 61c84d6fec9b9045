import { encodeUtf8 } from "@avx/runtime/ascii";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { LocalProtocolError } from "@avx/semantics/errors";
import { CHUNKED } from "../../http1/proto/body_framing.ts";
import {
  checkDeclared,
  CLOSE,
  EXPECT_CONTINUE,
  KEEP_ALIVE,
  PERSIST,
  requestBlock,
  responseBlock,
  TE,
  UNFRAMED,
  UPGRADE,
  writeHead,
  writeWhole,
} from "../../http1/proto/head_writer.ts";
import { OutputQueue } from "@avx/runtime/output-queue";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { sent } from "./cores.ts";

const DATE = encodeUtf8("date: now\r\n");
const NONE = new Uint8Array(0);

let unique = 0;

/** Writes three times, because the first two times differ inside; all have to give the same. */
function thrice(write: (output: OutputQueue, lines: string[]) => void): string {
  const lines = ["x-unique", String(unique++)];
  const texts = [1, 2, 3].map(() => {
    const output = new OutputQueue(new BufferPool());
    write(output, lines);
    return sent(output).replace(`x-unique: ${lines[1]}\r\n`, "");
  });
  assertEquals(texts, texts.map(() => texts[0]));
  return texts[0];
}

function head(length: number, added: number): string {
  return thrice((output, lines) => {
    writeHead(output, responseBlock(200, "OK", lines), DATE, length, added);
  });
}

function whole(body: string | Uint8Array, ...more: string[]): string {
  return thrice((output, lines) => {
    const block = responseBlock(200, "OK", [...lines, ...more]);
    writeWhole(output, block, DATE, body, PERSIST);
  });
}

Deno.test("a head says its length, its coding, or nothing", () => {
  const start = "HTTP/1.1 200 OK\r\ndate: now\r\n";
  assertEquals(head(0, PERSIST), `${start}content-length: 0\r\n\r\n`);
  assertEquals(head(1234567, PERSIST), `${start}content-length: 1234567\r\n\r\n`);
  assertEquals(head(CHUNKED, PERSIST), `${start}transfer-encoding: chunked\r\n\r\n`);
  assertEquals(head(UNFRAMED, PERSIST), `${start}\r\n`);
});

Deno.test("a head says what becomes of the connection", () => {
  const start = "HTTP/1.1 200 OK\r\ndate: now\r\n";
  assertEquals(head(UNFRAMED, CLOSE), `${start}connection: close\r\n\r\n`);
  assertEquals(head(UNFRAMED, KEEP_ALIVE), `${start}connection: keep-alive\r\n\r\n`);
  assertEquals(head(UNFRAMED, UPGRADE), `${start}connection: upgrade\r\n\r\n`);
  assertEquals(head(UNFRAMED, CLOSE | UPGRADE), `${start}connection: close, upgrade\r\n\r\n`);
  assertEquals(
    head(2, TE | UPGRADE),
    `${start}content-length: 2\r\nconnection: upgrade, te\r\n\r\n`,
  );
  assertEquals(
    head(2, EXPECT_CONTINUE),
    `${start}content-length: 2\r\nexpect: 100-continue\r\n\r\n`,
  );
});

Deno.test("a body leaves with its head, its length counted in bytes", () => {
  const start = "HTTP/1.1 200 OK\r\ndate: now\r\ncontent-length: ";
  assertEquals(whole(""), `${start}0\r\n\r\n`);
  assertEquals(whole("hello"), `${start}5\r\n\r\nhello`);
  assertEquals(whole("h\u00e9llo"), `${start}6\r\n\r\nh\u00e9llo`);
  assertEquals(whole("\u20ac".repeat(9)), `${start}27\r\n\r\n${"\u20ac".repeat(9)}`);
  assertEquals(whole("\u20ac".repeat(99)), `${start}297\r\n\r\n${"\u20ac".repeat(99)}`);
  assertEquals(whole(encodeUtf8("h\u00e9llo")), `${start}6\r\n\r\nh\u00e9llo`);
});

Deno.test("a body of any size arrives whole", () => {
  for (const size of [63, 64, 4096, 16 * 1024, 16 * 1024 + 1, 64 * 1024 + 1, 300_000]) {
    for (const letter of ["a", "\u00e9"]) {
      const body = letter.repeat(size);
      const length = encodeUtf8(body).length;
      const text = whole(body);
      assertEquals(text.endsWith(`content-length: ${length}\r\n\r\n${body}`), true);
      assertEquals(whole(encodeUtf8(body)), text);
    }
  }
});

Deno.test("a declared length has to be the body's", () => {
  const text = whole("h\u00e9", "content-length", "3");
  assertEquals(text.split("content-length").length, 2);
  assertThrows(() => whole("h\u00e9", "content-length", "2"), LocalProtocolError);
  assertThrows(() => whole(encodeUtf8("hello"), "content-length", "2"), LocalProtocolError);
  checkDeclared(responseBlock(200, "OK", []), 7);
});

Deno.test("a date that changes is the one that is sent", () => {
  const lines = ["x-unique", String(unique++)];
  const dates = ["date: 1\r\n", "date: 2\r\n", "date: 2\r\n", "date: 3\r\n", "", "date: long\r\n"];
  for (const date of dates) {
    const output = new OutputQueue(new BufferPool());
    writeHead(output, responseBlock(200, "OK", lines), encodeUtf8(date), UNFRAMED, PERSIST);
    assertEquals(sent(output), `HTTP/1.1 200 OK\r\nx-unique: ${lines[1]}\r\n${date}\r\n`);
  }
});

Deno.test("the caller's date is sent alone", () => {
  for (let count = 0; count < 3; count++) {
    const output = new OutputQueue(new BufferPool());
    writeHead(output, responseBlock(200, "OK", ["Date", "then"]), DATE, 1, PERSIST);
    assertEquals(sent(output), "HTTP/1.1 200 OK\r\nDate: then\r\ncontent-length: 1\r\n\r\n");
  }
});

Deno.test("a head too large to be kept is sent all the same", () => {
  const value = "v".repeat(20_000);
  for (let count = 0; count < 3; count++) {
    const output = new OutputQueue(new BufferPool());
    writeWhole(output, responseBlock(200, "OK", ["large", value]), NONE, "body", PERSIST);
    assertEquals(
      sent(output),
      `HTTP/1.1 200 OK\r\nlarge: ${value}\r\ncontent-length: 4\r\n\r\nbody`,
    );
  }
});

Deno.test("a status line has a status and a reason that may be sent", () => {
  for (const status of [99, 1000, 200.5, NaN, -1]) {
    assertThrows(() => responseBlock(status, "OK", []), RangeError);
  }
  assertThrows(() => responseBlock(200, "O\r\nK", []), TypeError);
  assertThrows(() => responseBlock(200, "\u0100", []), TypeError);
  const output = new OutputQueue(new BufferPool());
  writeHead(output, responseBlock(299, "", []), NONE, UNFRAMED, PERSIST);
  assertEquals(sent(output), "HTTP/1.1 299 \r\n\r\n");
});

Deno.test("a request line has a method and a target that may be sent", () => {
  const output = new OutputQueue(new BufferPool());
  writeHead(output, requestBlock("GET", "/a?b", ["host", "x"]), NONE, UNFRAMED, PERSIST);
  assertEquals(sent(output), "GET /a?b HTTP/1.1\r\nhost: x\r\n\r\n");
  assertThrows(() => requestBlock("G T", "/", []), TypeError);
  assertThrows(() => requestBlock("", "/", []), TypeError);
  for (const target of ["", "/ ", "/\r\n", "/\u00e9", "/#a", "/\u0130"]) {
    assertThrows(() => requestBlock("GET", target, []), TypeError);
  }
});
