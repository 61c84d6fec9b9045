import { Client } from "@avx/client";
import { ConnectError } from "@avx/runtime/errors";
import { parseOptions } from "../../client/options.ts";
import { originOf } from "../../client/origin.ts";
import { Destinations } from "../../client/prepared_request.ts";
import { choosesWay, type WayOptions, wayTo } from "../../client/way_options.ts";
import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";
import { later, onStage, Peer } from "./stage.ts";

const SECURE = "https://a.example/";

function keyOf(destinations: Destinations, way?: WayOptions): string {
  return destinations.of(SECURE, way).route.key;
}

Deno.test("a request that says nothing of it goes the client's way", () => {
  assertEquals(choosesWay({}), false);
  assertEquals(choosesWay({ proxy: null }), true);
  assertEquals(choosesWay({ tls: {} }), true);
  assertEquals(choosesWay({ socketPath: "/run/a" }), true);
  const config = parseOptions({ proxy: "http://p.example", tls: { serverName: "b.example" } });
  const url = new URL(SECURE);
  const way = wayTo(originOf(url), url, config);
  assertEquals([way.proxy?.hostname, way.tls.serverName], ["p.example", "b.example"]);
  const destinations = new Destinations(config);
  assertStrictEquals(destinations.of(SECURE), destinations.of(SECURE));
});

Deno.test("requests share connections where they go the same way, and nowhere else", () => {
  const destinations = new Destinations(parseOptions({ proxy: "http://p.example" }));
  const ways: WayOptions[] = [
    {},
    { tls: { verify: false } },
    { tls: { caCerts: ["b"] } },
    { proxy: null },
    { proxy: "http://q.example" },
    { proxy: "http://me:pw@q.example" },
    { socketPath: "/run/a.sock" },
  ];
  const keys = ways.map((way) => keyOf(destinations, way));
  assertEquals(new Set(keys).size, ways.length);
  // Equal ones, in other objects and of another client that shares the connections.
  const others = new Destinations(parseOptions({ proxy: "http://p.example" }));
  assertEquals(keyOf(others, {}), keys[0]);
  assertEquals(ways.map((way) => keyOf(destinations, structuredClone(way))), keys);
  assertNotStrictEquals(destinations.of(SECURE, {}), destinations.of(SECURE, {}));
});

Deno.test("what a request leaves out of TLS is as the client's", () => {
  const config = parseOptions({ tls: { caCerts: ["a"], serverName: "b.example" } });
  const url = new URL(SECURE);
  const tls = { serverName: "c.example", caCerts: undefined };
  const way = wayTo(originOf(url), url, config, { tls });
  assertEquals([way.tls.caCerts, way.tls.serverName, way.tls.verify], [["a"], "c.example", true]);
  const same = wayTo(originOf(url), url, config, { tls: {} });
  assertStrictEquals(same.tls, config.tls);
});

Deno.test("a unix socket and a proxy exclude each other for a client, not for a request", () => {
  const both = { proxy: "http://p.example", socketPath: "/run/a.sock" };
  assertThrows(() => parseOptions(both), TypeError, "socketPath");
  const config = parseOptions({ proxy: "http://p.example" });
  const url = new URL(SECURE);
  const way = wayTo(originOf(url), url, config, { socketPath: "/run/a.sock" });
  assertEquals([way.proxy, way.socketPath], [undefined, "/run/a.sock"]);
});

Deno.test("one request goes to a unix socket, and another one does not", async () => {
  await onStage(async ({ client, network, accept }) => {
    const listener = network.listen({ path: "/run/a.sock" });
    const one = client.request("http://a.example/1", { socketPath: "/run/a.sock" });
    const inside = new Peer(await listener.accept());
    assert((await inside.head()).startsWith("GET /1 "));
    await inside.answer("one");
    assertEquals(await (await one).body.text(), "one");
    const two = client.fetch("http://a.example/2");
    const outside = await accept();
    assert((await outside.head()).startsWith("GET /2 "));
    await outside.answer("two");
    assertEquals(await (await two).text(), "two");
    listener.close();
  });
});

Deno.test("a redirect to another origin leaves the socket behind", async () => {
  await onStage(async ({ client, network, accept }) => {
    const listener = network.listen({ path: "/run/b.sock" });
    const asked = later(client.fetch("http://b.example/", { socketPath: "/run/b.sock" }));
    const inside = new Peer(await listener.accept());
    await inside.head();
    await inside.send(
      "HTTP/1.1 302 There\r\nlocation: http://a.example/there\r\ncontent-length: 0\r\n\r\n",
    );
    const outside = await accept();
    assert((await outside.head()).startsWith("GET /there "));
    await outside.answer("here");
    assertEquals(await (await asked).text(), "here");
    listener.close();
  });
});

Deno.test("a request that names no proxy is refused at once", async () => {
  const client = new Client();
  await assertRejects(() => client.request(SECURE, { proxy: "ftp://p.example" }), TypeError, "ftp");
  const gone = client.request(SECURE, { proxy: "http://127.0.0.1:1" });
  await assertRejects(() => gone, ConnectError);
  client.close();
});
