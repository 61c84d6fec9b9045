import { originOf } from "../../client/origin.ts";
import {
  overHttp1,
  type ProxyTarget,
  routeOf,
  TlsIdentities,
  type TlsIdentity,
} from "../../client/route.ts";
import { assert, assertEquals } from "../support/assert.ts";

const OWN: TlsIdentity = {
  caCerts: undefined,
  clientCertificate: undefined,
  serverName: undefined,
  verify: true,
  key: "",
};
const DIRECT = { proxy: undefined, tls: OWN, socketPath: undefined };
const PROXY: ProxyTarget = {
  protocol: "http",
  hostname: "proxy.example",
  port: 3128,
  credentials: { username: "me", password: "secret" },
  fields: [],
  tls: OWN,
  maxReplyBytes: 1_024,
  key: "http://me@proxy.example:3128",
};
const secure = originOf(new URL("https://a.example/"));
const plain = originOf(new URL("http://a.example/"));

Deno.test("a direct route has the key of its origin", () => {
  const route = routeOf(plain, DIRECT);
  assertEquals(route.key, "http://a.example:80");
  assertEquals(route.onlyHttp1, false);
});

Deno.test("routes differ by proxy, unix socket, TLS identity and version", () => {
  const other = { ...OWN, verify: false, key: "tls#1" };
  const routes = [
    routeOf(secure, DIRECT),
    routeOf(secure, { ...DIRECT, proxy: PROXY }),
    routeOf(secure, { ...DIRECT, socketPath: "/run/a.sock" }),
    routeOf(secure, { ...DIRECT, tls: other }),
    routeOf(secure, { proxy: PROXY, tls: other, socketPath: "/run/a.sock" }),
    overHttp1(routeOf(secure, DIRECT)),
  ];
  assertEquals(new Set(routes.map(({ key }) => key)).size, routes.length);
  assertEquals(overHttp1(routes[0]).onlyHttp1, true);
});

Deno.test("a route in clear text does not care for TLS", () => {
  const other = { ...OWN, verify: false, key: "tls#1" };
  assertEquals(routeOf(plain, { ...DIRECT, tls: other }).key, routeOf(plain, DIRECT).key);
});

Deno.test("equal TLS options are one identity, whatever objects they come in", () => {
  const identities = new TlsIdentities();
  const first = identities.of({ caCerts: ["a"], serverName: "b.example" }, OWN);
  assertEquals(first.key, "tls#1");
  assertEquals(first.verify, true);
  assert(identities.of({ caCerts: ["a"], serverName: "b.example" }, OWN) === first);
  assertEquals(identities.of({ caCerts: ["b"], serverName: "b.example" }, OWN).key, "tls#2");
  const pair = { cert: "c", key: "k" };
  const withPair = identities.of({ clientCertificate: pair }, OWN);
  assert(!withPair.key.includes("k"), "shows no key");
  assert(identities.of({ clientCertificate: { ...pair, key: "l" } }, OWN) !== withPair);
});

Deno.test("TLS options that change nothing are the client's own identity", () => {
  const identities = new TlsIdentities();
  assert(identities.of({}, OWN) === OWN);
  assert(identities.of({ verify: true }, OWN) === OWN);
});

Deno.test("forgotten identities do not get a key that another had", () => {
  const identities = new TlsIdentities();
  const keys = new Set<string>();
  for (let at = 0; at < 600; at++) keys.add(identities.of({ serverName: `${at}` }, OWN).key);
  keys.add(identities.of({ serverName: "0" }, OWN).key);
  assertEquals(keys.size, 601);
});

Deno.test("a route in clear text through an HTTP proxy is forwarded, unless a tunnel is wanted", () => {
  const forwarded = routeOf(plain, { ...DIRECT, proxy: PROXY });
  const tunnelled = routeOf(plain, { ...DIRECT, proxy: PROXY, tunnel: true });
  assertEquals([forwarded.forwarded, tunnelled.forwarded], [true, false]);
  assert(forwarded.key !== tunnelled.key);
  const others = [
    routeOf(plain, DIRECT),
    routeOf(secure, { ...DIRECT, proxy: PROXY }),
    routeOf(plain, { ...DIRECT, proxy: { ...PROXY, protocol: "socks5h" } }),
  ];
  assertEquals(others.map((route) => route.forwarded), [false, false, false]);
});
