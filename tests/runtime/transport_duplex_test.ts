import { memoryPair } from "@avx/runtime/memory";
import { duplexOf } from "../../runtime/platform/transport_duplex.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { bytesOf, pattern, readToEnd, readUpTo } from "../support/transports.ts";

Deno.test("a duplex reads what the peer writes, to its end", async () => {
  const [client, server] = memoryPair();
  const duplex = duplexOf(client);
  await server.write(bytesOf("hello"));
  await server.closeWrite();
  let text = "";
  for await (const chunk of duplex) text += new TextDecoder().decode(chunk);
  assertEquals(text, "hello");
  assert(client.closed); // a loop that ends destroys its stream
});

Deno.test("a duplex writes all, in as many parts as it takes", async () => {
  const [client, server] = memoryPair({ faults: { maxWriteBytes: 1_000 } });
  const duplex = duplexOf(client);
  const bytes = pattern(50_000);
  duplex.end(bytes);
  assertEquals(await readToEnd(server), bytes);
  duplex.destroy();
});

Deno.test("a duplex goes on writing when its peer has ended", async () => {
  const [client, server] = memoryPair();
  const duplex = duplexOf(client);
  await server.closeWrite();
  await new Promise((resolve) => duplex.once("end", resolve).resume());
  duplex.write(bytesOf("still"));
  assertEquals(await readUpTo(server, 5), bytesOf("still"));
  duplex.destroy();
});

Deno.test("a duplex tells what goes wrong below, and closes it", async () => {
  const [client, server] = memoryPair();
  const duplex = duplexOf(client);
  const error = new Promise<Error>((resolve) => duplex.once("error", resolve));
  duplex.resume();
  server.reset();
  assertEquals((await error).name, "ConnectionReset");
  assert(client.closed);

  const [other, peer] = memoryPair();
  peer.reset();
  const written = new Promise<Error>((resolve) => duplexOf(other).once("error", resolve).end("x"));
  assertEquals((await written).name, "ConnectionReset");
});
