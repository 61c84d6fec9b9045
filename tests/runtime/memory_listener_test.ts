import { MemoryNetwork } from "@avx/runtime/memory";
import { errorCode, isClosedError } from "@avx/runtime/translate-error";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

const HOST = { hostname: "localhost", port: 80 } as const;

Deno.test("a memory listener gives connections in the order they came", async () => {
  const network = new MemoryNetwork();
  const listener = network.listen(HOST);
  const clients = [await network.connect(HOST), await network.connect(HOST)];
  for (const client of clients) {
    assertEquals((await listener.accept()).remoteAddr, client.localAddr);
  }
});

Deno.test("a scripted failure comes before the connections that wait", async () => {
  const network = new MemoryNetwork();
  const listener = network.listen(HOST);
  const accepting = listener.accept().catch((error) => error);
  listener.failAccept();
  assertEquals(errorCode(await accepting), "EMFILE");
  await network.connect(HOST);
  listener.failAccept("ENFILE");
  assertEquals(errorCode(await assertRejects(() => listener.accept())), "ENFILE");
  await listener.accept();
});

Deno.test("a closed listener wakes its accept and resets who waits", async () => {
  const network = new MemoryNetwork();
  const listener = network.listen(HOST);
  const accepting = listener.accept();
  await assertRejects(() => listener.accept(), TypeError, "another accept");
  listener.close();
  listener.close();
  assert(listener.closed);
  assert(isClosedError(await assertRejects(() => accepting)));
  assert(isClosedError(await assertRejects(() => listener.accept())));

  const other = network.listen(HOST);
  const client = await network.connect(HOST);
  other.close();
  const error = await assertRejects(() => client.read(new Uint8Array(1)));
  assertEquals(errorCode(error), "ECONNRESET");
});

Deno.test("a memory listener remembers its certificate and its hold on the process", () => {
  const listener = new MemoryNetwork().listen(HOST);
  assertEquals(listener.certificate, undefined);
  listener.setCertificate({ cert: "c", key: "k" });
  assertEquals(listener.certificate, { cert: "c", key: "k" });
  assertEquals(listener.isRef, true);
  listener.unref();
  assertEquals(listener.isRef, false);
  listener.ref();
  assertEquals(listener.isRef, true);
});
