import { HeadParser } from "../../http1/proto/head_parser.ts";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { readRequest } from "../../http1/proto/request_reader.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

function read(text: string, maxBodyBytes = Infinity): string {
  const bytes = bytesOf(`>${text}`);
  const parser = new HeadParser("request", DEFAULT_LIMITS);
  assertEquals(parser.parse(bytes, 1, bytes.length), bytes.length);
  const head = readRequest(parser, bytes, 1, "/last", maxBodyBytes);
  return "type" in head
    ? `${head.code} ${head.statusHint}`
    : `${head.method} ${head.target} ${head.host} ${head.contentLength}`;
}

Deno.test("a request is taken in each form of its target", () => {
  assertEquals(read("GET /last HTTP/1.1\r\nHost: x\r\n\r\n"), "GET /last x undefined");
  assertEquals(read("GET http://y/a HTTP/1.1\r\nHost: x\r\n\r\n"), "GET http://y/a y undefined");
  assertEquals(read("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n"), "OPTIONS * x undefined");
  assertEquals(read("CONNECT y:1 HTTP/1.1\r\nHost: x\r\n\r\n"), "CONNECT y:1 y:1 undefined");
  assertEquals(read("\r\nPUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n"), "PUT / x 3");
});

Deno.test("a request needs a host in HTTP/1.1, and a target that is one", () => {
  assertEquals(read("GET / HTTP/1.1\r\n\r\n"), "BAD_HOST 400");
  assertEquals(read("GET http://y/ HTTP/1.1\r\n\r\n"), "BAD_HOST 400");
  assertEquals(read("GET / HTTP/1.0\r\n\r\n"), "GET / undefined undefined");
  assertEquals(read("GET http://y/ HTTP/1.0\r\n\r\n"), "GET http://y/ y undefined");
  assertEquals(read("GET a HTTP/1.1\r\nHost: x\r\n\r\n"), "BAD_TARGET 400");
  assertEquals(read("CONNECT /a HTTP/1.1\r\nHost: x\r\n\r\n"), "BAD_TARGET 400");
});

Deno.test("an expectation nobody can meet is refused, and ignored in HTTP/1.0", () => {
  assertEquals(read("GET / HTTP/1.1\r\nHost: x\r\nExpect: a\r\n\r\n"), "EXPECTATION_FAILED 417");
  assertEquals(read("GET / HTTP/1.0\r\nHost: x\r\nExpect: a\r\n\r\n"), "GET / x undefined");
});

Deno.test("a body that cannot be read is refused", () => {
  const head = "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n";
  assertEquals([read(head, 9), read(head, 8)], ["GET / x 9", "BODY_TOO_LARGE 413"]);
});
