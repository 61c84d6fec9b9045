import { Client } from "@avx/client";
import { ManualClock } from "@avx/runtime/memory";
import { CookieJar } from "@avx/semantics/cookies";
import type { FieldInit } from "@avx/semantics/field-lines";
import { cookieJarOf, cookies } from "../../../client/policy/cookies.ts";
import { redirectRules, redirects } from "../../../client/policy/redirects.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../../support/assert.ts";
import { onStage, URL_ROOT } from "../stage.ts";
import { asked, script } from "./scene.ts";

const URL_TEXT = "https://a.example/";

function setCookie(...lines: string[]): { readonly headers: FieldInit } {
  return { headers: { "set-cookie": lines } };
}

Deno.test("what a response sets goes along with the next request", async () => {
  const server = script(setCookie("a=1", "b=2; expires=Thu, 01 Jan 2099 00:00:00 GMT"), {});
  const policy = cookies(new CookieJar(), new ManualClock());
  await policy(asked(URL_TEXT), server.next);
  await policy(asked(URL_TEXT), server.next);
  await policy(asked("https://b.example/"), server.next);
  const fields = server.requests.map(({ headers }) => headers.get("cookie"));
  assertEquals(fields, [undefined, "a=1; b=2", undefined]);
});

Deno.test("cookies of the request itself go along, and win by name", async () => {
  const jar = new CookieJar();
  const clock = new ManualClock();
  jar.set("a=jar", new URL(URL_TEXT), clock.wallNow());
  jar.set("b=jar", new URL(URL_TEXT), clock.wallNow());
  const server = script({});
  const policy = cookies(jar, clock);
  await policy(asked(URL_TEXT, { headers: { cookie: "a=own; c=own" } }), server.next);
  await policy(asked(URL_TEXT, { headers: { cookie: ["a=own", "b=own"] } }), server.next);
  assertEquals(server.requests[0].headers.get("cookie"), "a=own; c=own; b=jar");
  assertEquals(server.requests[1].headers.getAll("cookie"), ["a=own", "b=own"]);
});

Deno.test("cookies are set and sent at each step of a redirect", async () => {
  const jar = new CookieJar();
  const clock = new ManualClock();
  const server = script(
    { status: 302, headers: { location: "https://b.example/", "set-cookie": "a=1" } },
    { status: 302, headers: { location: URL_TEXT, "set-cookie": "b=2" } },
    {},
  );
  const follow = redirects(redirectRules("follow"));
  const policy = cookies(jar, clock);
  await follow(asked(URL_TEXT), (request) => policy(request, server.next));
  const fields = server.requests.map(({ headers }) => headers.get("cookie"));
  assertEquals(fields, [undefined, undefined, "a=1"]);
  assertEquals(jar.size, 2);
});

Deno.test("cookies expire by the client's clock", async () => {
  const clock = new ManualClock();
  const server = script(setCookie("a=1; max-age=60"), {});
  const policy = cookies(new CookieJar(), clock);
  await policy(asked(URL_TEXT), server.next);
  await clock.advance(59_999);
  await policy(asked(URL_TEXT), server.next);
  await clock.advance(1);
  await policy(asked(URL_TEXT), server.next);
  const fields = server.requests.map(({ headers }) => headers.get("cookie"));
  assertEquals(fields, [undefined, "a=1", undefined]);
});

Deno.test("the option asks for a jar of its own, for one that is given, or for none", () => {
  const jar = new CookieJar();
  assertStrictEquals(cookieJarOf(jar), jar);
  assertEquals(cookieJarOf(true)?.size, 0);
  assertEquals(cookieJarOf(false), undefined);
  assertThrows(() => cookieJarOf("yes" as unknown as boolean), TypeError, "options.cookies");
});

Deno.test("a client keeps cookies between its calls, those of fetch among them", async () => {
  const jar = new CookieJar();
  await onStage(async ({ client, accept }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("ok", "set-cookie: id=31d4; HttpOnly");
    await (await first).body.text();
    const second = client.fetch(URL_ROOT);
    assertEquals((await peer.head()).includes("\r\ncookie: id=31d4\r\n"), true);
    await peer.answer("ok");
    await (await second).text();
  }, { cookies: jar });
  assertEquals([...jar].map(({ domain }) => domain), ["a.example"]);
});

Deno.test("an extended client shares the jar, unless it is given another one or none", async () => {
  const jar = new CookieJar();
  jar.set("a=1", new URL(URL_ROOT), Date.now());
  const client = new Client({ cookies: jar });
  const seen: (string | undefined)[] = [];
  const onRequest: NonNullable<ConstructorParameters<typeof Client>[0]>["onRequest"] = (
    request,
  ) => {
    seen.push(request.headers.get("cookie"));
    throw new RangeError("Seen");
  };
  for (const options of [{}, { cookies: true }, { cookies: false }]) {
    await client.extend({ ...options, onRequest }).request(URL_ROOT).catch(() => {});
  }
  assertEquals(seen, ["a=1", undefined, undefined]);
  client.close();
});
