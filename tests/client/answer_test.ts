import { ClientBody } from "@avx/client";
import { FieldList } from "@avx/semantics/field-lines";
import { Answer, type AnyHead, Timings } from "../../client/answer.ts";
import type { Lease } from "../../client/lease.ts";
import { parseOptions } from "../../client/options.ts";
import { Destinations } from "../../client/prepared_request.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";

const remoteAddr = { transport: "tcp", hostname: "192.0.2.1", port: 443 } as const;
const HEAD = { status: 404, reason: "Not Found", fields: new FieldList(["a", "1"]) };

function answer(
  url: string,
  protocol: "http/1.1" | "h2",
  minorVersion?: number,
  body = new ClientBody(undefined, undefined),
): Answer {
  const lease = { protocol, connection: { transport: { remoteAddr } } } as unknown as Lease;
  const head = { ...HEAD, minorVersion } as unknown as AnyHead;
  const prepared = new Destinations(parseOptions()).of(url).get;
  return new Answer(head, body, new Timings(5), lease, undefined, prepared);
}

Deno.test("an answer shows its head, and where it came from", () => {
  const one = answer("http://a.example/p?q#f", "http/1.1", 1);
  assertEquals([one.status, one.statusText, one.headers.get("a")], [404, "Not Found", "1"]);
  assertEquals([one.url, one.redirected], ["http://a.example/p?q", false]);
  assertEquals([one.remoteAddr, one.upgrade, one.timings.startedAt], [remoteAddr, undefined, 5]);
  assertEquals(answer("https://a.example:444", "h2").url, "https://a.example:444/");
});

Deno.test("an answer knows its version", () => {
  const url = "http://a.example/";
  assertEquals(answer(url, "http/1.1", 1).protocol, "http/1.1");
  assertEquals(answer(url, "http/1.1", 0).protocol, "http/1.0");
  assertEquals(answer(url, "h2").protocol, "h2");
});

Deno.test("an answer's trailers are those of its body", () => {
  const trailers = new FieldList(["t", "1"]);
  const one = answer("http://a.example/", "h2", undefined, new ClientBody(undefined, trailers));
  assertStrictEquals(one.trailers, trailers);
});

Deno.test("timings begin at nothing", () => {
  assertEquals({ ...new Timings(7) }, {
    startedAt: 7,
    connectionMs: 0,
    reused: false,
    dnsMs: 0,
    connectMs: 0,
    proxyMs: 0,
    tlsMs: 0,
    headersMs: 0,
    totalMs: undefined,
  });
});
