import { forbiddenWords } from "../../_tools/words.ts";
import { assertEquals, assertMatch } from "../support/assert.ts";

Deno.test("words gate reports file, line and reason", () => {
  const found = forbiddenWords("bench/a.ts", "one\nconst a = '/tmp/socket';\n");
  assertEquals(found.length, 1);
  assertMatch(found[0], /^bench\/a\.ts:2: a shared folder/);
});

Deno.test("words gate refuses machine folders, registry hosts and conflict marks", () => {
  for (
    const line of [
      "see /home/someone/x",
      "file:///root/x",
      "https://registry.example.org/a.tgz",
      "<<<<<<< ours",
    ]
  ) assertEquals(forbiddenWords("README.md", line).length, 1, line);
});

Deno.test("words gate refuses addresses in a lock file only", () => {
  const line = `"tarball": "https://example.test/a.tgz"`;
  assertEquals(forbiddenWords("deno.lock", line).length, 1);
  assertEquals(forbiddenWords("README.md", line).length, 0);
});

Deno.test("words gate leaves relative paths and routes alone", () => {
  for (const line of ["tests/work/a.ts", "./tmp/a", "app.get('/works/', a)", "a/home/b"]) {
    assertEquals(forbiddenWords("README.md", line), [], line);
  }
});
