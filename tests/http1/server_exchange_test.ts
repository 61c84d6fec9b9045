import { ServerExchange } from "../../http1/server_exchange.ts";
import { assertEquals } from "../support/assert.ts";
import { head, OWNER } from "../semantics/serving_sink.ts";

function exchange(minorVersion: 0 | 1): ServerExchange {
  const http1 = { ...head(), minorVersion, upgrade: undefined, keepAlive: true };
  return new ServerExchange(OWNER, http1, undefined);
}

Deno.test("an exchange names its version", () => {
  assertEquals(exchange(0).protocol, "http/1.0");
  assertEquals(exchange(1).protocol, "http/1.1");
});

Deno.test("an exchange that is lost tells whoever would take its connection", () => {
  const failures: Error[] = [];
  const lost = exchange(1);
  lost.parts = {
    status: 101,
    statusText: "",
    lines: [],
    body: undefined,
    upgrade: { take: () => {}, fail: (error) => void failures.push(error) },
  };
  const error = new Error("gone");
  lost.lose(error);
  lost.lose(error);
  assertEquals(failures, [error]);
});
