import { json, text } from "@avx/semantics/web";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { Driver } from "./driver.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

Deno.test("a handler that takes too long does not hold those behind it", async () => {
  let calls = 0;
  const driver = new Driver(
    () => ++calls === 1 ? new Promise<Response>(() => {}) : text("second"),
    { timeouts: { handlerMs: 1_000 } },
  );
  await driver.send(GET.repeat(2));
  await driver.settle();
  await driver.clock.advance(1_100);
  assertMatch(await driver.receive("second"), /^HTTP\/1\.1 503 [^]*HTTP\/1\.1 200 /);
  await driver.end();
});

Deno.test("two handlers that take too long are both answered for, in order", async () => {
  const driver = new Driver(() => new Promise<Response>(() => {}), {
    timeouts: { handlerMs: 1_000 },
  });
  await driver.send(GET.repeat(2));
  await driver.settle();
  await driver.clock.advance(1_100);
  const received = await driver.receive("Service Unavailable");
  assertEquals(
    `${received}${received.split("503").length < 3 ? await driver.receive("Unavailable") : ""}`
      .split("HTTP/1.1 503").length,
    3,
  );
  await driver.end();
});

Deno.test("trailers on a constant body send it in chunks", async () => {
  const driver = new Driver((_request, info) => {
    info.setTrailers({ "x-a": "1" });
    return json({ a: 1 });
  });
  await driver.send(GET);
  assertMatch(await driver.receive("x-a: 1\r\n\r\n"), /transfer-encoding: chunked/);
  await driver.end();
});

Deno.test("a request that is broken behind others is answered in its turn", async () => {
  let answer = (_response: Response): void => {};
  const driver = new Driver((request) =>
    request.method === "GET"
      ? new Promise((resolve) => answer = resolve)
      : request.text().then(text)
  );
  const broken = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n";
  await driver.send(GET + broken);
  await driver.settle();
  answer(text("first"));
  assertMatch(await driver.rest(), /^HTTP\/1\.1 200 [^]*firstHTTP\/1\.1 400 /);
  await driver.end();
});

Deno.test("HEAD and 304 are answered without a body, constant or streamed", async () => {
  const driver = new Driver((request) =>
    request.method === "HEAD" ? new Response("12345") : new Response(null, { status: 304 })
  );
  await driver.send("HEAD / HTTP/1.1\r\nhost: h\r\n\r\n");
  assertMatch(await driver.receive("\r\n\r\n"), /^HTTP\/1\.1 200 OK\r\n/);
  await driver.send(GET);
  assertMatch(await driver.receive("\r\n\r\n"), /^HTTP\/1\.1 304 Not Modified\r\n/);
  await driver.end();
});

Deno.test("an interim response is not sent to HTTP/1.0", async () => {
  const driver = new Driver((_request, info) => {
    info.informational(103);
    return text("old");
  });
  await driver.send("GET / HTTP/1.0\r\n\r\n");
  assertMatch(await driver.rest(), /^HTTP\/1\.1 200 OK/);
  await driver.end();
});
