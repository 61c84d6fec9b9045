import { files } from "@avx/runtime/platform";
import { assertEquals, assertRejects } from "../support/assert.ts";

Deno.test("files are written, renamed and removed", async () => {
  const folder = await Deno.makeTempDir();
  const [first, second] = [`${folder}/a`, `${folder}/b`];
  const sink = await files.create(first, { isNew: true });
  await sink.write(new TextEncoder().encode("ab"));
  await sink.write(new Uint8Array(0));
  await sink.write(new TextEncoder().encode("xcdx").subarray(1, 3));
  await sink.close();
  await files.rename(first, second);
  assertEquals(await Deno.readTextFile(second), "abcd");
  await assertRejects(() => files.create(second, { isNew: true }), Error);
  await (await files.create(second, { isNew: false })).close();
  assertEquals(await Deno.readTextFile(second), "");
  await files.remove(second);
  await assertRejects(() => files.remove(second), Error);
  await Deno.remove(folder, { recursive: true });
});
