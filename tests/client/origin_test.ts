import { originOf } from "../../client/origin.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("origin knows the ports of its schemes", () => {
  const plain = originOf(new URL("http://a.example/x"));
  assertEquals(plain, {
    key: "http://a.example:80",
    encrypted: false,
    hostname: "a.example",
    port: 80,
    authority: "a.example",
  });
  assertEquals(originOf(new URL("https://a.example/")).port, 443);
  assertEquals(originOf(new URL("https://a.example:8443/")).authority, "a.example:8443");
});

Deno.test("origin takes the brackets off an IPv6 address", () => {
  const origin = originOf(new URL("http://[::1]:8080/"));
  assertEquals([origin.hostname, origin.authority], ["::1", "[::1]:8080"]);
});

Deno.test("origin refuses other schemes and credentials", () => {
  assertThrows(() => originOf(new URL("ftp://a.example/")), TypeError, 'scheme is "ftp:"');
  assertThrows(() => originOf(new URL("http://u@a.example/")), TypeError, "credentials");
  assertThrows(() => originOf(new URL("http://:p@a.example/")), TypeError, "credentials");
});
