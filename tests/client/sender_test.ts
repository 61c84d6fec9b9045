import type { ClientOptions } from "@avx/client";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { PoolClosedError } from "@avx/semantics/errors";
import { parseOptions } from "../../client/options.ts";
import { Sender } from "../../client/sender.ts";
import { assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";
import { Peer, URL_ROOT } from "./stage.ts";

/** A sender, and what its requests look like at the other end. */
async function onSender(
  options: ClientOptions,
  run: (sender: Sender, head: (sent: Promise<unknown>) => Promise<string>) => Promise<void>,
): Promise<void> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const listener = network.listen({ hostname: "a.example", port: 80 });
  const sender = new Sender(parseOptions({ ...options, clock, network }), options);
  let peer: Peer | undefined;
  async function head(sent: Promise<unknown>): Promise<string> {
    peer ??= new Peer(await listener.accept());
    const received = await peer.head();
    await peer.answer("ok");
    await sent;
    return received;
  }
  try {
    await run(sender, head);
  } finally {
    sender.context.pool.close();
    sender.context.timers.close();
    listener.close();
    await clock.settle();
    if (peer !== undefined) await peer.ended();
  }
}

const PLAIN = "GET / HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\nuser-agent: avx\r\n\r\n";

Deno.test("a sender goes straight to a connection, or through what was put around it", async () => {
  await onSender({}, async (sender, head) => {
    assertEquals(sender.isIntercepted, false);
    assertEquals(await head(sender.request(URL_ROOT, undefined)), PLAIN);
    const undo = sender.use({ onRequest: ({ headers }) => headers.set("x-a", "1") });
    assertEquals(sender.isIntercepted, true);
    const intercepted = await head(sender.request(URL_ROOT, undefined));
    assertEquals(intercepted.includes("x-a: 1\r\n"), true);
    const straight = await head(sender.send(URL_ROOT, {}));
    assertEquals(straight, PLAIN);
    undo();
    assertEquals(sender.isIntercepted, false);
    assertEquals(await head(sender.intercepted(URL_ROOT, undefined)), PLAIN);
  });
});

Deno.test("a sender asks for codings on behalf of fetch, unless the client wants none", async () => {
  await onSender({}, async (sender, head) => {
    const coded = await head(sender.send(URL_ROOT, { decompress: true }));
    assertEquals(coded.includes("accept-encoding: gzip, deflate, br, zstd\r\n"), true);
    assertEquals(sender.decompresses, true);
  });
  await onSender({ decompression: false }, (sender) => {
    assertEquals(sender.decompresses, false);
    return Promise.resolve();
  });
});

Deno.test("a sender made from another shares its connections, and closes alone", async () => {
  await onSender({ onRequest: () => {} }, async (sender, head) => {
    const other = new Sender(sender.config, {}, sender);
    assertStrictEquals(other.context, sender.context);
    assertEquals(other.isIntercepted, true);
    other.close();
    await assertRejects(() => other.request(URL_ROOT, undefined), PoolClosedError);
    await assertRejects(() => other.send(URL_ROOT, {}), PoolClosedError);
    assertEquals(await head(sender.request(URL_ROOT, undefined)), PLAIN);
  });
});
