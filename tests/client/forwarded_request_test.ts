import { forwardedRequest } from "../../client/forwarded_request.ts";
import { parseOptions } from "../../client/options.ts";
import { Destinations } from "../../client/prepared_request.ts";
import { prepare } from "../../client/request.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";

const URL_TEXT = "http://a.example/x?y#z";

Deno.test("a forwarded request names the whole URL, and tells the proxy who asks", () => {
  const proxy = "http://me:pw@proxy.example:3128";
  const destinations = new Destinations(parseOptions({ proxy, headers: { accept: "a" } }));
  const { get } = destinations.of(URL_TEXT);
  assertEquals(get.target, "http://a.example/x?y");
  assertEquals(get.lines.slice(-2), ["proxy-authorization", "Basic bWU6cHc="]);
  const put = prepare(URL_TEXT, { method: "PUT", body: "b" }, destinations);
  if (put instanceof Promise) throw new TypeError("A text needs no time");
  assertEquals([put.target, put.lines.at(-1)], ["http://a.example/x?y", "Basic bWU6cHc="]);
});

Deno.test("a proxy that is told nothing adds nothing", () => {
  const destinations = new Destinations(parseOptions({ proxy: "http://proxy.example" }));
  const { get } = destinations.of("http://a.example/");
  assertStrictEquals(forwardedRequest(get, "http://b.example/").lines, get.lines);
});

Deno.test("through a tunnel a request goes as to the server itself", () => {
  const proxy = "http://me:pw@proxy.example:3128";
  const destinations = new Destinations(parseOptions({ proxy }));
  const { get } = destinations.of("https://a.example/x");
  assertEquals([get.target, get.lines.includes("proxy-authorization")], ["/x", false]);
  const upgrade = prepare(URL_TEXT, { upgrade: "websocket" }, destinations);
  if (upgrade instanceof Promise) throw new TypeError("Nothing needs no time");
  assertEquals([upgrade.target, upgrade.route.forwarded], ["/x?y", false]);
  const http2 = new Destinations(parseOptions({ proxy, protocol: "h2" }));
  assertEquals(http2.of(URL_TEXT).get.target, "/x?y");
});

Deno.test("a proxy that a function chooses is chosen for each request", () => {
  let turn = 0;
  const proxy = (): string => `http://proxy${++turn}.example`;
  const destinations = new Destinations(parseOptions({ proxy }));
  const keys = [1, 2].map(() => destinations.of("https://a.example/").route.proxy?.key);
  assertEquals(keys, ["http://proxy1.example:80", "http://proxy2.example:80"]);
});
