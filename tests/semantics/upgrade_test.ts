import type { Transport } from "@avx/runtime/ports/transport";
import { TakenConnection } from "@avx/semantics/serving";
import { lazyRequest, takeApart, upgradeConnection } from "@avx/semantics/web";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { requestSource } from "../support/request_source.ts";

const LINES = ["Connection", "upgrade", "Upgrade", "echo"];

Deno.test("an upgrade answers 101 with the protocol and the caller's fields", () => {
  const request = lazyRequest(requestSource({ method: "GET", lines: LINES }));
  const { response } = upgradeConnection(request, { protocol: "echo", headers: { "x-a": "1" } });
  assertEquals(response.status, 101);
  assertEquals(takeApart(response).lines, ["x-a", "1", "upgrade", "echo"]);
});

Deno.test("an upgrade keeps an Upgrade field that the caller set", () => {
  const request = lazyRequest(requestSource({ method: "GET", lines: LINES }));
  const options = { protocol: "echo", headers: { Upgrade: "Echo/2" } };
  assertEquals(takeApart(upgradeConnection(request, options).response).lines, [
    "Upgrade",
    "Echo/2",
  ]);
});

Deno.test("CONNECT is answered with 200", () => {
  const request = lazyRequest(requestSource({ method: "CONNECT" }));
  const { response } = upgradeConnection(request);
  assertEquals(response.status, 200);
  assertEquals(takeApart(response).lines, []);
});

Deno.test("the connection is handed over, or its loss is", async () => {
  const request = lazyRequest(requestSource({ method: "GET", lines: LINES }));
  const first = upgradeConnection(request, { protocol: "echo" });
  const connection = new TakenConnection({} as Transport, new Uint8Array([1]));
  takeApart(first.response).upgrade!.take(connection);
  assertEquals(await first.connection, connection);
  const second = upgradeConnection(request, { protocol: "echo" });
  takeApart(second.response).upgrade!.fail(new Error("gone"));
  await assertRejects(() => second.connection, Error, "gone");
});

Deno.test("what cannot be upgraded is refused", () => {
  const foreign = new Request("http://localhost/");
  assertThrows(() => upgradeConnection(foreign, { protocol: "echo" }), TypeError, "not received");
  const plain = lazyRequest(requestSource({ method: "GET" }));
  assertThrows(() => upgradeConnection(plain, { protocol: "echo" }), TypeError, "no Upgrade field");
  const asked = lazyRequest(requestSource({ method: "GET", lines: LINES }));
  assertThrows(() => upgradeConnection(asked), TypeError, "must name the new protocol");
});
