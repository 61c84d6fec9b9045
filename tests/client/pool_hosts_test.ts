import type { Transport } from "@avx/runtime/ports/transport";
import type { Lease } from "../../client/lease.ts";
import { originOf } from "../../client/origin.ts";
import { PoolHosts } from "../../client/pool_hosts.ts";
import { type Route, routeOf } from "../../client/route.ts";
import { assertEquals } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";

function route(hostname: string): Route {
  const tls = {
    caCerts: undefined,
    clientCertificate: undefined,
    serverName: undefined,
    verify: true,
    key: "",
  };
  const origin = originOf(new URL(`https://${hostname}/`));
  return routeOf(origin, { proxy: undefined, tls, socketPath: undefined });
}

const { otherServer } = await testCertificates(); // for localhost and other.test
const [, base64] = otherServer.cert.match(/-----BEGIN CERTIFICATE-----([^-]*)/)!;
const der = Uint8Array.from(atob(base64.replace(/\s/g, "")), (char) => char.charCodeAt(0));

function lease(isShared = true): { readonly lease: Lease; readonly asked: () => number } {
  let asked = 0;
  const transport = {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 443 },
    get tls() {
      asked++;
      return {
        alpnProtocol: "h2",
        serverName: undefined,
        peerCertificate: der,
        peerVerified: true,
      };
    },
  } as Partial<Transport> as Transport;
  const fake = { isShared, connection: { transport } } as unknown as Lease;
  return { lease: fake, asked: () => asked };
}

Deno.test("hosts are found by name and address, and their certificate is read once", () => {
  const hosts = new PoolHosts();
  const { lease: host, asked } = lease();
  hosts.add(host, route("localhost"));
  assertEquals(asked(), 0);
  assertEquals([...hosts.for(route("other.test"), ["127.0.0.1"])], [host]);
  assertEquals([...hosts.for(route("other.test"), ["127.0.0.2"])], []);
  assertEquals([...hosts.for(route("third.test"), ["127.0.0.1"])], []);
  assertEquals(asked(), 1);
});

Deno.test("connections that are not shared are no hosts", () => {
  const hosts = new PoolHosts();
  hosts.add(lease(false).lease, route("localhost"));
  assertEquals([...hosts.for(route("other.test"), ["127.0.0.1"])], []);
});

Deno.test("a host that is gone tells who has used it", () => {
  const hosts = new PoolHosts();
  const { lease: host } = lease();
  hosts.welcome(host, route("other.test")); // nobody knows it
  hosts.add(host, route("localhost"));
  hosts.welcome(host, route("other.test"));
  assertEquals(hosts.delete(host), ["https://other.test:443"]);
  assertEquals(hosts.delete(host), []);
});
