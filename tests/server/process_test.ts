import { assert, assertEquals } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
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
  assertEquals(await run("unreferencedTls"), "");
});

Deno.test("a server that is referenced again keeps its process alive", async () => {
  assertEquals(await run("referencedAgain"), "late\n");
});

for (const encrypted of [false, true]) {
  Deno.test({
    name: `a server ${encrypted ? "over TLS " : ""}that runs out of descriptors serves on`,
    ignore: Deno.build.os === "windows",
    fn: () => exhaust(encrypted),
  });
}

/** A crowd takes every descriptor: who was there before is served, and who comes after it left. */
async function exhaust(encrypted: boolean): Promise<void> {
  const name = encrypted ? "fewDescriptorsTls" : "fewDescriptors";
  const child = new Deno.Command("sh", {
    args: ["-c", 'ulimit -n 96; exec "$0" run -A "$1" "$2"', Deno.execPath(), CHILD, name],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).values();
  const port = Number((await lines.next()).value);
  const place = { hostname: "localhost", port };
  const dial = async () => {
    const conn = encrypted
      ? await Deno.connectTls({ ...place, caCerts: [CA_CERT] })
      : await Deno.connect(place);
    return new Peer(conn);
  };
  const first = await dial();
  assertEquals((await first.get()).body, "hello");
  const crowd = await Promise.all(Array.from({ length: 120 }, () => Deno.connect(place)));
  if (!encrypted) {
    const { value = "" } = await lines.next();
    assert(value.startsWith("EMFILE"), `The server said ${value}`);
  }
  for (let turn = 0; turn < 5; turn++) assertEquals((await first.get()).body, "hello");

  // Some of the crowd was accepted, the rest waits; when they leave, everybody is served again.
  for (const conn of crowd) conn.close();
  const late = await dial();
  assertEquals((await late.get()).body, "hello");
  await late.get("/end");
  late.close();
  first.close();
  assertEquals((await child.status).code, 0);
  for await (const _ of lines);
}
