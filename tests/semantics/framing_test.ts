import {
  combinedContentLength,
  connectionOptions,
  hasConnectionOption,
  isAllowedInTrailers,
  isHopByHop,
  parseContentLength,
  responseHasBody,
  responseMayDeclareLength,
  transferCodings,
  transferFraming,
  withoutHopByHop,
} from "@avx/semantics/framing";
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";

Deno.test("parseContentLength takes digits up to 2^53 - 1", () => {
  assertEquals(parseContentLength("0"), 0);
  assertEquals(parseContentLength("007"), 7);
  assertEquals(parseContentLength("9007199254740991"), Number.MAX_SAFE_INTEGER);
  assertEquals(parseContentLength("9007199254740992"), -1);
  assertEquals(parseContentLength("9".repeat(400)), -1);
});

Deno.test("parseContentLength refuses everything that is not a digit", () => {
  for (const value of ["", " 1", "1 ", "+1", "-1", "1.0", "1e3", "0x10", "1,1", "\u0661", "1_0"]) {
    assertEquals(parseContentLength(value), -1, JSON.stringify(value));
  }
});

Deno.test("parseContentLength gives every length back", () => {
  fc.assert(fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (length) => {
    assertEquals(parseContentLength(String(length)), length);
  }));
});

Deno.test("combinedContentLength takes a list of equal lengths", () => {
  assertEquals(combinedContentLength("5"), 5);
  assertEquals(combinedContentLength("5, 5,5"), 5);
  assertEquals(combinedContentLength("5, 05"), 5);
  for (const value of ["5, 6", "5, x", "x, 5", ",", "", "5 5"]) {
    assertEquals(combinedContentLength(value), -1, JSON.stringify(value));
  }
});

Deno.test("transferCodings lowers names and refuses malformed members", () => {
  assertEquals(transferCodings("GZip;x=1 , CHUNKED"), ["gzip", "chunked"]);
  assertEquals(transferCodings("a,,b"), ["a", "b"]);
  for (
    const value of ["", ",", "a b", '"chunked"', "a;b", "chunked;a=b", "chunked;", "\x0bchunked"]
  ) {
    assertEquals(transferCodings(value), undefined, JSON.stringify(value));
  }
});

Deno.test("transferFraming knows how a message ends", () => {
  const framings = [
    ["chunked", "chunked"],
    ["Chunked", "chunked"],
    [", chunked ,", "chunked"],
    ["gzip, chunked", "coded"],
    ["gzip", "unframed"],
    ["identity", "unframed"],
    ["chunked, gzip", "invalid"],
    ["chunked, chunked", "invalid"],
    ["gzip, chunked, chunked", "invalid"],
    ["chunked;q=1", "invalid"],
    ["xchunked", "unframed"],
    ["chunked\u00a0", "invalid"],
    ["", "invalid"],
  ] as const;
  for (const [value, framing] of framings) {
    assertEquals(transferFraming(value), framing, JSON.stringify(value));
  }
});

Deno.test("connectionOptions are lower-case tokens", () => {
  assertEquals(connectionOptions("Keep-Alive, , X-Y,a b"), ["keep-alive", "x-y"]);
  assertEquals(connectionOptions(""), []);
});

Deno.test("hasConnectionOption finds whole options in any case", () => {
  assertEquals(hasConnectionOption("close", "close"), true);
  assertEquals(hasConnectionOption("Close", "close"), true);
  assertEquals(hasConnectionOption("keep-alive, CLOSE", "close"), true);
  for (const value of ["", "clos", "closed", "x-close", "close;a", "keep-alive"]) {
    assertEquals(hasConnectionOption(value, "close"), false, JSON.stringify(value));
  }
});

Deno.test("withoutHopByHop removes connection fields and what Connection names", () => {
  const lines = [
    ...["Connection", "close, X-A", "connection", "x-b", "Keep-Alive", "timeout=5", "TE", "gzip"],
    ...["Transfer-Encoding", "chunked", "Upgrade", "a", "Proxy-Connection", "close"],
    ...["X-A", "1", "x-B", "2", "X-C", "3", "Content-Length", "4"],
  ];
  assertEquals(withoutHopByHop(lines), ["X-C", "3", "Content-Length", "4"]);
  assertEquals(withoutHopByHop(["a", "1", "te", "trailers"]), ["a", "1"]);
});

Deno.test("isHopByHop and isAllowedInTrailers know their fields", () => {
  assertEquals(isHopByHop("upgrade"), true);
  assertEquals(isHopByHop("host"), false);
  const forbidden = ["content-length", "transfer-encoding", "host", "authorization", "set-cookie"];
  for (const name of forbidden) assertEquals(isAllowedInTrailers(name), false, name);
  for (const name of ["etag", "x-checksum", "grpc-status", "repr-digest"]) {
    assertEquals(isAllowedInTrailers(name), true, name);
  }
});

Deno.test("responseHasBody follows RFC 9112 §6.3", () => {
  for (const status of [100, 101, 103, 199, 204, 304]) {
    assertEquals(responseHasBody("GET", status), false, String(status));
  }
  for (const status of [200, 205, 206, 301, 404, 500]) {
    assertEquals(responseHasBody("GET", status), true, String(status));
    assertEquals(responseHasBody("HEAD", status), false, String(status));
    assertEquals(responseHasBody("CONNECT", status), status >= 300, String(status));
  }
});

Deno.test("responseMayDeclareLength differs from it for HEAD and 304", () => {
  assertEquals(responseMayDeclareLength("HEAD", 200), true);
  assertEquals(responseMayDeclareLength("GET", 304), true);
  assertEquals(responseMayDeclareLength("GET", 103), false);
  assertEquals(responseMayDeclareLength("GET", 204), false);
  assertEquals(responseMayDeclareLength("CONNECT", 200), false);
  assertEquals(responseMayDeclareLength("CONNECT", 407), true);
});
