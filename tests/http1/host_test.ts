import { isHost } from "../../http1/proto/host.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

function valid(text: string): boolean {
  const bytes = bytesOf(`<${text}>`);
  return isHost(bytes, 1, bytes.length - 1);
}

Deno.test("a host may be a name, an address, a literal, with a port or none, or nothing", () => {
  for (
    const text of [
      ...[
        "",
        "example.com",
        "EXAMPLE.com:80",
        "127.0.0.1:65535",
        "a_b.example",
        "xn--bcher-kva.ch",
      ],
      ...["[::1]", "[2001:db8::7]:443", "[fe80::1%25eth0]", "[v7.a:b]", "example.com:", "a%20b"],
    ]
  ) assertEquals([text, valid(text)], [text, true]);
});

Deno.test("a host holds no path, user, space, second port or open bracket", () => {
  for (
    const text of [
      ...["a/b", "user@host", "a b", "a:b", "a:80:80", "a:123456", ":80", "[::1", "[]", "[::1]x"],
      ...["[a/b]", "::1", 'a"b', "a\u00e9", "a?b", "a#b", "\\a"],
    ]
  ) assertEquals([text, valid(text)], [text, false]);
});
