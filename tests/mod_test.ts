import * as http from "@avx/http";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "./support/assert.ts";

const local = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

Deno.test("the umbrella module has what its users need, under the names they know", () => {
  const functions: (keyof typeof http)[] = [
    "serve",
    "fetch",
    "text",
    "json",
    "html",
    "bytes",
    "stream",
    "compose",
    "installFastResponse",
    "upgradeConnection",
    "Client",
    "Response",
  ];
  for (const name of functions) assertEquals(typeof http[name], "function", name);
});

Deno.test("the umbrella module has every error family", () => {
  const families = [
    new http.ConnectError("x"),
    new http.TlsError("x"),
    new http.TimeoutError("connect", 1),
    new http.NetworkError("x"),
    new http.RemoteProtocolError("x"),
    new http.LocalProtocolError("x"),
    new http.PoolClosedError(),
    new http.AbortError(),
    new http.BodyTooLargeError(1),
  ];
  for (const error of families) {
    assertInstanceOf(error, http.StackError);
    assert(error.name in http, error.name);
  }
});

Deno.test("the umbrella module's Response is a Response", async () => {
  const response = new http.Response("hello", { status: 201 });
  assertInstanceOf(response, Response);
  assertEquals(await response.text(), "hello");
});

Deno.test("the umbrella module's server and client talk to each other", async () => {
  const server = http.serve(
    local,
    http.compose((request) => http.text(`${request.method} to us`)),
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const client = new http.Client();
  const response = await client.fetch(url, { method: "PUT", body: "x" });
  assertEquals(await response.text(), "PUT to us");
  client.close();
  await server.shutdown();
});

Deno.test("installFastResponse replaces the global and is taken back", () => {
  const native = globalThis.Response;
  const restore = http.installFastResponse();
  try {
    assertStrictEquals(globalThis.Response, http.Response as unknown as typeof Response);
  } finally {
    restore();
  }
  assertStrictEquals(globalThis.Response, native);
});
