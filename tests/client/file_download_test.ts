import { ClientBody, makeResponse, ResponsePromise } from "@avx/client";
import { NetworkError } from "@avx/runtime/errors";
import type { Files } from "@avx/runtime/ports/files";
import { BodyTooLargeError } from "@avx/semantics/errors";
import { downloadTo } from "../../client/file_download.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { arriving } from "./coded.ts";

async function inFolder(
  run: (path: string, names: () => Promise<string[]>) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  async function names(): Promise<string[]> {
    const found: string[] = [];
    for await (const { name } of Deno.readDir(folder)) found.push(name);
    return found.sort();
  }
  try {
    await run(`${folder}/file`, names);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const BYTES = crypto.getRandomValues(new Uint8Array(1_000));

Deno.test("a body is written to a file, in the place of another", async () => {
  await inFolder(async (path, names) => {
    const source = arriving(BYTES, 300);
    assertEquals(await new ClientBody(source, undefined).toFile(path), 1_000);
    assertEquals(await Deno.readFile(path), BYTES);
    assertEquals(source.released, 4);
    const response = makeResponse("http://a.example/", { body: "abc" });
    assertEquals(await ResponsePromise.of(Promise.resolve(response)).toFile(path), 3);
    assertEquals([await Deno.readTextFile(path), await names()], ["abc", ["file"]]);
  });
});

Deno.test("a file that must be new is, and another is left as it is", async () => {
  await inFolder(async (path, names) => {
    const body = () => new ClientBody(arriving(BYTES, 300), undefined);
    await body().toFile(path, { overwrite: false });
    const source = arriving(BYTES, 300);
    const again = new ClientBody(source, undefined).toFile(path, { overwrite: false });
    await assertRejects(() => again, Error);
    assertEquals([source.cancelled.length, await names()], [1, ["file"]]);
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("a body that fails, or is too long, leaves no file and the one that was", async () => {
  await inFolder(async (path, names) => {
    await Deno.writeTextFile(path, "before");
    const lost = new NetworkError("Cannot read: connection reset");
    const failing = new ClientBody(arriving(BYTES, 300, lost), undefined);
    assertEquals(await assertRejects(() => failing.toFile(path)), lost);
    for (const overwrite of [true, false]) {
      const to = overwrite ? path : `${path}2`;
      const long = new ClientBody(arriving(BYTES, 300), undefined);
      const options = { overwrite, maxBytes: 999 };
      await assertRejects(() => long.toFile(to, options), BodyTooLargeError);
    }
    assertEquals([await Deno.readTextFile(path), await names()], ["before", ["file"]]);
    const fits = new ClientBody(arriving(BYTES, 300), undefined);
    assertEquals(await fits.toFile(path, { maxBytes: 1_000 }), 1_000);
  });
});

Deno.test("a file that cannot be made or renamed gives the body up", async () => {
  await inFolder(async (path) => {
    const source = arriving(BYTES, 300);
    await assertRejects(() => new ClientBody(source, undefined).toFile(`${path}/a/b`), Error);
    assertEquals(source.cancelled.length, 1);
  });
  const removed: string[] = [];
  const files: Files = {
    create: () =>
      Promise.resolve({ write: () => Promise.resolve(), close: () => Promise.resolve() }),
    rename: () => Promise.reject(new Error("no")),
    remove: (path) => Promise.reject(removed.push(path)),
  };
  await assertRejects(() => downloadTo("a", arriving(BYTES, 300), {}, files), Error, "no");
  assertEquals(removed.length, 1);
});
