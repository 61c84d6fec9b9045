/**
 * HPACK both ways on what a connection sends again and again, and Huffman coding.
 *
 * A group's baseline does the least that any way of doing it must: look each field up, or copy the
 * text. Divide the figures of a block by its number of fields.
 *
 * @module
 */

import { latin1, writeAscii } from "@avx/runtime/ascii";
import { ByteWriter } from "@avx/runtime/byte-writer";
import { HpackDecoder, HpackEncoder } from "@avx/http2/hpack";
import { huffmanLength, huffmanRoom, readHuffman, writeHuffman } from "@avx/semantics/huffman";

const TURNS = 1000; // a single block is shorter than the clock's resolution

// deno-fmt-ignore
const REQUEST: readonly string[] = [
  ":method", "GET", ":scheme", "https", ":authority", "www.example.com", ":path", "/",
  "user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-language", "en-US,en;q=0.5", "accept-encoding", "gzip, deflate, br, zstd",
  "referer", "https://www.example.com/shop/basket", "cookie", "session=0123456789abcdef01234567",
  "sec-fetch-mode", "navigate", "priority", "u=0, i",
];

const FIELDS = REQUEST.length / 2;
const out = new ByteWriter(4096);

const repeatedEncoder = new HpackEncoder();
const repeatedDecoder = new HpackDecoder({ maxListBytes: 16_384 });
let block = new Uint8Array(0);
for (let turn = 0; turn < 3; turn++) {
  out.reset();
  repeatedEncoder.encode(REQUEST, out);
  block = out.view().slice();
  repeatedDecoder.decode(block, 0, block.length, []);
}

const index = new Map(REQUEST.map((text, at) => [text, at]));
const fields: string[] = [];

Deno.bench(`look up ${FIELDS} names in a map`, { group: "encode", baseline: true }, () => {
  let sum = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    for (let at = 0; at < REQUEST.length; at += 2) sum += index.get(REQUEST[at])!;
  }
  if (sum === 0) throw new Error("Nothing found");
});

Deno.bench(`encode ${FIELDS} fields, the same strings`, { group: "encode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    out.length = 0;
    repeatedEncoder.encode(REQUEST, out);
  }
});

Deno.bench(`encode ${FIELDS} fields one by one`, { group: "encode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    out.length = 0;
    for (let at = 0; at < REQUEST.length; at += 2) {
      repeatedEncoder.writeField(REQUEST[at], REQUEST[at + 1], out);
    }
  }
});

Deno.bench(`encode ${FIELDS} fields into an empty table`, { group: "encode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    out.length = 0;
    new HpackEncoder().encode(REQUEST, out);
  }
});

const first = new ByteWriter(4096);
new HpackEncoder().encode(REQUEST, first);

Deno.bench(`push ${FIELDS} fields`, { group: "decode", baseline: true }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    fields.length = 0;
    for (let at = 0; at < REQUEST.length; at += 2) fields.push(REQUEST[at], REQUEST[at + 1]);
  }
});

Deno.bench(`decode ${FIELDS} fields that repeat`, { group: "decode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    fields.length = 0;
    repeatedDecoder.decode(block, 0, block.length, fields);
  }
});

const PATHS = ["/api/orders/1042?expand=items", "/api/orders/1043?expand=items"].map((path) => {
  const one = new ByteWriter();
  new HpackEncoder().encode([":path", path], one);
  return one.view();
});

Deno.bench("decode a path that repeats", { group: "decode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    fields.length = 0;
    repeatedDecoder.decode(PATHS[0], 0, PATHS[0].length, fields);
  }
});

Deno.bench("decode a path that changes", { group: "decode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    const path = PATHS[turn & 1];
    fields.length = 0;
    repeatedDecoder.decode(path, 0, path.length, fields);
  }
});

Deno.bench(`decode ${FIELDS} fields into an empty table`, { group: "decode" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    fields.length = 0;
    new HpackDecoder({ maxListBytes: 16_384 }).decode(first.buffer, 0, first.length, fields);
  }
});

const TEXT = REQUEST[9];
const coded = new Uint8Array(huffmanLength(TEXT));
writeHuffman(coded, 0, TEXT);
const plain = new Uint8Array(huffmanRoom(coded.length));

Deno.bench(
  `write ${TEXT.length} characters as they are`,
  { group: "huffman", baseline: true },
  () => {
    for (let turn = 0; turn < TURNS; turn++) writeAscii(plain, 0, TEXT);
  },
);

Deno.bench(`encode ${TEXT.length} characters`, { group: "huffman" }, () => {
  for (let turn = 0; turn < TURNS; turn++) writeHuffman(coded, 0, TEXT);
});

Deno.bench(`decode ${TEXT.length} characters`, { group: "huffman" }, () => {
  for (let turn = 0; turn < TURNS; turn++) {
    const length = readHuffman(coded, 0, coded.length, plain);
    if (length !== TEXT.length) throw new Error(latin1(plain, 0, length));
  }
});
