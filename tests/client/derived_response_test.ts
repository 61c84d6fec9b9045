import { ClientBody, deriveResponse, makeResponse } from "@avx/client";
import { FieldList } from "@avx/semantics/field-lines";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("a made response has the parts that it is made of", async () => {
  const made = makeResponse("http://a.example/p#f", {
    status: 201,
    headers: { "x-a": "1" },
    body: "abc",
    startedAt: 7,
  });
  assertEquals([made.status, made.statusText, made.url], [201, "Created", "http://a.example/p"]);
  assertEquals(made.headers.get("x-a"), "1");
  assertEquals([made.redirected, made.protocol, made.upgrade], [false, "http/1.1", undefined]);
  assertEquals([made.timings.startedAt, made.timings.totalMs], [7, 0]);
  assertEquals([made.trailers, made.remoteAddr.transport], [undefined, "memory"]);
  assertEquals(await made.body.text(), "abc");
  const plain = makeResponse(new URL("http://a.example/#"));
  assertEquals([plain.status, plain.url, plain.headers.size], [200, "http://a.example/", 0]);
  assertEquals(await plain.body.text(), "");
  assertThrows(() => makeResponse("http://a.example/", { headers: { a: "\n1\n2" } }), TypeError);
});

Deno.test("a derived response is the other one but for its changes", async () => {
  const made = makeResponse("http://a.example/", { status: 404, headers: { a: "1" }, body: "abc" });
  const same = deriveResponse(made, {});
  assertEquals(
    [same.status, same.statusText, same.url, same.redirected, same.protocol],
    [404, "Not Found", "http://a.example/", false, "http/1.1"],
  );
  assertEquals([same.headers, same.body, same.timings], [made.headers, made.body, made.timings]);
  assertEquals([same.remoteAddr, same.upgrade], [made.remoteAddr, undefined]);
  const trailers = new FieldList(["t", "1"]);
  const changed = deriveResponse(same, {
    status: 200,
    statusText: "Fine",
    headers: new FieldList(["b", "2"]),
    body: new ClientBody(new Uint8Array([65]), trailers),
    url: "http://b.example/",
    redirected: true,
  });
  assertEquals(
    [changed.status, changed.statusText, changed.url, changed.redirected],
    [200, "Fine", "http://b.example/", true],
  );
  assertEquals([changed.headers.get("b"), changed.trailers], ["2", trailers]);
  assertEquals(await changed.body.text(), "A");
});
