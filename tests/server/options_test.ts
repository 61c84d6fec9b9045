import { DEFAULT_LIMITS } from "@avx/http1/limits";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { clock, network } from "@avx/runtime/platform";
import { type AnyServeOptions, parseGrace, parseOptions } from "../../server/options.ts";
import { DEFAULT_SERVE_TIMEOUTS } from "../../server/timeouts.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

const handler = () => new Response("hello");
const pair = { cert: "CERT", key: "KEY" };

/** What TypeScript would refuse, for those who do not use it. */
function refuses(
  options: Record<string, unknown>,
  message: string,
  type: typeof TypeError = TypeError,
): void {
  assertThrows(() => parseOptions(options as AnyServeOptions, handler), type, message);
}

Deno.test("options have the defaults of Deno.serve", () => {
  const config = parseOptions({}, handler);

  assertEquals(config.listen, { port: 8000, hostname: "0.0.0.0", reusePort: false, backlog: 511 });
  assertStrictEquals(config.handler, handler);
  assertEquals(config.signal, undefined);
  assertEquals(config.limits, DEFAULT_LIMITS);
  assertEquals(config.maxBufferedBodyBytes, 64 * 1024 * 1024);
  assertEquals(config.timeouts, DEFAULT_SERVE_TIMEOUTS);
  assertEquals(config.maxConnections, Infinity);
  assertEquals(config.observer, undefined);
  assertStrictEquals(config.network, network);
  assertStrictEquals(config.clock, clock);
});

Deno.test("options that are set replace their defaults", () => {
  const signal = new AbortController().signal;
  const observer = { "request.end": () => {} };
  const memory = new MemoryNetwork();
  const manual = new ManualClock();
  const config = parseOptions({
    port: 1,
    hostname: "::1",
    reusePort: true,
    tcpBacklog: 7,
    signal,
    observer,
    network: memory,
    clock: manual,
    maxConnections: 3,
    limits: { maxBodyBytes: 9 },
    maxBufferedBodyBytes: 5,
    timeouts: { headers: 1, body: 2, write: undefined },
  }, handler);

  assertEquals(config.listen, { port: 1, hostname: "::1", reusePort: true, backlog: 7 });
  assertStrictEquals(config.signal, signal);
  assertEquals(Object.keys(config.observer!), Object.keys(observer));
  assertStrictEquals(config.network, memory);
  assertStrictEquals(config.clock, manual);
  assertEquals(config.maxConnections, 3);
  assertEquals(config.maxBufferedBodyBytes, 5);
  assertEquals(config.limits, { ...DEFAULT_LIMITS, maxBodyBytes: 9 });
  assertEquals(config.timeouts, { ...DEFAULT_SERVE_TIMEOUTS, headers: 1, body: 2 });
});

Deno.test("a configuration is frozen", () => {
  const config = parseOptions({ ...pair }, handler);

  for (const part of [config, config.listen, config.listen.tls, config.limits, config.timeouts]) {
    assert(Object.isFrozen(part));
  }
});

Deno.test("a path leaves no room for a port", () => {
  assertEquals(parseOptions({ path: "/run/x.sock" }, handler).listen, { path: "/run/x.sock" });
  refuses({ path: "x", port: 1 }, '"port" together with "path"');
  refuses({ path: "x", hostname: "y" }, '"hostname" together with "path"');
  refuses({ path: "x", reusePort: true }, '"reusePort" together with "path"');
  refuses({ path: "x", tcpBacklog: 1 }, '"tcpBacklog" together with "path"');
  refuses({ path: "" }, "empty");
});

Deno.test("a certificate with its key asks for TLS", () => {
  const { tls } = parseOptions({ ...pair }, handler).listen;

  assertEquals(tls, {
    ...pair,
    alpnProtocols: ["h2", "http/1.1"],
    backend: "node",
    resolveCertificate: undefined,
    clientCertificate: "none",
    clientCaCerts: undefined,
    minVersion: "TLSv1.2",
  });
});

Deno.test("TLS options are handed on", () => {
  const resolveCertificate = () => undefined;
  const { tls } = parseOptions({
    ...pair,
    tls: {
      resolveCertificate,
      clientCertificate: "require",
      clientCaCerts: ["CA"],
      minVersion: "TLSv1.3",
    },
  }, handler).listen;

  assertEquals(tls?.resolveCertificate, resolveCertificate);
  assertEquals(tls?.clientCertificate, "require");
  assertEquals(tls?.clientCaCerts, ["CA"]);
  assertEquals(tls?.minVersion, "TLSv1.3");
});

Deno.test("half a certificate is refused", () => {
  refuses({ cert: "CERT" }, 'both "cert" and "key"');
  refuses({ key: "KEY" }, 'both "cert" and "key"');
  refuses({ tls: {} }, 'both "cert" and "key"');
});

Deno.test("authorities for clients that are not asked for a certificate are refused", () => {
  refuses({ ...pair, tls: { clientCaCerts: ["CA"] } }, "tls.clientCertificate");
});

Deno.test("back end deno refuses what it cannot do", () => {
  const backend = "deno";
  assertEquals(parseOptions({ ...pair, tls: { backend } }, handler).listen.tls?.backend, "deno");
  refuses({ ...pair, tls: { backend, resolveCertificate: () => undefined } }, "resolveCertificate");
  refuses({ ...pair, tls: { backend, clientCertificate: "request" } }, "clientCertificate");
  refuses({ ...pair, tls: { backend, minVersion: "TLSv1.3" } }, "minVersion");
});

Deno.test("numbers outside their range are refused", () => {
  for (const port of [-1, 65_536, 1.5, NaN, "80"]) refuses({ port }, '"port"', RangeError);
  for (const tcpBacklog of [0, -1, 0.5]) refuses({ tcpBacklog }, '"tcpBacklog"', RangeError);
  for (const maxConnections of [0, -1, 1.5, NaN]) {
    refuses({ maxConnections }, '"maxConnections"', RangeError);
  }
  for (const headers of [-1, NaN, "1000", null]) {
    refuses({ timeouts: { headers } }, '"timeouts.headers"', RangeError);
  }
  refuses({ maxBufferedBodyBytes: -1 }, "maxBufferedBodyBytes -1", RangeError);
  refuses({ limits: { maxBodyBytes: -1 } }, '"limits.maxBodyBytes"', RangeError);
});

Deno.test("misspelt limits and timeouts are refused", () => {
  refuses({ limits: { maxBodySize: 1 } }, '"limits.maxBodySize"');
  refuses({ timeouts: { header: 1 } }, '"timeouts.header"');
});

Deno.test("a server without a handler is refused", () => {
  assertThrows(() => parseOptions({}, undefined), TypeError, "no handler");
  assertThrows(() => parseOptions({}, "text" as never), TypeError, "no handler");
});

Deno.test("grace has a default and is never negative", () => {
  assertEquals(parseGrace(undefined), 30_000);
  assertEquals(parseGrace(0), 0);
  assertEquals(parseGrace(Infinity), Infinity);
  assertThrows(() => parseGrace(-1), RangeError, "graceMs -1");
  assertThrows(() => parseGrace(NaN), RangeError, "graceMs NaN");
});

Deno.test("the protocols that are served are offered over TLS, in their order", () => {
  const offered = parseOptions({ ...pair, protocols: ["http/1.1", "h2"] }, handler);
  assertEquals(offered.protocols, ["http/1.1", "h2"]);
  assertEquals(offered.listen.tls?.alpnProtocols, ["http/1.1", "h2"]);
  assertEquals(parseOptions({}, handler).protocols, ["h2", "http/1.1"]);
  refuses({ protocols: [] }, '"protocols" as it is empty');
  refuses({ protocols: ["h3" as "h2"] }, '"h3" is not served');
});

Deno.test("what is set for both protocols is HTTP/2's too, unless it is set for that alone", () => {
  const shared = parseOptions({
    limits: { maxBodyBytes: 10, maxDrainBytes: 20 },
    timeouts: { headers: 1, body: 2, keepAlive: 3 },
  }, handler).http2;
  assertEquals([shared.limits.maxBodyBytes, shared.limits.maxDrainBytes], [10, 20]);
  const { headMs, bodyMs, idleMs } = shared.timeouts;
  assertEquals([headMs, bodyMs, idleMs], [1, 2, 3]);
  const alone = parseOptions({
    limits: { maxBodyBytes: 10 },
    timeouts: { keepAlive: 3 },
    http2: {
      limits: { maxBodyBytes: 11, maxConcurrentStreams: 7, abuse: { maxPeerResets: 5 } },
      timeouts: { idleMs: 4 },
    },
  }, handler).http2;
  assertEquals(alone.limits.maxBodyBytes, 11);
  assertEquals(alone.limits.maxConcurrentStreams, 7);
  assertEquals(alone.limits.abuse.maxPeerResets, 5);
  assertEquals(alone.timeouts.idleMs, 4);
  refuses({ http2: { limits: { nothing: 1 } as never } }, '"http2.limits.nothing"');
  refuses({ http2: { timeouts: { idleMs: -1 } } }, '"http2.timeouts.idleMs"', RangeError);
  refuses(
    { http2: { limits: { abuse: { maxPeerResets: -1 } } } },
    '"http2.limits.abuse.maxPeerResets"',
    RangeError,
  );
});

Deno.test("the bound for collected bodies is at least 0", () => {
  assertEquals(parseOptions({}, handler).maxBufferedBodyBytes, 64 * 1024 * 1024);
  assertEquals(parseOptions({ maxBufferedBodyBytes: 0 }, handler).maxBufferedBodyBytes, 0);
  refuses({ maxBufferedBodyBytes: -1 }, "maxBufferedBodyBytes -1", RangeError);
  refuses({ maxBufferedBodyBytes: NaN }, "maxBufferedBodyBytes NaN", RangeError);
});
