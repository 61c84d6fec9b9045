import { assertEquals, assertThrows } from "../../support/assert.ts";
import { cookiesFromData } from "../../../semantics/cookies/jar_data.ts";

const COOKIE = {
  name: "a",
  value: "1",
  domain: "a.example",
  hostOnly: true,
  path: "/",
  expiresMs: null,
  secure: false,
  httpOnly: false,
  partitioned: false,
  createdMs: 1,
  usedMs: 2,
};

Deno.test("a jar's data gives its cookies and nothing else", () => {
  const data = { version: 1, cookies: [{ ...COOKIE, sameSite: "lax", extra: 1 }] };
  assertEquals(cookiesFromData(data), [
    { ...COOKIE, expiresMs: undefined, sameSite: "lax" as const },
  ]);
});

Deno.test("what is no jar's data is refused", () => {
  const broken: unknown[] = [
    null,
    undefined,
    1,
    [],
    {},
    { version: 2, cookies: [] },
    { version: 1, cookies: {} },
    { version: 1, cookies: [null] },
    ...Object.keys(COOKIE).map((key) => ({ version: 1, cookies: [{ ...COOKIE, [key]: {} }] })),
    { version: 1, cookies: [{ ...COOKIE, sameSite: "Lax" }] },
    { version: 1, cookies: [{ ...COOKIE, value: "1; b=2" }] },
    { version: 1, cookies: [{ ...COOKIE, expiresMs: undefined }] },
  ];
  for (const data of broken) {
    assertThrows(() => cookiesFromData(data), TypeError, "Cannot read cookie jar");
  }
});
