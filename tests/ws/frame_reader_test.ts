import { FAULT, FrameReader, MORE, PIECE } from "../../ws/proto/frame_reader.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf, frame, hex, join, splittings } from "./cores.ts";

const OPTIONS = { masked: true, compression: false, maxFrameBytes: 1000 };

/** All frames in `pieces` as text, then what became of the reader. */
function read(pieces: Uint8Array[], options = OPTIONS): string[] {
  const reader = new FrameReader(options);
  const lines: string[] = [];
  let payload = "";
  for (const piece of pieces) {
    reader.receive(piece.slice());
    for (;;) {
      const found = reader.read();
      if (found === MORE) break;
      if (found === FAULT) return [...lines, reader.failure!.code];
      assertEquals(found, PIECE);
      if (reader.first) payload = "";
      payload += String.fromCharCode(...reader.bytes.subarray(reader.start, reader.end));
      if (reader.last) lines.push(`${reader.opcode} ${reader.fin} ${payload}`);
    }
    assertEquals(reader.drained, true);
  }
  return lines;
}

Deno.test("frames are the same in any splitting", () => {
  const bytes = join(
    frame(0x01, "Hel"),
    frame(0x89, ""),
    frame(0x80, "lo"),
    frame(0x82, "x".repeat(130)),
  );
  for (const pieces of splittings(bytes)) {
    assertEquals(read(pieces), [
      "1 false Hel",
      "9 true ",
      "0 true lo",
      "2 true " + "x".repeat(130),
    ]);
  }
});

Deno.test("a reader refuses what RFC 6455 §5.2 does", () => {
  const faults: [string, Uint8Array][] = [
    ["RESERVED_BITS", frame(0xc1, "a")],
    ["RESERVED_BITS", frame(0xa1, "a")],
    ["RESERVED_BITS", frame(0x91, "a")],
    ["BAD_OPCODE", frame(0x83, "")],
    ["BAD_OPCODE", frame(0x87, "")],
    ["BAD_OPCODE", frame(0x8b, "")],
    ["BAD_OPCODE", frame(0x8f, "")],
    ["BAD_MASKING", frame(0x81, "a", "unmasked")],
    ["BAD_CONTROL_FRAME", frame(0x09, "")],
    ["BAD_CONTROL_FRAME", frame(0x89, "x".repeat(126))],
    ["BAD_LENGTH", hex("82fe007d")],
    ["BAD_LENGTH", hex("82ff000000000000ffff")],
    ["BAD_LENGTH", hex("82ff8000000000000000")],
    ["FRAME_TOO_LARGE", hex("82fe03e9")],
  ];
  for (const [code, bytes] of faults) {
    for (const pieces of splittings(bytes.subarray(0, 20))) assertEquals(read(pieces), [code]);
  }
});

Deno.test("a frame as large as the limit is read", () => {
  assertEquals(read([frame(0x82, "x".repeat(1000))]).length, 1);
});

Deno.test("a client's reader refuses masked frames", () => {
  const options = { ...OPTIONS, masked: false };
  assertEquals(read([frame(0x81, "a")], options), ["BAD_MASKING"]);
  assertEquals(read([frame(0x81, "a", "unmasked")], options), ["1 true a"]);
});

Deno.test("RSV1 means compression on the first frame of a message, where it was agreed on", () => {
  const options = { ...OPTIONS, compression: true };
  assertEquals(read([frame(0xc1, "a")], options), ["1 true a"]);
  assertEquals(read([frame(0xc0, "a")], options), ["RESERVED_BITS"]);
  assertEquals(read([frame(0xc9, "a")], options), ["RESERVED_BITS"]);
  assertEquals(read([frame(0xe1, "a")], options), ["RESERVED_BITS"]);
});

Deno.test("what was not read is joined with what comes", () => {
  const reader = new FrameReader(OPTIONS);
  const bytes = join(frame(0x82, "ab"), frame(0x82, "cd"));
  reader.receive(bytes.slice(0, 9));
  reader.read();
  reader.receive(bytes.slice(9));
  assertEquals(reader.read(), PIECE);
  assertEquals(reader.bytes.subarray(reader.start, reader.end), bytesOf("cd"));
  reader.clear();
  assertEquals(reader.read(), MORE);
});
