import {
  Client,
  ClientBody,
  type ClientResponse,
  deriveResponse,
  type DigestOptions,
  makeResponse,
  type ResponseParts,
} from "@avx/client";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { digestOptionsOf, digests } from "../../../client/policy/digests.ts";
import { assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { coded } from "../coded.ts";
import { asked, type AskedParts, script } from "./scene.ts";

// RFC 9530, appendix D.
const CONTENT = '{"hello": "world"}\n';
const DIGEST = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:";
const WRONG = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";

function ask(
  answer: ResponseParts,
  parts: AskedParts = {},
  options: DigestOptions = {},
): Promise<ClientResponse> {
  return digests(options)(asked("http://a.example/", parts), script(answer).next);
}

async function assertCode(code: string, read: () => Promise<unknown>): Promise<void> {
  assertEquals((await assertRejects(read, RemoteProtocolError)).code, code);
}

Deno.test("a content is compared with its digest", async () => {
  const fits = { body: CONTENT, headers: { "content-digest": DIGEST } };
  assertEquals(await (await ask(fits)).body.text(), CONTENT);
  const not = await ask({ body: CONTENT, headers: { "content-digest": WRONG } });
  await assertCode("DIGEST_MISMATCH", () => not.body.text());
});

Deno.test("a representation's digest counts where the content is all of it", async () => {
  const headers = { "repr-digest": WRONG };
  const whole = await ask({ body: CONTENT, headers });
  await assertCode("DIGEST_MISMATCH", () => whole.body.text());
  for (
    const [answer, parts] of [
      [{ status: 206, body: CONTENT, headers }, {}],
      [{ status: 404, body: CONTENT, headers }, {}],
      [{ body: CONTENT, headers }, { method: "POST" }],
    ] as [ResponseParts, AskedParts][]
  ) {
    assertEquals(await (await ask(answer, parts)).body.text(), CONTENT);
  }
});

Deno.test("a digest that is malformed, or by an algorithm of old, is none", async () => {
  for (const value of ["sha-256=AAAA", "md5=:AAAA:"]) {
    const answer = { body: CONTENT, headers: { "content-digest": value } };
    assertEquals(await (await ask(answer)).body.text(), CONTENT);
    await assertCode("DIGEST_MISSING", () => ask(answer, {}, { required: true }));
  }
  await assertCode("DIGEST_MISSING", () => ask({ body: CONTENT }, {}, { required: true }));
  for (const [answer, parts] of [[{ status: 204 }, {}], [{}, { method: "HEAD" }]] as const) {
    assertEquals((await ask(answer, parts, { required: true })).body.used, false);
  }
  const trailing = { body: CONTENT, headers: { trailer: "a,Content-Digest" } };
  assertEquals(await (await ask(trailing)).body.text(), CONTENT);
});

Deno.test("digests are asked for and sent as the options say", async () => {
  const sent = async (options: DigestOptions, parts: AskedParts = {}) => {
    const server = script({});
    await digests(options)(asked("http://a.example/", parts), server.next);
    const { headers } = server.requests[0];
    return [headers.get("want-content-digest"), headers.get("content-digest")];
  };
  const want = "sha-256=10, sha-512=5";
  assertEquals(await sent({}), [want, undefined]);
  assertEquals(await sent({ want: false }, { body: "a" }), [undefined, undefined]);
  assertEquals(await sent({ send: "sha-256" }, { body: CONTENT }), [want, DIGEST]);
  const own = { headers: { "content-digest": WRONG, "want-content-digest": "x" }, body: CONTENT };
  assertEquals(await sent({ send: "sha-256" }, own), ["x", WRONG]);
  for (const body of [undefined, new FormData(), new Blob(["a"])]) {
    assertEquals(await sent({ send: "sha-512" }, { body }), [want, undefined]);
  }
});

Deno.test("options of digests are checked", () => {
  assertEquals([digestOptionsOf(true), digestOptionsOf(false)], [{}, undefined]);
  const md5 = { send: "md5" } as unknown as DigestOptions;
  assertThrows(() => digestOptionsOf(md5), TypeError, '"md5"');
});

Deno.test("client checks the content as it was coded, and decodes it then", async () => {
  const body = await coded("hello", "gzip");
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  const digest = `sha-256=:${btoa(String.fromCharCode(...hash))}:`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const value = new URL(url).pathname === "/right" ? digest : WRONG;
    return new Response(body, { headers: { "content-encoding": "gzip", "content-digest": value } });
  });
  const client = new Client({
    baseUrl: `http://127.0.0.1:${server.addr.port}`,
    digests: true,
    decompression: true,
  });
  assertEquals(await client.get("/right").text(), "hello");
  await assertCode("DIGEST_MISMATCH", () => client.get("/wrong").text());
  client.close();
  await server.shutdown();
});

Deno.test("a digest that was announced for the trailers and is required has to come", async () => {
  const trailing = { body: CONTENT, headers: { trailer: "a,Content-Digest" } };
  const response = await ask(trailing, {}, { required: true });
  await assertCode("DIGEST_MISSING", () => response.body.text());
});

Deno.test("a digest behind a body that came together with its head is compared, too", async () => {
  for (const digest of [DIGEST, WRONG]) {
    const whole = new ClientBody(
      new TextEncoder().encode(CONTENT),
      new FieldList(["content-digest", digest]),
    );
    const headers = { trailer: "content-digest" };
    const answer = deriveResponse(makeResponse("http://a.example/", { headers }), { body: whole });
    const response = await digests({ required: true })(
      asked("http://a.example/"),
      () => Promise.resolve(answer),
    );
    if (digest === DIGEST) assertEquals(await response.body.text(), CONTENT);
    else await assertCode("DIGEST_MISMATCH", () => response.body.text());
  }
});

Deno.test("an announcement of much white space takes no longer than another", async () => {
  const trailer = `a${" ".repeat(1_000_000)}b ,\tContent-Digest`;
  const response = await ask({ body: CONTENT, headers: { trailer } }, {}, { required: true });
  await assertCode("DIGEST_MISSING", () => response.body.text());
});
