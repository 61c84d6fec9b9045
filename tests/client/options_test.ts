import { DEFAULT_CLIENT_TIMEOUTS, parseOptions } from "../../client/options.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("options are complete and frozen without being given", () => {
  const config = parseOptions();
  assertEquals(config.timeouts, DEFAULT_CLIENT_TIMEOUTS);
  assertEquals(config.maxConnectionsPerOrigin, 128);
  assertEquals(config.tls.verify, true);
  assert(Object.isFrozen(config));
  assert(Object.isFrozen(config.timeouts));
  assert(Object.isFrozen(config.headers));
});

Deno.test("options keep what is given and complete the rest", () => {
  const config = parseOptions({
    timeouts: { connect: 5, pool: undefined },
    limits: { maxFields: 7 },
    maxConnections: 3,
    tls: { serverName: "a.example", verify: false },
    headers: { "User-Agent": "mine", "x-note": "1" },
  });
  assertEquals(config.timeouts.connect, 5);
  assertEquals(config.timeouts.pool, DEFAULT_CLIENT_TIMEOUTS.pool);
  assertEquals(config.limits.maxFields, 7);
  assertEquals(config.limits.maxHeadBytes, 32 * 1024);
  assertEquals(config.maxConnections, 3);
  assertEquals(config.tls, {
    caCerts: undefined,
    clientCertificate: undefined,
    serverName: "a.example",
    verify: false,
    key: "",
  });
  assertEquals(config.headers, ["User-Agent", "mine", "x-note", "1", "accept", "*/*"]);
});

Deno.test("options refuse what is not positive, by name", () => {
  assertThrows(() => parseOptions({ timeouts: { body: 0 } }), RangeError, "timeouts.body");
  assertThrows(() => parseOptions({ maxConnections: 1.5 }), RangeError, "maxConnections");
  assertThrows(() => parseOptions({ maxConnectionAge: NaN }), RangeError, "maxConnectionAge");
  assertThrows(() => parseOptions({ maxConnections: 0 }), RangeError, "maxConnections");
});

Deno.test("options refuse unknown phases and bad fields", () => {
  const timeouts = { conect: 1 } as Record<string, number>;
  assertThrows(() => parseOptions({ timeouts }), TypeError, '"conect"');
  assertThrows(() => parseOptions({ headers: { "x y": "1" } }), TypeError);
});
