import {
  ipBytes,
  isInNetwork,
  isIpAddress,
  isLoopback,
  parseNetwork,
} from "../../../client/connecting/ip_address.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("ipBytes gives four bytes, sixteen, or nothing for a name", () => {
  assertEquals(ipBytes("192.0.2.1"), Uint8Array.of(192, 0, 2, 1));
  const wide = new Uint8Array(16);
  assertEquals(ipBytes("::"), wide);
  wide.set([0x20, 0x01, 0x0d, 0xb8]);
  wide[15] = 1;
  assertEquals(ipBytes("2001:db8::1"), wide);
  assertEquals(ipBytes("2001:db8:0:0:0:0:0:1"), wide);
  const mapped = ipBytes("::ffff:192.0.2.1");
  assertEquals(mapped?.subarray(10), Uint8Array.of(0xff, 0xff, 192, 0, 2, 1));
  for (const name of ["a.example", "", "1.2.3", "1.2.3.256", "::1%eth0"]) {
    assertEquals(ipBytes(name), undefined, name);
  }
});

Deno.test("isIpAddress takes a zone along", () => {
  for (const address of ["192.0.2.1", "::1", "fe80::1%eth0"]) {
    assertEquals(isIpAddress(address), true, address);
  }
  for (const name of ["localhost", "a%b", "1.2.3.4%eth0", ""]) {
    assertEquals(isIpAddress(name), false, name);
  }
});

Deno.test("isInNetwork compares as many bits as the network has", () => {
  const cases: [address: string, network: string, inside: boolean][] = [
    ["10.1.2.3", "10.0.0.0/8", true],
    ["11.1.2.3", "10.0.0.0/8", false],
    ["192.0.2.127", "192.0.2.0/25", true],
    ["192.0.2.128", "192.0.2.0/25", false],
    ["1.2.3.4", "0.0.0.0/0", true],
    ["::1", "0.0.0.0/0", false],
    ["1.2.3.4", "1.2.3.4/32", true],
    ["1.2.3.5", "1.2.3.4/32", false],
    ["::ffff:10.0.0.1", "10.0.0.0/8", true],
    ["2001:db8::1", "2001:db8::/33", true],
    ["2001:db8:8000::1", "2001:db8::/33", false],
    ["10.0.0.1", "::/0", true],
  ];
  for (const [address, network, inside] of cases) {
    const parsed = parseNetwork(network)!;
    assertEquals(isInNetwork(ipBytes(address)!, parsed), inside, `${address} in ${network}`);
  }
});

Deno.test("parseNetwork refuses what is no network", () => {
  for (const text of ["10.0.0.0", "10.0.0.0/33", "::/129", "a/8", "10.0.0.0/", "10.0.0.0/8/8"]) {
    assertEquals(parseNetwork(text), undefined, text);
  }
});

Deno.test("isLoopback knows this machine", () => {
  for (const address of ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"]) {
    assertEquals(isLoopback(ipBytes(address)!), true, address);
  }
  for (const address of ["128.0.0.1", "::2", "10.0.0.1"]) {
    assertEquals(isLoopback(ipBytes(address)!), false, address);
  }
});
