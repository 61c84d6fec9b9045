import { FieldList } from "@avx/semantics/field-lines";
import type { ExchangeOwner } from "@avx/semantics/serving";
import { StreamBody, StreamExchange } from "../../http2/stream_exchange.ts";
import { assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";

const OWNER: ExchangeOwner = {
  remoteAddr: { transport: "memory", name: "client" },
  localAddr: { transport: "memory", name: "server" },
  encrypted: true,
  maxBufferedBodyBytes: 1024,
  sendInformational() {},
};

function exchange(incoming?: StreamBody): StreamExchange {
  const head = {
    method: "GET",
    target: "/x",
    scheme: "https",
    host: "a.example",
    protocol: undefined,
    fields: new FieldList(["priority", "u=7"]),
    hasBody: incoming !== undefined,
    contentLength: undefined,
    expectsContinue: false,
    priority: { urgency: 2, incremental: true },
  };
  return new StreamExchange(OWNER, head, incoming, 5);
}

Deno.test("an exchange is of HTTP/2 and has its stream's priority, not the field's alone", () => {
  const { protocol, streamId, priority, url } = exchange();
  assertEquals([protocol, streamId, url], ["h2", 5, "https://a.example/x"]);
  assertEquals(priority, { urgency: 2, incremental: true });
});

Deno.test("whoever waits for room goes on when there is some", async () => {
  const waiting = exchange();
  const first = waiting.writable;
  assertStrictEquals(waiting.writable, first);
  waiting.becomeWritable();
  await first;
  waiting.becomeWritable();
  assertEquals(waiting.writable === first, false);
});

Deno.test("whoever waits for room is told when there will be none", async () => {
  const waiting = exchange();
  const room = waiting.writable;
  waiting.lose(new Error("gone"));
  assertEquals(waiting.gone, true);
  await assertRejects(() => room, Error, "gone");
});

Deno.test("an exchange is over when response, body and tunnel are", () => {
  const incoming = new StreamBody({ wanted() {}, abandoned() {} }, undefined);
  const open = exchange(incoming);
  assertEquals(open.isOver, false);
  open.state = "done";
  assertEquals(open.isOver, false);
  incoming.end(undefined);
  assertEquals(open.isOver, true);
  open.tunnels = true;
  assertEquals(open.isOver, false);
  open.tunnels = false;
  open.leaves = true;
  assertEquals(open.isOver, false);
});

Deno.test("a body knows whose it is", () => {
  const body = new StreamBody({ wanted() {}, abandoned() {} }, undefined);
  assertEquals(body.exchange, undefined);
  assertStrictEquals(exchange(body), body.exchange);
});
