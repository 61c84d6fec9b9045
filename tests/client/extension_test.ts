import type { Client } from "@avx/client";
import { PoolClosedError } from "@avx/semantics/errors";
import { extendConfig } from "../../client/extension.ts";
import { parseOptions } from "../../client/options.ts";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";
import { onStage, Peer, URL_ROOT } from "./stage.ts";

const config = parseOptions({ baseUrl: "http://a.example/v1/", headers: { "X-A": "1", b: "2" } });

Deno.test("an extended configuration changes what it names and nothing else", () => {
  const same = extendConfig(config, {});
  assertEquals([same.headers, same.timeouts, same.baseUrl], [
    config.headers,
    config.timeouts,
    config.baseUrl,
  ]);
  const changed = extendConfig(config, {
    baseUrl: "users/",
    headers: { "x-a": "3" },
    timeouts: { total: 5 },
  });
  assertEquals(changed.baseUrl?.href, "http://a.example/v1/users/");
  assertEquals(changed.headers.slice(-2), ["x-a", "3"]);
  assertEquals(changed.headers.includes("X-A"), false);
  assertEquals(changed.timeouts, { ...config.timeouts, total: 5 });
  assertStrictEquals(changed.tls, config.tls);
});

Deno.test("an extension is checked as options are", () => {
  assertThrows(() => extendConfig(config, { timeouts: { total: 0 } }), RangeError, "total");
  assertThrows(() => extendConfig(config, { headers: { "a b": "" } }), TypeError);
  assertThrows(() => extendConfig(config, { baseUrl: "file:///" }), TypeError, "baseUrl");
  assertThrows(() => parseOptions({ baseUrl: "/" }), TypeError);
});

Deno.test("an extended client shares connections and has its own fields", async () => {
  await onStage(async ({ client, accept, network }) => {
    let asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("");
    await asked;
    const extended = client.extend({
      baseUrl: `${URL_ROOT}/v1/`,
      headers: { "user-agent": "mine" },
    });
    const further = extended.extend({ headers: { "x-b": "1" } });
    asked = further.request("users?q");
    assertEquals(
      await peer.head(),
      "GET /v1/users?q HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\nuser-agent: mine\r\nx-b: 1\r\n\r\n",
    );
    await peer.answer("");
    assertEquals((await asked).url, `${URL_ROOT}/v1/users?q`);
    assertEquals([network.attempts, further.stats().requests], [1, client.stats().requests]);
  });
});

Deno.test("an extended client ends alone; the first one ends all", async () => {
  await onStage(async ({ client, accept }) => {
    const extended = client.extend({ timeouts: { total: 1_000 } });
    const other = client.extend({});
    extended.close();
    extended.close();
    await assertRejects(() => extended.request(URL_ROOT), PoolClosedError);
    const asked = other.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("");
    await asked;
    client.close();
    await assertRejects(() => other.request(URL_ROOT), PoolClosedError);
  });
});

Deno.test("an extended client's total timeout is its own", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const extended = client.extend({ timeouts: { total: 50 } });
    const asked = extended.request(URL_ROOT);
    asked.catch(() => {});
    await (await accept()).head();
    await clock.advance(60);
    await assertRejects(() => asked, Error, "after 50 ms");
  });
});

Deno.test("clients share connections over TLS where they do TLS in the same way", async () => {
  const tls = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;
  await onStage(async ({ client, listen }) => {
    const listener = listen("a.example", 443, tls);
    const url = "https://a.example/";
    async function asks(by: Client, peer?: Peer): Promise<Peer> {
      const asked = by.request(url);
      const answering = peer ?? new Peer(await listener.accept());
      await answering.head();
      await answering.answer("ok");
      await asked;
      return answering;
    }
    const first = await asks(client);
    await asks(client.extend({ tls: { verify: true } }), first); // as it was
    const lax = client.extend({ tls: { verify: false } });
    const second = await asks(lax);
    await asks(lax.extend({}), second);
    await asks(client.extend({ tls: { verify: false } }), second);
    await asks(client, first);
    const { origins, opened } = client.stats();
    assertEquals(opened, 2);
    assertEquals([...origins.keys()], ["https://a.example:443", "https://a.example:443 tls#1"]);
    client.close();
    for (const peer of [first, second]) await peer.ended();
  });
});

Deno.test("what is cached for one TLS identity is not for another", async () => {
  const policies = { cache: true } as const;
  await onStage(async ({ client, clock, accept }) => {
    async function asks(by: Client, peer: Peer | undefined): Promise<Peer> {
      const asked = by.request(URL_ROOT);
      const answering = peer ?? await accept();
      await answering.head();
      await answering.answer("ok", "cache-control: max-age=60");
      assertEquals(await (await asked).body.text(), "ok");
      await clock.settle();
      return answering;
    }
    const peer = await asks(client, undefined);
    const same = client.extend({ tls: { verify: true } });
    assertEquals(await (await same.request(URL_ROOT)).body.text(), "ok");
    const other = client.extend({ tls: { verify: false } });
    await asks(other, peer);
    const own = client.extend({ tls: { verify: false }, cache: true });
    await asks(own, peer);
    assertEquals(await (await own.request(URL_ROOT)).body.text(), "ok");
  }, policies);
});
