import { network } from "@avx/runtime/platform";
import type { Transport } from "@avx/runtime/ports/transport";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import {
  bytesOf,
  clientTls,
  connected,
  connectedTls,
  LOOPBACK,
  readUpTo,
  serverTls,
  target,
} from "../support/transports.ts";

Deno.test("the network connects over TCP, unix sockets and TLS", async () => {
  const folder = await Deno.makeTempDir();
  const pairs = [await connected(), await connectedTls(), await connectedTls({ backend: "deno" })];
  if (Deno.build.os !== "windows") pairs.push(await connected({ path: `${folder}/a.sock` }));
  for (const pair of pairs) {
    await pair.client.write(bytesOf("hello"));
    assertEquals(await readUpTo(pair.server, 5), bytesOf("hello"));
    pair.close();
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("the network has no unix sockets with Deno's TLS", async () => {
  const tls = await serverTls({ backend: "deno" });
  assertThrows(() => network.listen({ path: "x.sock", tls }), TypeError, 'use "node"');
});

Deno.test("the network starts TLS over TLS", async () => {
  const outer = await connectedTls();
  // What the outer session carries goes on to an inner server, as through a proxy.
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls() });
  const onward = await network.connect(target(listener));
  const inner = await listener.accept();
  const relays = [relay(outer.server, onward), relay(onward, outer.server)];
  const client = await network.startTls(outer.client, await clientTls());
  await client.write(bytesOf("through"));
  assertEquals(await readUpTo(inner, 7), bytesOf("through"));
  await inner.write(bytesOf("and back"));
  assertEquals(await readUpTo(client, 8), bytesOf("and back"));
  assertEquals(client.tls?.alpnProtocol, "http/1.1");
  for (const end of [client, inner, onward, listener]) end.close();
  outer.close();
  await Promise.all(relays);
});

Deno.test("the network starts TLS on an open connection only", async () => {
  const pair = await connected();
  pair.client.close();
  await assertRejects(async () => network.startTls(pair.client, await clientTls()));
  pair.close();
});

async function relay(from: Transport, to: Transport): Promise<void> {
  const into = new Uint8Array(4_096);
  try {
    for (;;) {
      const count = await from.read(into);
      if (count === null) return;
      for (let at = 0; at < count;) at += await to.write(into.subarray(at, count));
    }
  } catch {
    // One of them was closed.
  }
}

Deno.test("the network resolves names for those who may connect everywhere", async () => {
  const { addresses } = await network.resolver!.resolve("localhost", {});
  assertEquals(addresses.length > 0, true);
});

Deno.test(
  "the network leaves names to Deno where only some hosts are allowed",
  { permissions: { net: ["localhost"] } },
  () => assertEquals(network.resolver, undefined),
);

Deno.test("the network leaves names to Deno where some hosts are denied", async () => {
  const program = `
    import { network } from ${
    JSON.stringify(import.meta.resolve("../../runtime/platform/deno.ts"))
  };
    console.log(network.resolver === undefined);
  `;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const source = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(source, program);
  for (const [denied, leaves] of [["--deny-net=a.example", "true"], ["-q", "false"]]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", `--config=${config}`, "--allow-net", denied, source],
    }).output();
    assertEquals(new TextDecoder().decode(stdout).trim(), leaves);
  }
  await Deno.remove(source);
});
