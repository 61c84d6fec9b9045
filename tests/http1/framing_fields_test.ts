import {
  CONNECTION,
  CONTENT_LENGTH,
  EXPECT,
  fieldKind,
  FramingFields,
  HOST,
  OTHER,
  TRANSFER_ENCODING,
  UPGRADE,
} from "../../http1/proto/framing_fields.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

function add(fields: FramingFields, kind: number, value: string): string | undefined {
  const bytes = bytesOf(`xx${value}yy`);
  const fault = fields.add(kind, bytes, 2, bytes.length - 2, 1);
  return fault && `${fault.code} ${fault.statusHint}`;
}

Deno.test("the fields of interest are known by their names in any case", () => {
  const expected = {
    Host: HOST,
    EXPECT,
    upgrade: UPGRADE,
    Connection: CONNECTION,
    "content-Length": CONTENT_LENGTH,
    "Transfer-ENCODING": TRANSFER_ENCODING,
    Hosts: OTHER,
    Hose: OTHER,
    accept: OTHER,
    cookies: OTHER,
    "user-agent": OTHER,
    "accept-charset": OTHER,
    "x-forwarded-proto": OTHER,
  };
  for (const [name, kind] of Object.entries(expected)) {
    assertEquals([name, fieldKind(bytesOf(name), 0, name.length)], [name, kind]);
  }
});

Deno.test("a content length is one decimal number below 2^53, once", () => {
  for (
    const [value, length] of [["0", 0], [" 42\t", 42], ["007", 7], [
      "9007199254740991",
      2 ** 53 - 1,
    ]]
  ) {
    const fields = new FramingFields();
    assertEquals(add(fields, CONTENT_LENGTH, String(value)), undefined);
    assertEquals(fields.contentLength, Number(length));
  }
  for (
    const value of [
      ...["", "+5", "-5", "5,5", "5 5", "0x5", "5.0", "5e1", "9007199254740992", "1".repeat(40)],
      "\u0665",
    ]
  ) assertEquals(add(new FramingFields(), CONTENT_LENGTH, value), "BAD_CONTENT_LENGTH 400");
  const fields = new FramingFields();
  add(fields, CONTENT_LENGTH, "5");
  assertEquals(add(fields, CONTENT_LENGTH, "5"), "BAD_CONTENT_LENGTH 400");
});

Deno.test("chunked comes once and last; any other coding is not implemented", () => {
  for (const value of ["chunked", " Chunked ", "CHUNKED\t"]) {
    const fields = new FramingFields();
    assertEquals(add(fields, TRANSFER_ENCODING, value), undefined);
    assertEquals(fields.chunked, true);
  }
  for (const value of ["gzip", "gzip, chunked", "identity", "xchunked", "chunked;a=b", "chunke"]) {
    assertEquals(
      [value, add(new FramingFields(), TRANSFER_ENCODING, value)],
      [value, "BAD_TRANSFER_ENCODING 501"],
    );
  }
  for (
    const value of ["", ",chunked", "chunked,", "chunked, chunked", "chunked, gzip", '"chunked"']
  ) {
    assertEquals(
      [value, add(new FramingFields(), TRANSFER_ENCODING, value)],
      [value, "BAD_TRANSFER_ENCODING 400"],
    );
  }
  const fields = new FramingFields();
  add(fields, TRANSFER_ENCODING, "chunked");
  assertEquals(add(fields, TRANSFER_ENCODING, "chunked"), "BAD_TRANSFER_ENCODING 400");
});

Deno.test("connection options are found alone and in lists, over several lines", () => {
  const fields = new FramingFields();
  add(fields, CONNECTION, "Upgrade , x-y,");
  assertEquals([fields.upgradeOption, fields.close, fields.keepAlive], [true, false, false]);
  add(fields, CONNECTION, "te,\tKeep-Alive");
  add(fields, CONNECTION, "close");
  assertEquals([fields.upgradeOption, fields.close, fields.keepAlive], [true, true, true]);
  const other = new FramingFields();
  add(other, CONNECTION, "closed, keep-alives, x close");
  assertEquals([other.upgradeOption, other.close, other.keepAlive], [false, false, false]);
  const list = new FramingFields();
  add(list, CONNECTION, "keep-alive, close");
  assertEquals([list.close, list.keepAlive], [true, true]);
});

Deno.test("one Host is taken, its place counted from the head", () => {
  const fields = new FramingFields();
  assertEquals(add(fields, HOST, " a.example "), undefined);
  assertEquals([fields.hosts, fields.hostStart, fields.hostEnd], [1, 2, 11]);
  assertEquals(add(fields, HOST, "a.example"), "BAD_HOST 400");
  assertEquals(add(new FramingFields(), HOST, "a/b"), "BAD_HOST 400");
});

Deno.test("an expectation is 100-continue or another", () => {
  const fields = new FramingFields();
  add(fields, EXPECT, "100-Continue");
  assertEquals([fields.expectsContinue, fields.expectsOther], [true, false]);
  add(fields, EXPECT, "tea");
  assertEquals(fields.expectsOther, true);
  add(fields, UPGRADE, "websocket");
  assertEquals(fields.upgrade, true);
  fields.reset();
  assertEquals([fields.expectsContinue, fields.expectsOther, fields.upgrade], [
    false,
    false,
    false,
  ]);
});
