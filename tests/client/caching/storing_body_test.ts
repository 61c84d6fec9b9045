import type { BodySource } from "@avx/semantics/body-source";
import type { CacheWriter } from "@avx/semantics/caching";
import { StoringBody } from "../../../client/caching/storing_body.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

interface Noted {
  readonly seen: string[];
  readonly source: BodySource;
  readonly writer: CacheWriter;
  readonly body: StoringBody;
}

function noted(
  sizes: readonly number[],
  parts: { readonly source?: Partial<BodySource>; readonly writer?: Partial<CacheWriter> } = {},
): Noted {
  const seen: string[] = [];
  const chunks = sizes.map((size) => new Uint8Array(size));
  const source: BodySource = {
    declaredLength: 7,
    trailers: undefined,
    pull: () => chunks.shift(),
    release: (chunk) => void seen.push(`release ${chunk.length}`),
    cancel: (reason) => void seen.push(`cancel ${reason}`),
    ...parts.source,
  };
  const writer: CacheWriter = {
    write: (bytes) => void seen.push(`write ${bytes.length}`),
    commit: () => void seen.push("commit"),
    abort: () => void seen.push("abort"),
    ...parts.writer,
  };
  const body = new StoringBody(source, writer, 5, () => seen.push("settled"));
  return { seen, source, writer, body };
}

Deno.test("a body that is read to its end is stored, once", async () => {
  const { body, seen } = noted([2, 3]);
  assertEquals([body.declaredLength, body.trailers], [7, undefined]);
  assertEquals((await body.pull())?.length, 2);
  body.release(new Uint8Array(2));
  assertEquals((await body.pull())?.length, 3);
  assertEquals(await body.pull(), undefined);
  assertEquals(await body.pull(), undefined);
  body.cancel("late");
  assertEquals(seen, ["write 2", "release 2", "write 3", "commit", "settled", "cancel late"]);
});

Deno.test("a body that grows too large goes on but is not stored", async () => {
  const { body, seen } = noted([3, 3, 3]);
  for (let count = 0; count < 3; count++) assertEquals((await body.pull())?.length, 3);
  assertEquals(await body.pull(), undefined);
  assertEquals(seen, ["write 3", "settled", "abort"]);
});

Deno.test("a body that fails, or is given up, is not stored", async () => {
  const failing = noted([], { source: { pull: () => Promise.reject(new RangeError("Reset")) } });
  await assertRejects(() => failing.body.pull(), RangeError, "Reset");
  await Promise.resolve();
  assertEquals(failing.seen, ["settled", "abort"]);
  const cancelled = noted([1]);
  cancelled.body.cancel("enough");
  await Promise.resolve();
  assertEquals(cancelled.seen, ["settled", "cancel enough", "abort"]);
});

Deno.test("a writer that fails does not concern the reader", async () => {
  const rejects = () => Promise.reject(new RangeError("Full"));
  for (const name of ["write", "commit", "abort"] as const) {
    const { body, seen } = noted([2], { writer: { [name]: rejects } });
    assertEquals((await body.pull())?.length, 2);
    if (name === "abort") body.giveUp();
    assertEquals(await body.pull(), undefined);
    assertEquals(seen.filter((one) => one === "settled").length, 1, name);
  }
});

Deno.test("a chunk is the reader's once the writer has taken it", async () => {
  let taken = () => {};
  const { body } = noted([2], {
    writer: { write: () => new Promise<void>((resolve) => taken = resolve) },
  });
  let given = false;
  const pulled = Promise.resolve(body.pull()).then(() => given = true);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(given, false);
  taken();
  await pulled;
});
