import { assertEquals, assertThrows } from "../../support/assert.ts";
import { formatSetCookie, parseSetCookie, type SetCookie } from "@avx/semantics/cookies";

Deno.test("the pair of a Set-Cookie line is read as browsers read it", () => {
  const cases: readonly [string, string, string][] = [
    ["a=1", "a", "1"],
    [" \ta \t=\t 1 \t", "a", "1"],
    ["a=1=2", "a", "1=2"],
    ["a=", "a", ""],
    ["=1", "", "1"],
    ["1", "", "1"],
    ['a="1 2"', "a", '"1 2"'],
    ["a=1;", "a", "1"],
    ["a b=c d", "a b", "c d"],
    ["a=\u00ff", "a", "\u00ff"],
    ["a=1\t2", "a", "1\t2"],
  ];
  for (const [line, name, value] of cases) {
    assertEquals(parseSetCookie(line), { name, value }, line);
  }
});

Deno.test("a Set-Cookie line with a control, or without name and value, is ignored", () => {
  for (const line of ["", "=", " ; a=1", "a=1\0", "a=1\r\nb", "a=1; path=/\x7f", "a\x1f=1"]) {
    assertEquals(parseSetCookie(line), undefined, JSON.stringify(line));
  }
});

Deno.test("the attributes of a Set-Cookie line are read in any case, the last of each counts", () => {
  const cases: readonly [string, Partial<SetCookie>][] = [
    ["SECURE", { secure: true }],
    ["secure=no", { secure: true }],
    ["httponly", { httpOnly: true }],
    ["Partitioned", { partitioned: true }],
    ["path=/a", { path: "/a" }],
    ["path=/a; Path = /b ", { path: "/b" }],
    ["path=a", { path: "" }],
    ["path", { path: "" }],
    ["domain=A.Example", { domain: "a.example" }],
    ["domain=.a.example", { domain: "a.example" }],
    ["domain=", { domain: "" }],
    ["domain=a.example; domain=", { domain: "" }],
    ["max-age=10", { maxAge: 10 }],
    ["max-age=-1", { maxAge: -1 }],
    ["max-age=10; max-age=1x", { maxAge: 10 }],
    ["max-age=; max-age=+1; max-age=1.5; max-age=-", {}],
    ["expires=Thu, 01 Jan 1970 00:00:01 GMT", { expiresMs: 1000 }],
    ["expires=soon", {}],
    ["samesite=STRICT", { sameSite: "strict" }],
    ["samesite=lax", { sameSite: "lax" }],
    ["samesite=none", { sameSite: "none" }],
    ["priority=high; =; ;; unknown", {}],
  ];
  for (const [attributes, expected] of cases) {
    assertEquals(parseSetCookie(`a=1; ${attributes}`), { name: "a", value: "1", ...expected });
  }
  assertEquals(parseSetCookie("a=1; samesite=strict; samesite=?")?.sameSite, undefined);
});

Deno.test("name and value of a cookie have 4096 bytes at most, an attribute 1024", () => {
  const value = "v".repeat(4095);
  assertEquals(parseSetCookie(`n=${value}`)?.value, value);
  assertEquals(parseSetCookie(`nn=${value}`), undefined);
  assertEquals(parseSetCookie(`a=1; path=/${"p".repeat(1023)}`)?.path?.length, 1024);
  assertEquals(parseSetCookie(`a=1; path=/${"p".repeat(1024)}`)?.path, undefined);
  assertEquals(parseSetCookie(`a=1; path=/b; path=/${"p".repeat(1024)}`)?.path, "/b");
});

Deno.test("a Set-Cookie line is written with all its attributes and reads back", () => {
  const cookie: SetCookie = {
    name: "id",
    value: '"31d4"',
    expiresMs: 784_111_777_000,
    maxAge: 3600,
    domain: "a.example",
    path: "/docs",
    secure: true,
    httpOnly: true,
    sameSite: "none",
    partitioned: true,
  };
  const line = formatSetCookie(cookie);
  assertEquals(
    line,
    'id="31d4"; Expires=Sun, 06 Nov 1994 08:49:37 GMT; Max-Age=3600; Domain=a.example; ' +
      "Path=/docs; Secure; HttpOnly; SameSite=None; Partitioned",
  );
  assertEquals(parseSetCookie(line), cookie);
  assertEquals(formatSetCookie({ name: "a", value: "", sameSite: "lax" }), "a=; SameSite=Lax");
  assertEquals(
    formatSetCookie({ name: "a", value: "", sameSite: "strict" }),
    "a=; SameSite=Strict",
  );
});

Deno.test("a cookie that browsers would refuse or misread is not written", () => {
  const wrong: readonly Partial<SetCookie>[] = [
    { name: "" },
    { name: "a b" },
    { name: "a=" },
    { value: "1;path=/" },
    { value: "a b" },
    { value: 'a"b' },
    { value: "a,b" },
    { value: "a\\b" },
    { value: "\u00ff" },
    { value: "a\r\nset-cookie: b" },
    { path: "docs" },
    { path: "/a;domain=b" },
    { path: "/\0" },
    { path: `/${"p".repeat(1024)}` },
    { domain: "a.example; path=/" },
    { domain: "" },
    { sameSite: "none" },
    { partitioned: true },
    { name: "__Secure-a" },
    { name: "__host-a", secure: true },
    { name: "__Host-a", secure: true, path: "/", domain: "a.example" },
  ];
  for (const part of wrong) {
    const cookie = { name: "a", value: "1", ...part };
    assertThrows(() => formatSetCookie(cookie), TypeError, undefined, JSON.stringify(part));
  }
  for (
    const part of [
      { maxAge: 1.5 },
      { maxAge: NaN },
      { expiresMs: Infinity },
      { value: "v".repeat(4096) },
    ]
  ) assertThrows(() => formatSetCookie({ name: "a", value: "1", ...part }), RangeError);
});

Deno.test("the values of cookies stay out of error messages", () => {
  const error = assertThrows(() => formatSetCookie({ name: "a", value: "sec ret" }), TypeError);
  assertEquals(error.message.includes("sec"), false);
});
