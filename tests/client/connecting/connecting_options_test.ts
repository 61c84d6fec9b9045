import { parseConnectingOptions } from "../../../client/connecting/connecting_options.ts";
import { parseDnsOptions } from "../../../client/connecting/dns_options.ts";
import { assertEquals, assertThrows } from "../../support/assert.ts";

const TLS = {
  caCerts: undefined,
  clientCertificate: undefined,
  serverName: undefined,
  verify: true,
  key: "",
};

Deno.test("options of connecting have defaults", () => {
  const { dns, attemptDelayMs, preferredFamily, proxy } = parseConnectingOptions({}, TLS);
  assertEquals(dns, parseDnsOptions());
  assertEquals([attemptDelayMs, preferredFamily], [250, undefined]);
  assertEquals(proxy, undefined);
});

Deno.test("options of Happy Eyeballs are taken, and have bounds", () => {
  const given = parseConnectingOptions(
    { happyEyeballs: { attemptDelay: 10, prefer: "ipv4" } },
    TLS,
  );
  assertEquals([given.attemptDelayMs, given.preferredFamily], [10, 4]);
  const other = parseConnectingOptions({
    happyEyeballs: { attemptDelay: Infinity, prefer: "ipv6" },
  }, TLS);
  assertEquals([other.attemptDelayMs, other.preferredFamily], [Infinity, 6]);
  for (const attemptDelay of [9, -1, NaN]) {
    assertThrows(
      () => parseConnectingOptions({ happyEyeballs: { attemptDelay } }, TLS),
      RangeError,
      "at least 10",
    );
  }
  const prefer = "ipv5" as "ipv6";
  assertThrows(() => parseConnectingOptions({ happyEyeballs: { prefer } }, TLS), TypeError, "ipv5");
});
