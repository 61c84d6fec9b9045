import fc from "fast-check";
import { ByteWriter } from "@avx/runtime/byte-writer";
import { FIELD_ROOM, HpackDecoder, HpackEncoder, UPDATE_ROOM } from "@avx/http2/hpack";
import { assert, assertEquals } from "../../support/assert.ts";
import { decoded, newDecoder, toHex, written } from "./blocks.ts";

function block(encoder: HpackEncoder, lines: readonly string[]): string {
  return toHex(written((out) => encoder.encode(lines, out)));
}

const GET = [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"];

Deno.test("hpack encoder: the samples of RFC 7541 appendix C.4", () => {
  const encoder = new HpackEncoder();
  assertEquals(block(encoder, GET), "828684418cf1e3c2e5f23a6ba0ab90f4ff");
  assertEquals(encoder.tableBytes, 57);
  assertEquals(
    block(encoder, [...GET, "cache-control", "no-cache"]),
    "828684be5886a8eb10649cbf",
  );
  assertEquals(
    block(encoder, [
      ...[":method", "GET", ":scheme", "https", ":path", "/index.html"],
      ...[":authority", "www.example.com", "custom-key", "custom-value"],
    ]),
    "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
  );
  assertEquals(encoder.tableBytes, 164);
});

Deno.test("hpack encoder: names are sent in lower case, and found in any case", () => {
  const encoder = new HpackEncoder();
  const first = block(encoder, ["X-Own", "a", "Content-Type", "text/html"]);
  const { fields } = decoded(
    newDecoder(),
    written((out) => {
      new HpackEncoder().encode(["X-Own", "a", "Content-Type", "text/html"], out);
    }),
  );
  assertEquals(fields, ["x-own", "a", "content-type", "text/html"]);
  assert(first.length > 8);
  assertEquals(block(encoder, ["x-own", "a", "CONTENT-TYPE", "text/html"]), "bfbe");
});

Deno.test("hpack encoder: a status is one byte where the static table has it", () => {
  const encoder = new HpackEncoder();
  const status = (code: number): string =>
    toHex(written((out) => {
      encoder.startBlock(out);
      encoder.writeStatus(code, out);
    }));
  assertEquals([200, 204, 206, 304, 400, 404, 500].map(status), [
    ...["88", "89", "8a", "8b", "8c", "8d", "8e"],
  ]);
  assertEquals(status(418), "4803343138");
  assertEquals(status(418), "be");
  assertEquals(status(103), "48820819");
});

Deno.test("hpack encoder: credentials are never indexed, and their names may be", () => {
  const secrets = [
    ...["authorization", "Basic YTpi", "proxy-authorization", "Basic YTpi"],
    ...["set-cookie", "id=12345678901234567890", "cookie", "id=1234567890123456", "x-key", "k"],
  ];
  const encoder = new HpackEncoder({ neverIndexed: ["x-key"] });
  const bytes = written((out) => encoder.encode(secrets, out));
  assertEquals(encoder.tableBytes, 0);
  assertEquals(decoded(newDecoder(), bytes).fields, secrets);
  for (let at = 0; at < secrets.length; at += 2) {
    const field = written((out) => encoder.writeField(secrets[at], secrets[at + 1], out));
    assertEquals([secrets[at], field[0] & 0xf0], [secrets[at], 0x10]);
  }
  written((out) => encoder.writeField("cookie", "id=12345678901234567890", out));
  assert(encoder.tableBytes > 0, "a long cookie is indexed");
});

Deno.test("hpack encoder: values that hardly come twice, or are large, stay out of the table", () => {
  const encoder = new HpackEncoder();
  const bytes = written((out) => {
    encoder.encode([":path", "/one", "content-length", "13", "x-own", "a".repeat(3100)], out);
  });
  assertEquals(encoder.tableBytes, 0);
  assertEquals(decoded(newDecoder(), bytes).fields.length, 6);
  written((out) => encoder.writeField("x-own", "a".repeat(3000), out));
  assertEquals(encoder.tableBytes, 3037);
});

Deno.test("hpack encoder: a value that is always new does not drive the others out", () => {
  const encoder = new HpackEncoder();
  written((out) => encoder.encode(["server", "avx"], out));
  for (let turn = 0; turn < 500; turn++) {
    written((out) => encoder.encode(["x-request-id", crypto.randomUUID()], out));
  }
  assertEquals(block(encoder, ["server", "avx"]).length, 2, "one byte");
  // Once one of them repeats, they are added again.
  const id = crypto.randomUUID();
  for (let turn = 0; turn < 17; turn++) {
    written((out) => encoder.encode(["x-request-id", id], out));
  }
  assertEquals(block(encoder, ["x-request-id", id]), "be");
});

Deno.test("hpack encoder: a repeated list of lines is sent the same from memory", () => {
  const encoder = new HpackEncoder();
  const decoder = newDecoder();
  const lines = ["Server", "avx", "content-length", "13", "etag", '"abc"', "vary", "*"];
  const sent = (): string[] =>
    decoded(decoder, written((out) => encoder.encode(lines, out))).fields;
  assertEquals(encoder.knows(lines), false);
  const first = sent();
  assertEquals(first[0], "server");
  for (let turn = 0; turn < 4; turn++) {
    assertEquals(encoder.knows([...lines]), true);
    assertEquals(sent(), first);
  }
  // The table changes: what was kept has other indices now.
  written((out) => {
    encoder.writeField("x-own", "new", out);
    decoded(decoder, out.buffer.subarray(0, out.length));
  });
  assertEquals(sent(), first);
  assertEquals(sent(), first);
  assertEquals(encoder.knows(["server", ...lines.slice(1)]), false);
});

Deno.test("hpack encoder: a change of the table's size ends what was kept", () => {
  const encoder = new HpackEncoder();
  const decoder = newDecoder();
  const lines = ["server", "avx"];
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(decoded(decoder, written((out) => encoder.encode(lines, out))).fields, lines);
  }
  for (const size of [0, 4096]) {
    encoder.setMaxTableBytes(size);
    decoder.setMaxTableBytes(size);
    for (let turn = 0; turn < 3; turn++) {
      const { fields, failure } = decoded(decoder, written((out) => encoder.encode(lines, out)));
      assertEquals([fields, failure], [lines, undefined]);
      assertEquals(encoder.tableBytes, decoder.tableBytes);
    }
  }
});

Deno.test("hpack encoder: size updates are sent once, the smallest before the last", () => {
  const encoder = new HpackEncoder();
  encoder.setMaxTableBytes(4096);
  assertEquals(block(encoder, []), "", "nothing new");
  encoder.setMaxTableBytes(100);
  assertEquals(block(encoder, [":status", "200"]), "3f4588");
  assertEquals(block(encoder, [":status", "200"]), "88");
  encoder.setMaxTableBytes(50);
  encoder.setMaxTableBytes(10);
  encoder.setMaxTableBytes(200);
  assertEquals(block(encoder, []), "2a3fa901");
  encoder.setMaxTableBytes(0);
  encoder.setMaxTableBytes(200);
  assertEquals(block(encoder, []), "203fa901", "as the peer may have emptied its table");
});

Deno.test("hpack encoder: its own bound on the table holds whatever the peer allows", () => {
  const small = new HpackEncoder({ maxTableBytes: 100 });
  assertEquals(block(small, []), "3f45", "less than HTTP/2 begins with");
  small.setMaxTableBytes(65_536);
  assertEquals(block(small, []), "");
  const large = new HpackEncoder({ maxTableBytes: 10_000 });
  assertEquals(block(large, []), "");
  large.setMaxTableBytes(65_536);
  assertEquals(block(large, []), "3ff14d");
});

Deno.test("hpack encoder: without a table everything is a literal", () => {
  const encoder = new HpackEncoder({ maxTableBytes: 0 });
  for (let turn = 0; turn < 2; turn++) {
    const bytes = written((out) => encoder.encode(["server", "avx", "x-own", "a"], out));
    const decoder = newDecoder();
    assertEquals(decoded(decoder, bytes).fields, ["server", "avx", "x-own", "a"]);
    assertEquals(decoder.tableBytes, 0);
  }
});

Deno.test("hpack encoder: ten thousand different names are sent, and not kept", () => {
  const encoder = new HpackEncoder();
  const decoder = newDecoder();
  for (let turn = 0; turn < 10_000; turn++) {
    const lines = [`X-Name-${turn}`, "a", "Server", "avx"];
    const { fields } = decoded(decoder, written((out) => encoder.encode(lines, out)));
    assertEquals(fields, [`x-name-${turn}`, "a", "server", "avx"]);
  }
  assertEquals(encoder.tableBytes, decoder.tableBytes);
});

Deno.test("hpack encoder: a name that the table has is not forgotten for others", () => {
  const encoder = new HpackEncoder();
  block(encoder, ["server", "avx"]);
  const large = "a".repeat(4000); // never added
  for (let turn = 0; turn < 600; turn++) block(encoder, [`x-name-${turn}`, large]);
  assertEquals(block(encoder, ["server", "avx"]), "be");
});

const name = fc.constantFrom(
  ...[":status", "Server", "server", "x-own", "X-Own", "set-cookie", "cookie", "etag", "date"],
  ...["accept", "vary", "x-other"],
);
const value = fc.oneof(
  fc.constantFrom("", "a", "avx", "gzip, deflate", "200", "text/html"),
  fc.array(fc.integer({ min: 0x21, max: 0xff }), { minLength: 1, maxLength: 300 })
    .map((codes) => String.fromCharCode(...codes).replaceAll("\x7f", "")),
);
const act = fc.oneof(
  { weight: 9, arbitrary: fc.record({ lines: fc.array(fc.tuple(name, value), { maxLength: 8 }) }) },
  { weight: 2, arbitrary: fc.record({ again: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ size: fc.constantFrom(0, 50, 200, 1000, 4096, 9000) }) },
);

Deno.test("hpack encoder: whatever it sends is decoded to the same, with the same table", () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), fc.nat(9000), (acts, maxTableBytes) => {
      const encoder = new HpackEncoder({ maxTableBytes });
      const decoder = new HpackDecoder({ maxListBytes: 1e6 });
      const sent: string[][] = [[]];
      for (const each of acts) {
        if ("size" in each) {
          encoder.setMaxTableBytes(each.size);
          decoder.setMaxTableBytes(each.size);
          continue;
        }
        const lines = "again" in each ? sent.at(-each.again) ?? sent[0] : each.lines.flat();
        sent.push(lines);
        const bytes = written((out) => encoder.encode(lines, out));
        const { fields, failure } = decoded(decoder, bytes);
        const expected = lines.map((text, at) => at % 2 === 0 ? text.toLowerCase() : text);
        assertEquals([fields, failure], [expected, undefined]);
        assertEquals(encoder.tableBytes, decoder.tableBytes);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("hpack encoder: it writes behind what a sink has, and asks it for room", () => {
  const out = new ByteWriter(1);
  out.u8(0x55);
  const encoder = new HpackEncoder();
  const lines = ["x-own", "a".repeat(500)];
  for (let turn = 0; turn < 3; turn++) encoder.encode(lines, out);
  assertEquals(out.buffer[0], 0x55);
  const bytes = out.view().slice(1);
  assertEquals(decoded(newDecoder(), bytes).fields, [...lines, ...lines, ...lines]);
});

Deno.test("hpack encoder: it never asks for more room than it says", () => {
  fc.assert(fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), (fields) => {
    const lines = fields.flat();
    const encoder = new HpackEncoder({ maxTableBytes: 2 ** 40 });
    encoder.setMaxTableBytes(0);
    encoder.setMaxTableBytes(2 ** 40);
    const room = UPDATE_ROOM + lines.length / 2 * FIELD_ROOM + lines.join("").length;
    const out = new ByteWriter(room);
    const { buffer } = out;
    for (let turn = 0; turn < 4; turn++) {
      out.reset();
      encoder.encode(lines, out);
      assertEquals(out.buffer === buffer, true);
    }
  }));
});
