import { Client, Recording, replayFrom, type ReplayOptions } from "@avx/client";
import type { RecordedRequest } from "@avx/client";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { asked, type AskedParts, script } from "./policy/scene.ts";

function exchange(request: Partial<RecordedRequest>, text: string, status = 200) {
  return {
    request: { method: "GET", url: "http://a.example/", headers: [], ...request },
    response: { status, statusText: "Fine", headers: [["a", "1"]] as const, body: { text } },
  };
}

function replay(recording: Recording, options?: ReplayOptions) {
  const replayed = replayFrom(recording, options);
  const server = script({ body: "from the network" });
  return async (url = "http://a.example/", parts: AskedParts = {}): Promise<string> =>
    await (await replayed(asked(url, parts), server.next)).body.text();
}

Deno.test("a request is answered as it was when it was recorded", async () => {
  const recording = new Recording([exchange({}, "hello", 404)]);
  const response = await replayFrom(recording)(asked("http://a.example/#f"), script({}).next);
  assertEquals([response.status, response.statusText], [404, "Fine"]);
  assertEquals([response.headers.get("a"), await response.body.text()], ["1", "hello"]);
  assertEquals(response.url, "http://a.example/");
});

Deno.test("requests are told apart by method, URL and body", async () => {
  const ask = replay(
    new Recording([
      exchange({ method: "POST", body: { text: "1" } }, "one"),
      exchange({ method: "POST", body: { text: "2" } }, "two"),
      exchange({ url: "http://a.example/b" }, "b"),
      exchange({ method: "DELETE" }, "gone"),
    ]),
  );
  assertEquals(await ask(undefined, { method: "POST", body: "2" }), "two");
  assertEquals(await ask(undefined, { method: "POST", body: "1" }), "one");
  assertEquals(await ask("http://a.example/b"), "b");
  assertEquals(await ask(undefined, { method: "DELETE" }), "gone");
  await assertRejects(() => ask(), TypeError, '"GET http://a.example/" as it was not recorded');
});

Deno.test("the same request has its answers in order, once or always the first", async () => {
  const recording = new Recording([exchange({}, "one"), exchange({}, "two")]);
  const once = replay(recording);
  assertEquals([await once(), await once()], ["one", "two"]);
  await assertRejects(() => once(), TypeError);
  const always = replay(recording, { once: false });
  assertEquals([await always(), await always()], ["one", "one"]);
});

Deno.test("what was not recorded may go out, and what matches may be chosen", async () => {
  const recording = new Recording([exchange({}, "one")]);
  assertEquals(
    await replay(recording, { missing: "pass" })("http://b.example/"),
    "from the network",
  );
  const byMethod = (a: RecordedRequest, b: RecordedRequest): boolean => a.method === b.method;
  assertEquals(await replay(recording, { matches: byMethod })("http://b.example/"), "one");
});

Deno.test("a client answers from a recording, fetch and redirects as well", async () => {
  const recording = new Recording([
    {
      request: { method: "GET", url: "http://a.example/old", headers: [] },
      response: { status: 302, statusText: "", headers: [["location", "/new"]] },
    },
    exchange({ url: "http://a.example/new" }, "hello"),
  ]);
  const client = new Client({ onRequest: () => {} });
  const sent = client.extend({ interceptors: [replayFrom(recording)] });
  const response = await sent.fetch("http://a.example/new");
  assertEquals(await response.text(), "hello");
  assertEquals((await sent.request("http://a.example/old")).status, 302);
  client.close();
});
