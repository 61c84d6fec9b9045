import { CHUNKED } from "../../http1/proto/body_framing.ts";
import { HeadParser } from "../../http1/proto/head_parser.ts";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { ParsedRequest } from "../../http1/proto/parsed_request.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

function head(text: string, framing = 0): ParsedRequest {
  const bytes = bytesOf(`>>${text}`);
  const parser = new HeadParser("request", DEFAULT_LIMITS);
  assertEquals(parser.parse(bytes, 2, bytes.length), bytes.length);
  const found = new ParsedRequest("GET", "/", framing, parser, bytes, 2);
  parser.reset();
  return found;
}

const START = "GET / HTTP/1.1\r\nHost: x:1\r\n";

Deno.test("a head keeps what was found when its parser goes on", () => {
  const found = head(`${START}A: b\r\n\r\n`);
  assertEquals([found.method, found.target, found.minorVersion, found.host], [
    "GET",
    "/",
    1,
    "x:1",
  ]);
  assertEquals([...found.fields], [["Host", "x:1"], ["A", "b"]]);
  assertStrictEquals(found.fields, found.fields);
});

Deno.test("a head says how its body comes", () => {
  const none = head(`${START}\r\n`, 0);
  assertEquals([none.hasBody, none.contentLength, none.chunked], [false, undefined, false]);
  const sized = head(`${START}\r\n`, 7);
  assertEquals([sized.hasBody, sized.contentLength, sized.chunked], [true, 7, false]);
  const chunked = head(`${START}\r\n`, CHUNKED);
  assertEquals([chunked.hasBody, chunked.contentLength, chunked.chunked], [true, undefined, true]);
});

Deno.test("keep-alive is what HTTP/1.1 does and HTTP/1.0 asks for, unless the peer closes", () => {
  const old = START.replace("1.1", "1.0");
  for (
    const [text, keepAlive] of [
      [START, true],
      [`${START}Connection: keep-alive\r\n`, true],
      [`${START}Connection: close\r\n`, false],
      [`${START}Connection: close, keep-alive\r\n`, false],
      [old, false],
      [`${old}Connection: keep-alive\r\n`, true],
      [`${old}Connection: keep-alive, close\r\n`, false],
    ] as const
  ) assertEquals(head(`${text}\r\n`).keepAlive, keepAlive);
});

Deno.test("100-continue is expected with a body and in HTTP/1.1 only", () => {
  const text = `${START}Expect: 100-continue\r\n\r\n`;
  assertEquals(head(text, 5).expectsContinue, true);
  assertEquals(head(text, 0).expectsContinue, false);
  assertEquals(head(text.replace("1.1", "1.0"), 5).expectsContinue, false);
});

Deno.test("an upgrade is asked for by two fields in HTTP/1.1", () => {
  const text = `${START}Connection: upgrade\r\nUpgrade: WebSocket, h2c\r\n\r\n`;
  assertEquals([head(text).asksUpgrade, head(text).upgrade], [true, "websocket, h2c"]);
  assertEquals(head(text.replace("1.1", "1.0")).upgrade, undefined);
  assertEquals(head(text.replace("Connection: upgrade\r\n", "")).upgrade, undefined);
  assertEquals(head(text.replace("Upgrade: WebSocket, h2c\r\n", "")).upgrade, undefined);
});

Deno.test("without Host there is no host", () => {
  assertEquals(head("GET / HTTP/1.0\r\n\r\n").host, undefined);
});
