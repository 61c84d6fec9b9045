import { assertEquals, assertStringIncludes } from "../support/assert.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

async function ok(...gates: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "_tools/ok.ts", ...gates],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("gates that are named run alone, and are counted", async () => {
  const { code, stdout } = await ok("length");
  assertEquals(code, 0);
  assertStringIncludes(stdout, "gates: 1 passed, 0 failed\n");
});

Deno.test("a gate that does not exist is refused, with the names of those that do", async () => {
  const { code, stderr } = await ok("length", "luck");
  assertEquals(code, 2);
  assertStringIncludes(stderr, "No gate is called luck");
  assertStringIncludes(stderr, "purity");
});
