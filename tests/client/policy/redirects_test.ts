import type { ClientResponse, RedirectOptions } from "@avx/client";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { type RedirectMode, redirectRules, redirects } from "../../../client/policy/redirects.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { asked, type AskedParts, moved, type Script, script } from "./scene.ts";

const URL_TEXT = "http://a.example/start";

function follow(
  { next }: Script,
  parts: AskedParts = {},
  options: RedirectOptions = {},
  url = URL_TEXT,
): Promise<ClientResponse> {
  return redirects(redirectRules(options))(asked(url, { redirect: "follow", ...parts }), next);
}

async function assertRefused(code: string, promise: Promise<unknown>): Promise<void> {
  const error = await assertRejects(() => promise, RemoteProtocolError);
  assertEquals(error.code, code);
}

Deno.test("redirects are followed by every code, with the method that it asks for", async () => {
  const expected: [number, string, string][] = [
    [301, "POST", "GET"],
    [302, "POST", "GET"],
    [303, "POST", "GET"],
    [303, "PUT", "GET"],
    [303, "HEAD", "HEAD"],
    [301, "PUT", "PUT"],
    [302, "DELETE", "DELETE"],
    [307, "POST", "POST"],
    [308, "POST", "POST"],
  ];
  for (const [status, method, then] of expected) {
    const server = script(moved(status, "next"), { body: "there" });
    const response = await follow(server, { method });
    assertEquals(await response.body.text(), "there");
    assertEquals(server.requests[1].method, then, `${method} after ${status}`);
    assertEquals([response.url, response.redirected], ["http://a.example/next", true]);
  }
});

Deno.test("redirects keep the body where the method stays, and its fields with it", async () => {
  const headers = { "content-type": "text/css", "content-length": "3", "x-a": "1" };
  const parts = { method: "POST", body: "abc", expectContinue: true, headers };
  const kept = script(moved(307, "/"), {});
  await follow(kept, parts);
  assertEquals(kept.requests[1].body, "abc");
  assertEquals(kept.requests[1].headers.get("content-type"), "text/css");
  const dropped = script(moved(303, "/"), {});
  await follow(dropped, parts);
  const [, request] = dropped.requests;
  assertEquals([request.body, request.expectContinue], [undefined, false]);
  assertEquals(request.headers.lines, ["x-a", "1"]);
});

Deno.test("redirects refuse to send a stream twice, and drop it where they may", async () => {
  const body = () => new Blob(["abc"]).stream();
  const again = follow(script(moved(308, "/")), { method: "POST", body: body() });
  await assertRejects(() => again, TypeError, "used up");
  const response = await follow(script(moved(303, "/"), {}), { method: "POST", body: body() });
  assertEquals(response.status, 200);
});

Deno.test("redirects take credentials to no other origin, and back to none", async () => {
  const headers = {
    "Authorization": "a",
    "cookie": "b",
    "host": "c",
    "Proxy-Authorization": "d",
    "X-Api-Key": "e",
    "x-kept": "f",
  };
  const server = script(
    moved(302, "/same"),
    moved(302, "http://a.example:81/"),
    moved(302, "http://a.example/"),
    {},
  );
  await follow(server, { headers }, { credentialFields: ["X-API-Key"] });
  assertEquals(server.requests.map((request) => request.headers.size), [6, 6, 1, 1]);
  assertEquals(server.requests[3].headers.lines, ["x-kept", "f"]);
});

Deno.test("redirects do not lead from https to http, unless they may", async () => {
  const url = "https://a.example/";
  const downgrade = () => script(moved(302, "http://a.example/"), {});
  const upgrade = await follow(script(moved(301, url), {}));
  assertEquals(upgrade.url, url);
  await assertRefused("REDIRECT_DOWNGRADE", follow(downgrade(), {}, {}, url));
  const response = await follow(downgrade(), {}, { allowDowngrade: true }, url);
  assertEquals(response.url, "http://a.example/");
});

Deno.test("redirects end at their limit", async () => {
  let count = 0;
  const next = () => moved(302, `/${++count}`);
  const enough = script(next, next, next, {});
  assertEquals((await follow(enough, {}, { max: 3 })).url, "http://a.example/3");
  await assertRefused("TOO_MANY_REDIRECTS", follow(script(next), {}, { max: 3 }));
  await assertRefused("TOO_MANY_REDIRECTS", follow(script(next), {}, { max: 0 }));
});

Deno.test("redirects that lead in a circle end before the limit", async () => {
  const self = moved(302, URL_TEXT);
  const twice = script(self, self, { body: "with the cookie" });
  assertEquals(await (await follow(twice)).body.text(), "with the cookie");
  const endless = script(self);
  await assertRefused("REDIRECT_LOOP", follow(endless));
  assertEquals(endless.requests.length, 3);
  const strict = script(moved(302, "/b"), self);
  await assertRefused("REDIRECT_LOOP", follow(strict, {}, { maxVisits: 1 }));
  assertEquals(strict.requests.length, 2);
});

Deno.test("a redirect that does not say where to is a response", async () => {
  const response = await follow(script({ status: 302, body: "nowhere" }));
  assertEquals([response.status, response.redirected], [302, false]);
  assertEquals(await response.body.text(), "nowhere");
});

Deno.test("a redirect that says where to in two ways is refused", async () => {
  const two = (a: string, b: string) => script({ status: 302, headers: { location: [a, b] } }, {});
  await assertRefused("BAD_REDIRECT", follow(two("/a", "/b")));
  assertEquals((await follow(two("/a", "/a"))).url, "http://a.example/a");
});

Deno.test("redirects are left alone or refused where the request or the client says so", async () => {
  const cases: [RedirectMode | undefined, RedirectMode | undefined, RedirectMode][] = [
    [undefined, undefined, "manual"],
    [undefined, "follow", "follow"],
    [undefined, "error", "error"],
    ["manual", "follow", "manual"],
    ["error", "follow", "error"],
    ["follow", "error", "follow"],
  ];
  for (const [redirect, mode, expected] of cases) {
    const server = script(moved(302, "/there"), {});
    const response = follow(server, { redirect }, { mode });
    if (expected === "error") await assertRefused("REDIRECTED", response);
    else assertEquals((await response).status, expected === "follow" ? 200 : 302);
    assert(server.requests.length === (expected === "follow" ? 2 : 1));
  }
});

Deno.test("redirects give each step fields of its own", async () => {
  const server = script(moved(302, "/there"), {});
  const request = asked(URL_TEXT, { redirect: "follow" });
  await redirects(redirectRules())(request, (step) => {
    step.headers.append("x-step", "1");
    return server.next(step);
  });
  assertEquals(server.requests.map(({ headers }) => headers.get("x-step")), ["1", "1"]);
  assertEquals(request.headers.size, 0);
});

Deno.test("redirects cancel the bodies of what they leave", async () => {
  const server = script({ ...moved(302, "/there"), body: "unread" }, {});
  await follow(server);
  assertEquals(server.responses.map(({ body }) => body.used), [true, false]);
});

Deno.test("options of redirects are checked", () => {
  assertEquals(redirectRules("follow").mode, "follow");
  assertEquals(redirectRules().max, 20);
  assertThrows(() => redirectRules("sometimes" as RedirectMode), TypeError, "redirects.mode");
  assertThrows(() => redirectRules({ max: -1 }), RangeError, "redirects.max");
  assertThrows(() => redirectRules({ maxVisits: 0 }), RangeError, "redirects.maxVisits");
});
