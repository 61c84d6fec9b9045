import { authorityOf, methodOf, targetOf } from "../../http1/proto/request_line.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

Deno.test("methods are read as they were sent", () => {
  for (
    const method of [
      ...["GET", "PUT", "GOT", "HEAD", "POST", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"],
      ...["QUERY", "get", "VERSION-CONTROL", "x", "MAKE-ME-A-LONG-ONE", "PROPFIND"],
    ]
  ) assertEquals(methodOf(bytesOf(`[${method}]`), 1, method.length + 1), method);
});

Deno.test("a target equal to the last one is that one", () => {
  const bytes = bytesOf("/path?a=b ");
  assertEquals(targetOf(bytes, 0, 9, "/path?a=b"), "/path?a=b");
  assertEquals(targetOf(bytes, 0, 9, "/path?a=c"), "/path?a=b");
  assertEquals(targetOf(bytes, 0, 9, ""), "/path?a=b");
});

function authority(target: string, method = "GET"): string | undefined {
  const bytes = bytesOf(`:${target}://x`);
  const found = authorityOf(bytes, 1, target.length + 1, method);
  return typeof found === "object" ? target.slice(found.start - 1, found.end - 1) : found && "no";
}

Deno.test("the authority of an absolute target is found", () => {
  assertEquals(authority("http://a.example/b"), "a.example");
  assertEquals(authority("https://[::1]:8443?c"), "[::1]:8443");
  assertEquals(authority("ws+x-1.0://a"), "a");
});

Deno.test("what is neither a path nor an absolute URI is refused", () => {
  for (
    const target of [
      ...[
        "a",
        "a:",
        "a:/",
        "a:/b",
        "a:b//c",
        "http://",
        "http:///a",
        "http://u@a/",
        "://a",
        "1a://b",
      ],
      ...["http://a b/", "**", "?a", "http", "a_b://c", "http:"],
    ]
  ) assertEquals([target, authority(target)], [target, "no"]);
});

Deno.test("an asterisk is for OPTIONS", () => {
  assertEquals(authority("*", "OPTIONS"), undefined);
  assertEquals(authority("*", "GET"), "no");
});

Deno.test("CONNECT names a host and a port, nothing else", () => {
  assertEquals(authority("a.example:443", "CONNECT"), "a.example:443");
  assertEquals(authority("[::1]:1", "CONNECT"), "[::1]:1");
  for (const target of ["a.example", "a.example:", ":443", "/", "http://a:1/", "a:b", "*"]) {
    assertEquals([target, authority(target, "CONNECT")], [target, "no"]);
  }
});
