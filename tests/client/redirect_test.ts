import { RemoteProtocolError } from "@avx/semantics/errors";
import { isRedirect, redirectOf } from "../../client/redirect.ts";
import { assert, assertEquals, assertFalse, assertThrows } from "../support/assert.ts";

const from = { url: new URL("http://a.example/dir/page#part"), method: "POST" };

Deno.test("redirects are five statuses and no other", () => {
  for (const status of [301, 302, 303, 307, 308]) assert(isRedirect(status));
  for (const status of [200, 300, 304, 305, 306, 400]) assertFalse(isRedirect(status));
});

Deno.test("redirect turns POST into GET on 301, 302 and 303 only", () => {
  for (const status of [301, 302, 303]) {
    const next = redirectOf(status, "/next", from);
    assertEquals([next.method, next.keepsBody], ["GET", false]);
  }
  for (const status of [307, 308]) {
    const next = redirectOf(status, "/next", from);
    assertEquals([next.method, next.keepsBody], ["POST", true]);
  }
});

Deno.test("redirect keeps other methods except on 303", () => {
  const put = { ...from, method: "PUT" };
  assertEquals(redirectOf(302, "/", put).method, "PUT");
  assertEquals(redirectOf(303, "/", put).method, "GET");
  assertEquals(redirectOf(303, "/", { ...from, method: "HEAD" }).method, "HEAD");
});

Deno.test("redirect resolves its location and inherits the fragment", () => {
  assertEquals(redirectOf(302, "next?x=1", from).url.href, "http://a.example/dir/next?x=1#part");
  assertEquals(redirectOf(302, "//b.example/#own", from).url.href, "http://b.example/#own");
});

Deno.test("redirect keeps credentials for the same origin only", () => {
  assert(redirectOf(302, "/next", from).keepsCredentials);
  assertFalse(redirectOf(302, "https://a.example/", from).keepsCredentials);
  assertFalse(redirectOf(302, "http://a.example:81/", from).keepsCredentials);
  assertFalse(redirectOf(302, "http://b.example/", from).keepsCredentials);
});

Deno.test("redirect refuses what is not http", () => {
  assertThrows(
    () => redirectOf(302, "file:///etc/passwd", from),
    RemoteProtocolError,
    "http or https",
  );
  assertThrows(() => redirectOf(302, "http://[", from), RemoteProtocolError, "no URL");
});

Deno.test("redirect says who the caller is to nobody", () => {
  const from = { url: new URL("https://a.example/"), method: "GET" };
  for (const location of ["https://me@b.example/", "//:secret@a.example/"]) {
    const error = assertThrows(() => redirectOf(302, location, from), RemoteProtocolError);
    assertEquals([error.code, error.message.includes("secret")], ["BAD_REDIRECT", false]);
  }
});

Deno.test("redirect takes a location for UTF-8 where it is that", () => {
  const from = { url: new URL("https://a.example/"), method: "GET" };
  for (
    const [location, path] of [["/\xc3\xa9", "/%C3%A9"], ["/\xe9", "/%C3%A9"], ["/★", "/%E2%98%85"]]
  ) {
    assertEquals(redirectOf(302, location, from).url.pathname, path);
  }
});
