import { Client, type ClientResponse, type DecompressionOptions } from "@avx/client";
import type { ContentCoding, ResponseParts } from "@avx/client";
import { compression } from "@avx/runtime/platform";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { decompression, decompressionRules } from "../../../client/policy/decompression.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { coded } from "../coded.ts";
import { asked, type AskedParts, script } from "./scene.ts";

const URL_TEXT = "http://a.example/";
const ALL = compression.codings.filter((coding) => coding !== "deflate-raw");

function ask(
  answer: ResponseParts,
  parts: AskedParts = {},
  options?: boolean | DecompressionOptions,
): Promise<ClientResponse> {
  const request = asked(URL_TEXT, { decompress: true, ...parts });
  return decompression(decompressionRules(options))(request, script(answer).next);
}

Deno.test("contents come decoded, without the fields of their coding", async () => {
  const bytes = await coded("hello", "br", "gzip");
  const headers = [["Content-Encoding", "br, x-gzip"], ["Content-Length", "9"], ["etag", '"1"']];
  const response = await ask({ body: bytes, headers: headers as [string, string][] });
  assertEquals([...response.headers], [["etag", '"1"']]);
  assertEquals(await response.body.text(), "hello");
});

Deno.test("codings are asked for, unless the request says which, or asks for a range", async () => {
  const asks: [Record<string, string>, string][] = [
    [{}, ALL.join(", ")],
    [{ "accept-encoding": "br" }, "br"],
    [{ range: "bytes=0-9" }, "identity"],
  ];
  for (const [headers, expected] of asks) {
    const server = script({});
    await decompression(decompressionRules(true))(asked(URL_TEXT, { headers }), server.next);
    assertEquals(server.requests[0].headers.get("accept-encoding"), expected);
  }
});

Deno.test("whom decompression concerns is for the request to say, then for the client", async () => {
  const cases: [boolean | undefined, boolean | undefined, boolean][] = [
    [undefined, undefined, false],
    [undefined, true, true],
    [undefined, false, false],
    [true, false, true],
    [false, true, false],
  ];
  for (const [decompress, option, expected] of cases) {
    const server = script({
      body: await coded("a", "gzip"),
      headers: { "content-encoding": "gzip" },
    });
    const rules = decompressionRules(option);
    const response = await decompression(rules)(asked(URL_TEXT, { decompress }), server.next);
    assertEquals(response.headers.has("content-encoding"), !expected);
    assertEquals(server.requests[0].headers.has("accept-encoding"), expected);
    response.body.cancel();
  }
});

Deno.test("what is not coded, or not a whole content, is left as it is", async () => {
  const headers = { "content-encoding": "gzip" };
  const cases: [ResponseParts, AskedParts][] = [
    [{ body: "plain" }, {}],
    [{ body: "plain", headers: { "content-encoding": "identity" } }, {}],
    [{ body: "plain", headers: { "content-encoding": "gzip, unknown" } }, {}],
    [{ status: 206, body: "part", headers }, {}],
    [{ status: 304, headers }, {}],
    [{ headers }, { method: "HEAD" }],
  ];
  for (const [answer, parts] of cases) {
    const response = await ask(answer, parts);
    assertEquals(Object.fromEntries(response.headers), answer.headers ?? {});
    assertEquals(await response.body.text(), answer.body ?? "");
  }
});

Deno.test("codings one over another have a limit", async () => {
  const layers = (count: number): ResponseParts => ({
    headers: { "content-encoding": Array(count).fill("gzip").join() },
  });
  assertEquals(await (await ask(layers(5))).body.text(), "");
  assertEquals(await (await ask(layers(1), {}, { maxLayers: 1 })).body.text(), "");
  const error = await assertRejects(
    () => ask(layers(2), {}, { maxLayers: 1 }),
    RemoteProtocolError,
  );
  assertEquals(error.code, "TOO_MANY_CODINGS");
  await assertRejects(() => ask(layers(6)), RemoteProtocolError, "more than 5 codings");
});

Deno.test("codings are those of the options", async () => {
  const gzip: DecompressionOptions = { codings: ["gzip"] };
  assertEquals(decompressionRules(gzip).accepted, "gzip");
  assertEquals(decompressionRules({ codings: [] }).accepted, "identity");
  const response = await ask({ headers: { "content-encoding": "br" }, body: "x" }, {}, gzip);
  assert(response.headers.has("content-encoding"));
  const unknown = { codings: ["deflate-raw" as ContentCoding] };
  assertThrows(() => decompressionRules(unknown), TypeError, '"deflate-raw"');
});

Deno.test("limits of decompression are checked, and hold", async () => {
  for (const name of ["maxLayers", "maxBytes", "maxRatio", "ratioFromBytes"]) {
    assertThrows(() => decompressionRules({ [name]: 0 }), RangeError, name);
  }
  const answer = {
    body: await coded(new Uint8Array(100_000), "gzip"),
    headers: { "content-encoding": "gzip" },
  };
  const read = async (options: DecompressionOptions): Promise<number> =>
    (await (await ask(answer, {}, options)).body.bytes()).length;
  assertEquals(await read({ maxBytes: 100_000 }), 100_000);
  await assertRejects(() => read({ maxBytes: 99_999 }), RemoteProtocolError);
  assertEquals(await read({ maxRatio: 10 }), 100_000);
  await assertRejects(() => read({ maxRatio: 10, ratioFromBytes: 1 }), RemoteProtocolError);
});

Deno.test("fetch decodes what every server sends, and request() what it is told to", async () => {
  const bodies = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const coding of ALL) bodies.set(`/${coding}`, await coded("hello", coding));
  bodies.set("/raw", await coded("hello", "deflate-raw"));
  const asks: (string | null)[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    asks.push(request.headers.get("accept-encoding"));
    if (pathname === "/moved") return Response.redirect(new URL("/gzip", request.url));
    const coding = pathname === "/raw" ? "deflate" : pathname.slice(1);
    return new Response(bodies.get(pathname), { headers: { "content-encoding": coding } });
  });
  const root = `http://127.0.0.1:${server.addr.port}`;
  const client = new Client();
  const users = client.extend({ onRequest: () => {} });
  for (const one of [client, users]) {
    for (const path of [...bodies.keys(), "/moved"]) {
      const response = await one.fetch(root + path);
      assertEquals(await response.text(), "hello", path);
      assertEquals(response.headers.get("content-encoding"), null);
    }
    const told = await one.request(`${root}/br`, { decompress: true });
    assertEquals(await told.body.text(), "hello");
  }
  assertEquals(new Set(asks), new Set([ALL.join(", ")]));
  asks.length = 0;
  const off = client.extend({ decompression: false });
  for (
    const response of [
      await client.request(`${root}/gzip`),
      await client.fetch(`${root}/gzip`, { decompress: false }),
      await off.fetch(`${root}/gzip`),
    ]
  ) {
    assertEquals(response.headers.get("content-encoding"), "gzip");
    await response.body?.cancel();
  }
  const range = await client.fetch(`${root}/gzip`, { headers: [["Range", "bytes=0-"]] });
  await range.body?.cancel();
  assertEquals(asks, [null, null, null, "identity"]);
  client.close();
  await server.shutdown();
});
