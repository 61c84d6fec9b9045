import { HeadParser } from "../../http1/proto/head_parser.ts";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { ParsedResponse } from "../../http1/proto/parsed_response.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

function head(text: string): ParsedResponse {
  const bytes = bytesOf(`>>${text}`);
  const parser = new HeadParser("response", DEFAULT_LIMITS);
  assertEquals(parser.parse(bytes, 2, bytes.length), bytes.length);
  const found = new ParsedResponse(parser, bytes, 2);
  parser.reset();
  return found;
}

Deno.test("a head keeps what was found when its parser goes on", () => {
  const found = head("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\nA: b\r\n\r\n");
  assertEquals([found.status, found.reason, found.minorVersion], [404, "Not Found", 1]);
  assertEquals([found.contentLength, found.keepAlive], [5, true]);
  assertEquals([...found.fields], [["Content-Length", "5"], ["A", "b"]]);
});

Deno.test("a length of nothing is a length, and none is none", () => {
  assertEquals(head("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").contentLength, 0);
  assertEquals(head("HTTP/1.1 200 OK\r\n\r\n").contentLength, undefined);
});

Deno.test("keep-alive is what HTTP/1.1 does and HTTP/1.0 says", () => {
  assertEquals(head("HTTP/1.0 200 OK\r\n\r\n").keepAlive, false);
  assertEquals(head("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").keepAlive, true);
  assertEquals(head("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").keepAlive, false);
});
