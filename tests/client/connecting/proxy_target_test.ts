import { type ProxyInit, ProxyTargets } from "../../../client/connecting/proxy_target.ts";
import type { TlsIdentity } from "../../../client/route.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../../support/assert.ts";

const OWN: TlsIdentity = {
  caCerts: ["authority"],
  clientCertificate: { cert: "cert", key: "key" },
  serverName: "origin.example",
  verify: false,
  key: "",
};

function targets(): ProxyTargets {
  return new ProxyTargets(OWN);
}

Deno.test("a proxy is a URL, with the port of its scheme", () => {
  const cases: [init: ProxyInit, protocol: string, hostname: string, port: number][] = [
    ["http://proxy.example", "http", "proxy.example", 80],
    ["http://proxy.example:3128/", "http", "proxy.example", 3128],
    ["https://PROXY.example", "https", "proxy.example", 443],
    ["socks5://proxy.example", "socks5", "proxy.example", 1080],
    ["socks5h://Proxy.example:80", "socks5h", "proxy.example", 80],
    ["socks://[2001:DB8::1]", "socks5h", "2001:db8::1", 1080],
    ["proxy.example:3128", "http", "proxy.example", 3128],
    ["proxy.example", "http", "proxy.example", 80],
    [new URL("http://192.0.2.1:8080"), "http", "192.0.2.1", 8080],
    [{ url: "http://proxy.example" }, "http", "proxy.example", 80],
  ];
  for (const [init, protocol, hostname, port] of cases) {
    const target = targets().of(init);
    assertEquals([target.protocol, target.hostname, target.port], [protocol, hostname, port]);
  }
});

Deno.test("credentials come from the URL or beside it, and go into a field of HTTP", () => {
  const inUrl = targets().of("http://me:p%40ss@proxy.example");
  assertEquals(inUrl.fields, ["proxy-authorization", `Basic ${btoa("me:p@ss")}`]);
  const beside = targets().of({ url: "http://x:y@proxy.example", username: "é", password: "" });
  assertEquals(beside.fields[1], "Basic w6k6");
  const bearer = targets().of({
    url: "http://me:pw@proxy.example",
    headers: { "Proxy-Authorization": "Bearer abc", "x-tenant": "7" },
  });
  assertEquals(bearer.fields, ["Proxy-Authorization", "Bearer abc", "x-tenant", "7"]);
  const socks = targets().of("socks5h://me:pw@proxy.example");
  assertEquals([socks.credentials, socks.fields], [{ username: "me", password: "pw" }, []]);
});

Deno.test("equal proxies are one target, and different ones have different keys", () => {
  const known = targets();
  const plain = known.of("http://proxy.example");
  assertStrictEquals(known.of(new URL("http://proxy.example/")), plain);
  assertEquals(plain.key, "http://proxy.example:80");
  const mine = known.of("http://me:secret@proxy.example");
  const yours = known.of("http://me:other@proxy.example");
  const tls = known.of({ url: "http://proxy.example", tls: { verify: true } });
  const map = known.of({ url: "http://proxy.example", headers: new Map([["a", "b"]]) });
  const other = known.of({ url: "http://proxy.example", headers: new Map([["a", "c"]]) });
  const keys = [plain, mine, yours, tls, map, other].map(({ key }) => key);
  assertEquals(new Set(keys).size, 6);
  assert(keys.every((key) => !key.includes("secret")), "shows no password");
  assertEquals(known.of("socks5://[::1]").key, "socks5://[::1]:1080");
});

Deno.test("forgotten proxies do not get a key that another had", () => {
  const known = targets();
  const keys = new Set<string>();
  for (let at = 0; at < 600; at++) keys.add(known.of(`http://u${at}:p@proxy.example`).key);
  keys.add(known.of("http://u0:p@proxy.example").key);
  assertEquals(keys.size, 601);
});

Deno.test("TLS with a proxy trusts whom the client trusts, but shows no certificate of its own", () => {
  const { tls } = targets().of("https://proxy.example");
  assertEquals([tls.caCerts, tls.verify], [["authority"], false]);
  assertEquals([tls.clientCertificate, tls.serverName], [undefined, undefined]);
  const pair = { cert: "c", key: "k" };
  const given = targets().of({
    url: "https://proxy.example",
    tls: { caCerts: ["b"], clientCertificate: pair, serverName: "p", verify: true },
  });
  assertEquals(given.tls, {
    caCerts: ["b"],
    clientCertificate: pair,
    serverName: "p",
    verify: true,
    key: "",
  });
});

Deno.test("what is no proxy is refused, without a word of its password", () => {
  const wrong: [init: ProxyInit, message: string][] = [
    ["ftp://proxy.example", '"ftp:"'],
    ["socks4://proxy.example", '"socks4:"'],
    ["http://", "URL is not valid"],
    ["http://me:secret@pro xy", "URL is not valid"],
    ["http://me:%ff@proxy.example", "credentials"],
    [{ url: "http://proxy.example", username: "a:b" }, "colon"],
    [{ url: "http://proxy.example", headers: { "a b": "c" } }, ""],
    [`socks5://${"a".repeat(256)}@proxy.example`, "255"],
  ];
  for (const [init, message] of wrong) {
    const error = assertThrows(() => targets().of(init), TypeError, message);
    assert(!(error as Error).message.includes("secret"));
  }
});

Deno.test("the limit of an answer has a default, and is positive", () => {
  assertEquals(targets().of("http://proxy.example").maxReplyBytes, 16_384);
  assertEquals(targets().of({ url: "http://p.example", maxReplyBytes: 99 }).maxReplyBytes, 99);
  assertThrows(() => targets().of({ url: "http://p.example", maxReplyBytes: 0 }), RangeError);
});
