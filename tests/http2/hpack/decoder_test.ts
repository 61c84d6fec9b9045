import { ByteWriter } from "@avx/runtime/byte-writer";
import { HpackDecoder, HpackEncoder } from "@avx/http2/hpack";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
} from "../../support/assert.ts";
import { TOO_LARGE } from "../../../http2/hpack/failure.ts";
import { decoded, hex, newDecoder } from "./blocks.ts";

type Sample = readonly [block: string, fields: readonly string[], tableBytes: number];

const GET = [":method", "GET", ":scheme", "http", ":path", "/", ":authority", "www.example.com"];
const REQUESTS = [
  GET,
  [...GET, "cache-control", "no-cache"],
  [
    ...[":method", "GET", ":scheme", "https", ":path", "/index.html"],
    ...[":authority", "www.example.com", "custom-key", "custom-value"],
  ],
];
const SEEN = "Mon, 21 Oct 2013 20:13:21 GMT";
const REST = ["cache-control", "private", "date", SEEN, "location", "https://www.example.com"];
const RESPONSES = [
  [":status", "302", ...REST],
  [":status", "307", ...REST],
  [
    ...[":status", "200", "cache-control", "private", "date", "Mon, 21 Oct 2013 20:13:22 GMT"],
    ...["location", "https://www.example.com", "content-encoding", "gzip"],
    ...["set-cookie", "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1"],
  ],
];

const APPENDIX: readonly [section: string, maxTableBytes: number, samples: readonly Sample[]][] = [
  ["C.2.1", 4096, [[
    "400a637573746f6d2d6b65790d637573746f6d2d686561646572",
    ["custom-key", "custom-header"],
    55,
  ]]],
  ["C.2.2", 4096, [["040c2f73616d706c652f70617468", [":path", "/sample/path"], 0]]],
  ["C.2.3", 4096, [["100870617373776f726406736563726574", ["password", "secret"], 0]]],
  ["C.2.4", 4096, [["82", [":method", "GET"], 0]]],
  ["C.3", 4096, [
    ["828684410f7777772e6578616d706c652e636f6d", REQUESTS[0], 57],
    ["828684be58086e6f2d6361636865", REQUESTS[1], 110],
    ["828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565", REQUESTS[2], 164],
  ]],
  ["C.4", 4096, [
    ["828684418cf1e3c2e5f23a6ba0ab90f4ff", REQUESTS[0], 57],
    ["828684be5886a8eb10649cbf", REQUESTS[1], 110],
    ["828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", REQUESTS[2], 164],
  ]],
  ["C.5", 256, [
    [
      "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d54" +
      "6e1768747470733a2f2f7777772e6578616d706c652e636f6d",
      RESPONSES[0],
      222,
    ],
    ["4803333037c1c0bf", RESPONSES[1], 222],
    [
      "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f" +
      "3d4153444a4b48514b425a584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076" +
      "657273696f6e3d31",
      RESPONSES[2],
      215,
    ],
  ]],
  ["C.6", 256, [
    [
      "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f" +
      "0b97c8e9ae82ae43d3",
      RESPONSES[0],
      222,
    ],
    ["4883640effc1c0bf", RESPONSES[1], 222],
    [
      "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335df" +
      "dfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
      RESPONSES[2],
      215,
    ],
  ]],
];

for (const [section, maxTableBytes, samples] of APPENDIX) {
  Deno.test(`hpack decoder: the samples of RFC 7541 appendix ${section}`, () => {
    const decoder = new HpackDecoder({ maxTableBytes, maxListBytes: 16_384 });
    for (const [block, fields, tableBytes] of samples) {
      assertEquals(decoded(decoder, hex(block)), { fields: [...fields], failure: undefined });
      assertEquals(decoder.tableBytes, tableBytes);
    }
  });
}

Deno.test("hpack decoder: fields are appended to what is there, and an empty block has none", () => {
  const fields = ["a", "b"];
  const decoder = newDecoder();
  assertEquals(decoder.decode(hex("82"), 0, 1, fields), undefined);
  assertEquals(decoder.decode(hex("82"), 1, 1, fields), undefined);
  assertEquals(fields, ["a", "b", ":method", "GET"]);
});

Deno.test("hpack decoder: a field of the table is the same string each time", () => {
  const decoder = newDecoder();
  const first =
    decoded(decoder, hex("400a637573746f6d2d6b65790d637573746f6d2d686561646572")).fields;
  assertEquals(decoded(decoder, hex("bebe")).fields, [...first, ...first]);
  // A name of the table with another value, which may drive the name's own entry out.
  assertEquals(decoded(decoder, hex("0f2f0131")).fields, ["custom-key", "1"]);
  assertEquals(decoded(decoder, hex("7e0132")).fields, ["custom-key", "2"]);
});

Deno.test("hpack decoder: a path that is sent again is the same string, and counts as before", () => {
  const decoder = new HpackDecoder({ maxListBytes: 50 });
  const block = hex("04 0c 2f73616d706c652f70617468");
  for (let turn = 0; turn < 3; turn++) {
    assertEquals(decoded(decoder, block), {
      fields: [":path", "/sample/path"],
      failure: undefined,
    });
  }
  assertEquals(decoded(decoder, block.subarray(0, -1)).failure?.kind, "compression");
  assertEquals(decoded(decoder, hex("0402 2f61")).fields, [":path", "/a"]);
  assertEquals(decoded(decoder, hex("1402 2f61")).fields, [":path", "/a"]);
  assertEquals(decoded(decoder, hex("1402 2f61 1402 2f61")), {
    fields: [":path", "/a"],
    failure: TOO_LARGE,
  });
  decoder.setMaxListBytes(38);
  assertEquals(decoded(decoder, hex("1402 2f61")), { fields: [], failure: TOO_LARGE });
});

Deno.test("hpack decoder: a malformed path is so each time", () => {
  const decoder = newDecoder();
  for (let turn = 0; turn < 3; turn++) {
    const { fields, failure } = decoded(decoder, hex("0402 2f0a"));
    assertEquals([fields, failure?.kind], [[":path", "/\n"], "field"]);
  }
});

Deno.test("hpack decoder: a name may come from the entry that its field drives out", () => {
  const decoder = new HpackDecoder({ maxTableBytes: 64, maxListBytes: 16_384 });
  decoded(decoder, hex("40 0a 637573746f6d2d6b6579 01 31"));
  assertEquals(decoded(decoder, hex("7e 02 3232")).fields, ["custom-key", "22"]);
  assertEquals(decoded(decoder, hex("be")).fields, ["custom-key", "22"]);
  assertEquals(decoded(decoder, hex("bf")).failure?.kind, "compression");
});

Deno.test("hpack decoder: characters beyond ASCII are one byte each", () => {
  assertEquals(decoded(newDecoder(), hex("00 01 61 02 c3a9")).fields, ["a", "\xc3\xa9"]);
});

const BROKEN: readonly [what: string, block: string, reason: string][] = [
  ["index 0", "80", "an index that no table has"],
  ["an index behind the tables", "be", "an index that no table has"],
  ["an enormous index", "ffffffffff7f", "an index that no table has"],
  ["an index that is cut", "ff", "an integer that ends too late"],
  ["an index that never ends", "ff" + "80".repeat(20) + "01", "an integer that ends too late"],
  ["a name from index 62", "7e0131", "an index that no table has"],
  ["a name from a far index", "0fff7f0131", "an index that no table has"],
  ["a name's index that is cut", "7f", "an integer that ends too late"],
  ["a name that is cut", "400361", "ends within a string"],
  ["a name's length that is cut", "407f", "ends within a string"],
  ["a missing name", "40", "ends within a string"],
  ["a missing value", "4401", "ends within a string"],
  ["a value that is cut", "44032f", "ends within a string"],
  ["a string of 2^62 bytes", "447fffffffffffffffff7f", "ends within a string"],
  ["an end-of-string code in a name", "4084ffffffff0131", "not Huffman-coded"],
  ["padding of eight bits in a value", "4482fcff", "not Huffman-coded"],
  ["padding of zeros in a value", "448118", "not Huffman-coded"],
  ["a size update behind a field", "8220", "size update behind a field"],
  ["a size update above the limit", "3fe21f82", "size update above the limit"],
  ["a size update that is cut", "3f", "an integer that ends too late"],
];

for (const [what, block, reason] of BROKEN) {
  Deno.test(`hpack decoder: ${what} is a compression failure`, () => {
    const { failure } = decoded(newDecoder(), hex(block));
    assertEquals(failure?.kind, "compression");
    assertStringIncludes(failure?.reason ?? "", reason);
  });
}

Deno.test("hpack decoder: size updates are followed at the beginning of a block", () => {
  const decoder = newDecoder();
  decoded(decoder, hex("400161013140016201324001630133"));
  assertEquals(decoder.tableBytes, 3 * 34);
  // Down to 70 bytes and up again: the oldest of three is gone for good.
  assertEquals(decoded(decoder, hex("3f27 3fe11f bebf")).fields, ["c", "3", "b", "2"]);
  assertEquals(decoder.tableBytes, 2 * 34);
  assertEquals(decoded(decoder, hex("20")), { fields: [], failure: undefined });
  assertEquals(decoder.tableBytes, 0);
  assertEquals(decoded(decoder, hex("4001610131be")).failure?.kind, "compression");
});

Deno.test("hpack decoder: a lower limit has to be answered by a size update", () => {
  const newer = (): HpackDecoder => {
    const decoder = newDecoder();
    decoded(decoder, hex("4001610131"));
    decoder.setMaxTableBytes(100);
    return decoder;
  };
  assertEquals(decoded(newer(), hex("82")).failure?.reason.includes("lacks"), true);
  assertEquals(decoded(newer(), hex("")).failure?.reason.includes("lacks"), true);
  assertEquals(decoded(newer(), hex("3f46 82")).failure?.kind, "compression", "101 bytes");
  const decoder = newer();
  assertEquals(decoded(decoder, hex("3f45 82")).failure, undefined, "100 bytes");
  assertEquals(decoded(decoder, hex("be")).fields, ["a", "1"], "no more is due");
});

Deno.test("hpack decoder: the lowest of several limits has to be answered first", () => {
  for (
    const [block, kind] of [
      ["3f45 3fa91f 82", undefined], // 100, then 4040
      ["3f45 82", undefined],
      ["3fa91f 82", "compression"], // 4040 at once
      ["3f77 3fa91f 82", "compression"], // 150 first
      ["3f45 3fe21f 82", "compression"], // 100, then 4097
    ] as const
  ) {
    const decoder = newDecoder();
    decoder.setMaxTableBytes(200);
    decoder.setMaxTableBytes(100);
    decoder.setMaxTableBytes(150);
    decoder.setMaxTableBytes(4096);
    assertEquals(decoded(decoder, hex(block)).failure?.kind, kind);
  }
});

Deno.test("hpack decoder: a higher limit holds once the peer makes use of it", () => {
  for (
    const decoder of [newDecoder(), new HpackDecoder({ maxTableBytes: 8192, maxListBytes: 9 })]
  ) {
    decoder.setMaxTableBytes(8192);
    assertEquals(decoded(decoder, hex("")).failure, undefined);
    const out = new ByteWriter();
    const encoder = new HpackEncoder({ maxTableBytes: 8192 });
    encoder.setMaxTableBytes(8192);
    encoder.encode([], out);
    const large: string[] = [];
    for (let index = 0; index < 200; index++) large.push(`name-${index}`, "");
    encoder.encode(large, out);
    assertEquals(decoded(decoder, out.view()).failure?.kind ?? "size", "size");
    assertEquals(decoder.tableBytes, encoder.tableBytes);
    assert(decoder.tableBytes > 4096);
  }
});

Deno.test("hpack decoder: malformed fields are told of, and the list is complete", () => {
  const names = ["41", "c3", "20", "3a", "613a", "00", "7f", ""].map((name) => [name, "31"]);
  const values = ["00", "0a", "0d", "20", "61 20", "09 61", "7f", "1f"].map((
    value,
  ) => ["61", value]);
  for (const [name, value] of [...names, ...values]) {
    const [nameBytes, valueBytes] = [hex(name), hex(value)];
    const block = Uint8Array.from([
      ...[0x82, 0x40, nameBytes.length, ...nameBytes, valueBytes.length, ...valueBytes],
      ...[0x84, 0xbe],
    ]);
    const decoder = newDecoder();
    const { fields, failure } = decoded(decoder, block);
    assertEquals([name, value, failure?.kind], [name, value, "field"]);
    assertEquals([fields.length, fields[4]], [8, ":path"]);
    // Also where it comes from the table only, and the name at least where it is reused.
    assertEquals(decoded(decoder, hex("be")).failure?.kind, "field");
    const reused = decoded(decoder, hex("0f2f0131")).failure;
    assertEquals(reused?.kind, value === "31" ? "field" : undefined);
    assertEquals(decoded(decoder, hex("82")).failure, undefined);
  }
});

Deno.test("hpack decoder: pseudo-header fields, tokens and tabs within a value are well-formed", () => {
  const block = hex("00 09 3a70726f746f636f6c 02 7773 00 02 217e 03 610962 00 01 61 00");
  assertEquals(decoded(newDecoder(), block), {
    fields: [":protocol", "ws", "!~", "a\tb", "a", ""],
    failure: undefined,
  });
});

Deno.test("hpack decoder: a list is bounded with 32 bytes for each field", () => {
  const decoder = new HpackDecoder({ maxListBytes: 2 * 42 });
  assertEquals(decoded(decoder, hex("8282")), {
    fields: [":method", "GET", ":method", "GET"],
    failure: undefined,
  });
  const { fields, failure } = decoded(decoder, hex("828282"));
  assertEquals([fields.length, failure?.kind], [4, "size"]);
  decoder.setMaxListBytes(3 * 42);
  assertEquals(decoded(decoder, hex("828282")).failure, undefined);
  decoder.setMaxListBytes(3 * 42 - 1);
  assertEquals(decoded(decoder, hex("828282")).failure?.kind, "size");
});

Deno.test("hpack decoder: it stays in step behind a list that was too large", () => {
  const decoder = new HpackDecoder({ maxListBytes: 100 });
  const long = `40 01 61 7f 49 ${"62".repeat(200)}`;
  const { fields, failure } = decoded(decoder, hex(`82 ${long} 4001630164 0001650166`));
  assertEquals([fields, failure?.kind], [[":method", "GET"], "size"]);
  assertEquals(decoded(decoder, hex("be")), { fields: ["c", "d"], failure: undefined });
  decoder.setMaxListBytes(1000);
  assertEquals(decoded(decoder, hex("bf")).fields, ["a", "b".repeat(200)]);
});

Deno.test("hpack decoder: a broken block is one even where its list was too large", () => {
  const decoder = new HpackDecoder({ maxListBytes: 10 });
  assertEquals(decoded(decoder, hex("82 82 00 81 ff 00")).failure?.kind, "compression");
});

Deno.test("hpack decoder: a string larger than list and table is not even made", () => {
  const decoder = new HpackDecoder({ maxListBytes: 50 });
  decoded(decoder, hex("4001610131"));
  // A megabyte, to be put into a table of four kilobytes: that empties it.
  const value = new Uint8Array(1 << 20).fill(0x61);
  const block = Uint8Array.from([0x40, 0x01, 0x62, 0x7f, 0x81, 0xff, 0x3f, ...value]);
  const { fields, failure } = decoded(decoder, block);
  assertEquals([fields, failure?.kind, decoder.tableBytes], [[], "size", 0]);
});

Deno.test("hpack decoder: a bomb costs its few bytes, not what they stand for", () => {
  const decoder = new HpackDecoder({ maxListBytes: 65_536 });
  const value = "a".repeat(4000);
  const out = new ByteWriter();
  out.bytes(hex("4001627fa11e"));
  out.ascii(value);
  // 16,000 times an entry of 4 KB: 64 MB.
  out.ensure(16_000);
  for (let count = 0; count < 16_000; count++) out.u8(0xbe);
  const { fields, failure } = decoded(decoder, out.view());
  assertEquals(failure?.kind, "size");
  assertEquals(fields.length, 2 * Math.floor(65_536 / 4033));
  for (let at = 1; at < fields.length; at += 2) assertStrictEquals(fields[at], value);
});
