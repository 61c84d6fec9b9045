import type { Address, Transport } from "@avx/runtime/ports/transport";
import { authorityOf, canServe, mayCoalesce } from "../../client/coalescing.ts";
import { originOf } from "../../client/origin.ts";
import { overHttp1, type Route, routeOf, type Way } from "../../client/route.ts";
import { assertEquals } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";

const TLS = {
  caCerts: undefined,
  clientCertificate: undefined,
  serverName: undefined,
  verify: true,
  key: "",
};

function route(url: string, way: Partial<Way> = {}): Route {
  return routeOf(originOf(new URL(url)), {
    proxy: undefined,
    tls: TLS,
    socketPath: undefined,
    ...way,
  });
}

const A = route("https://a.example/");
const B = route("https://b.example/");
const AUTHORITY = {
  address: "192.0.2.1",
  names: { dnsNames: ["a.example", "b.example"], ipAddresses: [] },
};

Deno.test("a connection serves a host that its certificate names at an address of that host", () => {
  assertEquals(canServe(A, AUTHORITY, B, ["192.0.2.7", "192.0.2.1"]), true);
  assertEquals(canServe(A, AUTHORITY, B, ["192.0.2.7"]), false);
  assertEquals(canServe(A, AUTHORITY, route("https://c.example/"), ["192.0.2.1"]), false);
});

Deno.test("a connection serves no other port, and nobody with other TLS options", () => {
  assertEquals(canServe(A, AUTHORITY, route("https://b.example:8443/"), ["192.0.2.1"]), false);
  const other = route("https://b.example/", { tls: { ...TLS, key: "tls#1" } });
  assertEquals(canServe(A, AUTHORITY, other, ["192.0.2.1"]), false);
});

Deno.test("routes coalesce over TLS alone, directly, and where the server is verified", () => {
  assertEquals(mayCoalesce(A), true);
  const proxy = {
    protocol: "http",
    hostname: "p.example",
    port: 3128,
    credentials: undefined,
    fields: [],
    tls: TLS,
    maxReplyBytes: 1_024,
    key: "http://p.example:3128",
  } as const;
  const others = [
    route("http://a.example/"),
    route("https://a.example/", { proxy }),
    route("https://a.example/", { socketPath: "/run/a.sock" }),
    route("https://a.example/", { tls: { ...TLS, verify: false } }),
    route("https://a.example/", { tls: { ...TLS, serverName: "b.example" } }),
    overHttp1(A),
  ];
  assertEquals(others.map(mayCoalesce), others.map(() => false));
});

function transport(
  peerCertificate: Uint8Array | undefined,
  { peerVerified = true, remoteAddr = TCP }: { peerVerified?: boolean; remoteAddr?: Address } = {},
): Transport {
  const tls = { alpnProtocol: "h2", serverName: undefined, peerCertificate, peerVerified };
  return { remoteAddr, tls } as Partial<Transport> as Transport;
}

const TCP = { transport: "tcp", hostname: "192.0.2.1", port: 443 } as const;

Deno.test("a connection speaks for whom its certificate names, if that is known and verified", async () => {
  const { server } = await testCertificates();
  const [, base64] = server.cert.match(/-----BEGIN CERTIFICATE-----([^-]*)/)!;
  const der = Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0));
  const authority = authorityOf(A, transport(der));
  assertEquals([authority?.address, authority?.names.dnsNames], ["192.0.2.1", ["localhost"]]);
  assertEquals(authorityOf(A, transport(undefined)), undefined);
  assertEquals(authorityOf(A, transport(der, { peerVerified: false })), undefined);
  assertEquals(authorityOf(A, transport(der.subarray(1))), undefined);
  assertEquals(authorityOf(route("http://a.example/"), transport(der)), undefined);
  const remoteAddr = { transport: "unix", path: "" } as const;
  assertEquals(authorityOf(A, transport(der, { remoteAddr })), undefined);
  assertEquals(authorityOf(A, { remoteAddr: TCP } as Partial<Transport> as Transport), undefined);
});
