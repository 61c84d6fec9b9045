import { errorCode } from "@avx/runtime/translate-error";
import { connectUnix, listenUnix } from "../../runtime/platform/deno_unix.ts";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { bytesOf, readUpTo } from "../support/transports.ts";

const ignore = Deno.build.os === "windows";

Deno.test("unix sockets carry bytes and have paths", { ignore }, async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.sock`;
    const listener = listenUnix(path);
    const [client, server] = await Promise.all([connectUnix(path), listener.accept()]);
    assertEquals(listener.addr, { transport: "unix", path });
    assertEquals(client.remoteAddr, { transport: "unix", path });
    assertEquals(client.localAddr, { transport: "unix", path: "" });
    await client.write(bytesOf("hi"));
    assertEquals(await readUpTo(server, 2), bytesOf("hi"));
    for (const end of [client, server, listener]) end.close();
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  });
});

Deno.test("unix sockets tell what stands in the way", { ignore }, async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.sock`;
    assertEquals(errorCode(await assertRejects(() => connectUnix(path))), "ENOENT");
    const listener = listenUnix(path);
    assertEquals(errorCode(assertThrows(() => listenUnix(path))), "EADDRINUSE");
    listener.close();
  });
});

Deno.test("an attempt to connect is given up by its signal", { ignore }, async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/a.sock`;
    const listener = listenUnix(path);
    const before = connectUnix(path, AbortSignal.abort("before"));
    assertEquals(await before.catch((it) => it), "before");
    const controller = new AbortController();
    const during = connectUnix(path, controller.signal);
    controller.abort("during");
    assertEquals(await during.catch((it) => it), "during");
    listener.close();
  });
});

async function inFolder(act: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  await act(folder);
  await Deno.remove(folder, { recursive: true });
}
