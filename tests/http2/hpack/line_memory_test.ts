import { ByteWriter } from "@avx/runtime/byte-writer";
import { KnownLines, LineMemory } from "../../../http2/hpack/line_memory.ts";
import { assert, assertEquals, assertStrictEquals } from "../../support/assert.ts";

function filled(length: number): ByteWriter {
  const out = new ByteWriter();
  for (let index = 0; index < length; index++) out.u8(index);
  return out;
}

Deno.test("line memory: only the same strings in the same order are the same lines", () => {
  const memory = new LineMemory();
  assertEquals(memory.find(["a", "1"]), undefined);
  memory.add(["a", "1", "b", "2"]);
  assert(memory.find(["a", "1", "b", "2"]) !== undefined);
  for (const other of [["a", "1"], ["a", "1", "b", "3"], ["b", "2", "a", "1"], []]) {
    assertEquals(memory.find(other), undefined);
  }
});

Deno.test("line memory: it is not the caller's array that it remembers", () => {
  const memory = new LineMemory();
  const lines = ["a", "1"];
  memory.add(lines);
  lines[1] = "2";
  assertEquals(memory.find(lines), undefined);
});

Deno.test("line memory: eight lists are kept, and the first goes first", () => {
  const memory = new LineMemory();
  for (let turn = 0; turn < 9; turn++) memory.add(["turn", String(turn)]);
  assertEquals(memory.find(["turn", "0"]), undefined);
  const first = memory.find(["turn", "1"]);
  assert(first !== undefined && memory.find(["turn", "8"]) !== undefined);
  assertStrictEquals(memory.find(["turn", "1"]), first);
});

Deno.test("line memory: a list of very many or very long lines is not remembered", () => {
  const memory = new LineMemory();
  const long = ["a", "a".repeat(4096)];
  memory.add(long);
  assertEquals(memory.find(long), undefined);
  const many = new Array(66).fill("a");
  memory.add(many);
  assertEquals(memory.find(many), undefined);
  memory.add(many.slice(2));
  assert(memory.find(many.slice(2)) !== undefined);
});

Deno.test("known lines: an encoding is written as it was kept, short or long", () => {
  for (const length of [0, 1, 24, 25, 512]) {
    const known = new KnownLines();
    known.keep(filled(length + 3), 3, 7);
    assertEquals(known.version, 7);
    const out = filled(2);
    known.write(out);
    assertEquals(out.view().slice(2), filled(length + 3).view().slice(3));
  }
});

Deno.test("known lines: a long encoding is not kept", () => {
  const known = new KnownLines();
  known.keep(filled(513), 0, 7);
  assertEquals(known.version, -1);
});

Deno.test("known lines: other lines, or another table, end an encoding", () => {
  const memory = new LineMemory();
  memory.add(["a", "1"]);
  const known = memory.find(["a", "1"])!;
  known.keep(filled(5), 0, 7);
  memory.clear();
  assertEquals(known.version, -1);
  assertStrictEquals(memory.find(["a", "1"]), known);
  known.keep(filled(5), 0, 8);
  known.become(["b", "2"]);
  assertEquals([known.version, known.is(["a", "1"]), known.is(["b", "2"])], [-1, false, true]);
});
