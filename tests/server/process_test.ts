import { assert, assertEquals } from "../support/assert.ts";
import { outputOf } from "../support/programs.ts";
import { Peer } from "./peer.ts";

const CHILD = new URL("./child.ts", import.meta.url).pathname;

function run(child: string): Promise<string> {
  return outputOf(Deno.execPath(), ["run", "-A", CHILD, child]);
}

Deno.test("a server keeps its process alive", async () => {
  assertEquals(await run("referenced"), "late\n");
});

Deno.test("a server that is unreferenced lets its process end", async () => {
  assertEquals(await run("unreferenced"), "");
});

Deno.test("a server that is referenced again keeps its process alive", async () => {
  assertEquals(await run("referencedAgain"), "late\n");
});

Deno.test({
  name: "a server that runs out of descriptors serves on, and accepts again once it has some",
  ignore: Deno.build.os === "windows",
  async fn() {
    const child = new Deno.Command("sh", {
      args: ["-c", 'ulimit -n 96; exec "$0" run -A "$1" fewDescriptors', Deno.execPath(), CHILD],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).values();
    const port = Number((await lines.next()).value);
    const dial = async () => new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
    const first = await dial();
    assertEquals((await first.get()).body, "hello");
    const crowd = await Promise.all(Array.from({ length: 120 }, dial));
    const { value = "" } = await lines.next();
    assert(value.startsWith("EMFILE"), `The server said ${value}`);
    assertEquals((await first.get()).body, "hello");

    // Some of the crowd was accepted, the rest waits; when they leave, everybody is served again.
    for (const peer of crowd) peer.close();
    const late = await dial();
    assertEquals((await late.get()).body, "hello");
    await late.get("/end");
    late.close();
    first.close();
    assertEquals((await child.status).code, 0);
    for await (const _ of lines);
  },
});
