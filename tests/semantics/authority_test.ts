import { isHost, isIpv4, isIpv6, parseAuthority } from "@avx/semantics/authority";
import fc from "fast-check";
import { assert, assertEquals } from "../support/assert.ts";

const VALID = [
  ["a", "a", undefined],
  ["a.example", "a.example", undefined],
  ["A.Example:8080", "A.Example", 8080],
  ["a.example:", "a.example", undefined],
  ["a.example:0", "a.example", 0],
  ["a.example:65535", "a.example", 65535],
  ["a.example:00080", "a.example", 80],
  ["127.0.0.1:80", "127.0.0.1", 80],
  ["999.999.999.999", "999.999.999.999", undefined], // a reg-name by the grammar
  ["a_b-c~d!$&'()*+,;=", "a_b-c~d!$&'()*+,;=", undefined],
  ["%E4%bd%a0:1", "%E4%bd%a0", 1],
  ["[::1]:443", "[::1]", 443],
  ["[2001:db8::192.0.2.1]", "[2001:db8::192.0.2.1]", undefined],
  ["[v1.fe80::a+en1]", "[v1.fe80::a+en1]", undefined],
] as const;

const INVALID = [
  ...[":80", "a b", " a", "a ", "a/b", "a?b", "a#b", "a@b", "user:pw@a", "a:b", "a:80:80"],
  ...["a:-1", "a:+1", "a:65536", "a:99999999999999999999", "a:8 0", "a,b:1:2", "\u00e4", "a\\b"],
  ...["%", "%1", "%zz", "a%2", "%4\u0661", "::1", "[::1", "::1]", "[]", "[::1]a", "[::1]80"],
  ...["[fe80::1%25eth0]", "[fe80::1%eth0]", "[127.0.0.1]", "[a]", "[v1.]", "[vz.a]", "a[::1]"],
  ...["a\r\nb", "a\0", "a\t", "<a>", '"a"', "a|b", "a^b", "{a}", "[::1]:x", "a\u0100"],
];

Deno.test("parseAuthority takes host and port apart", () => {
  for (const [text, host, port] of VALID) {
    assertEquals(parseAuthority(text), { host, port }, text);
    assert(isHost(text), text);
  }
});

Deno.test("parseAuthority and isHost refuse what RFC 3986 does not allow", () => {
  for (const text of INVALID) {
    assertEquals(parseAuthority(text), undefined, JSON.stringify(text));
    assertEquals(isHost(text), false, JSON.stringify(text));
  }
});

Deno.test("isHost takes an empty value, parseAuthority does not", () => {
  assertEquals(isHost(""), true);
  assertEquals(parseAuthority(""), undefined);
});

Deno.test("isIpv6 takes eight groups, or fewer with a gap", () => {
  const valid = [
    ...["::", "::1", "1::", "1::8", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"],
    ...[
      "ABCD:ef01::",
      "::ffff:192.0.2.255",
      "1:2:3:4:5:6:192.0.2.1",
      "::1.2.3.4",
      "1::3:4:5:6:7:8",
    ],
  ];
  for (const text of valid) assertEquals(isIpv6(text), true, text);
  const invalid = [
    ...["", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", ":1", "1:"],
    ...[
      "1::2::3",
      "12345::",
      "g::",
      "::1:",
      ":1::",
      "1.2.3.4::",
      "::1.2.3",
      "::1.2.3.256",
      "1.2.3.4",
    ],
    ...["1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", " ::1", "::1 ", "1:2:3:4::5:6:7:8", "::%1"],
  ];
  for (const text of invalid) assertEquals(isIpv6(text), false, text);
});

Deno.test("isIpv6 agrees with the URL standard", () => {
  const group = fc.oneof(fc.stringMatching(/^[0-9a-f]{0,5}$/), fc.ipV4());
  const candidate = fc.oneof(fc.ipV6(), fc.array(group, { maxLength: 9 }).map((g) => g.join(":")));
  fc.assert(
    fc.property(candidate, (text) => {
      assertEquals(isIpv6(text), URL.canParse(`http://[${text}]/`), text);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("isIpv4 takes four decimal parts", () => {
  for (const text of ["0.0.0.0", "255.255.255.255", "192.0.2.1"]) assertEquals(isIpv4(text), true);
  const invalid = [
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.",
    ".1.2.3",
    "1..2.3",
  ];
  for (const text of [...invalid, "a.b.c.d", "1.2.3.-4", "1.2.3.4 "]) {
    assertEquals(isIpv4(text), false, text);
  }
  fc.assert(fc.property(fc.ipV4(), (text) => assertEquals(isIpv4(text), true)));
});

Deno.test("parseAuthority takes every host and port that the URL standard writes", () => {
  fc.assert(fc.property(fc.webUrl({ authoritySettings: { withPort: true } }), (text) => {
    const { host, hostname, port } = new URL(text);
    assertEquals(parseAuthority(host), {
      host: hostname,
      port: port === "" ? undefined : Number(port),
    });
  }));
});
