import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { errorCode } from "@avx/runtime/translate-error";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { bytesOf, connected, readUpTo, target } from "../support/transports.ts";

const HOST = { hostname: "localhost", port: 80 } as const;

Deno.test("a memory network connects those who listen and those who call", async () => {
  const network = new MemoryNetwork();
  const { client, server, listener, close } = await connected({ ...HOST, port: 0 }, network);
  assertEquals(client.remoteAddr, listener.addr);
  assertEquals(server.remoteAddr, client.localAddr);
  await client.write(bytesOf("hi"));
  assertEquals(await readUpTo(server, 2), bytesOf("hi"));
  assertEquals(network.attempts, 1);
  close();
});

Deno.test("a memory network has unix sockets", async () => {
  const network = new MemoryNetwork();
  const { client, listener, close } = await connected({ path: "/run/x.sock" }, network);
  assertEquals(listener.addr, { transport: "unix", path: "/run/x.sock" });
  assertEquals(client.localAddr, { transport: "unix", path: "" });
  close();
  const error = await assertRejects(() => network.connect({ path: "/run/x.sock" }));
  assertEquals(errorCode(error), "ENOENT");
});

Deno.test("localhost has its usual names, and the wildcard has all", async () => {
  const network = new MemoryNetwork();
  const loopback = network.listen({ hostname: "127.0.0.1", port: 1 });
  const any = network.listen({ hostname: "0.0.0.0", port: 2 });
  for (const hostname of ["localhost", "127.0.0.1"]) await network.connect({ hostname, port: 1 });
  await network.connect({ hostname: "example.com", port: 2 });
  await assertRejects(() => network.connect({ hostname: "example.com", port: 1 }));
  loopback.close();
  any.close();
});

Deno.test("nobody there, no port free: the system's codes", async () => {
  const network = new MemoryNetwork();
  assertEquals(errorCode(await assertRejects(() => network.connect(HOST))), "ECONNREFUSED");
  const listener = network.listen(HOST);
  assertEquals(errorCode(assertThrows(() => network.listen(HOST))), "EADDRINUSE");
  const shared = network.listen({ ...HOST, reusePort: true });
  listener.close();
  await network.connect(HOST);
  shared.close();
  await assertRejects(() => network.connect(HOST));
});

Deno.test("a full backlog refuses", async () => {
  const network = new MemoryNetwork();
  network.listen({ ...HOST, backlog: 1 });
  await network.connect(HOST);
  assertEquals(errorCode(await assertRejects(() => network.connect(HOST))), "ECONNREFUSED");
});

Deno.test("a plan refuses, delays and breaks connections by number", async () => {
  const clock = new ManualClock();
  const network = new MemoryNetwork({
    clock,
    plan: (_target, attempt) =>
      [
        { refuse: "EHOSTUNREACH" },
        { delayMs: 30 },
        { forward: { resetAfterBytes: 1 } },
      ][attempt - 1],
  });
  const listener = network.listen(HOST);
  assertEquals(errorCode(await assertRejects(() => network.connect(HOST))), "EHOSTUNREACH");
  const connecting = network.connect(HOST).then(() => clock.now());
  await clock.advance(100);
  assertEquals(await connecting, 30);
  const broken = await network.connect(HOST);
  await broken.write(bytesOf("x"));
  await assertRejects(() => broken.write(bytesOf("x")), Error, "reset");
  listener.close();
});

Deno.test("a connection that never comes is given up by its signal", async () => {
  const network = new MemoryNetwork({ plan: () => ({ delayMs: Infinity }) });
  network.listen(HOST);
  const controller = new AbortController();
  const connecting = network.connect({ ...HOST, signal: controller.signal }).catch((it) => it);
  controller.abort("enough");
  assertEquals(await connecting, "enough");
  const late = network.connect({ ...HOST, signal: controller.signal }).catch((it) => it);
  assertEquals(await late, "enough");
});

Deno.test("a delay without a clock is refused", async () => {
  const network = new MemoryNetwork({ plan: () => ({ delayMs: 1 }) });
  network.listen(HOST);
  await assertRejects(() => network.connect(HOST), TypeError, "needs a clock");
});

Deno.test("the target of a listener can be connected to", async () => {
  const network = new MemoryNetwork();
  const listener = network.listen({ hostname: "0.0.0.0", port: 0 });
  await network.connect(target(listener));
  listener.close();
});

Deno.test("a memory network resolves the names that it was given, and no others", async () => {
  const network = new MemoryNetwork({ names: { "a.example": ["192.0.2.1"] } });
  assertEquals(await network.resolver?.resolve("a.example", {}), { addresses: ["192.0.2.1"] });
  for (const name of ["b.example", "constructor"]) {
    const error = await assertRejects(() => network.resolver!.resolve(name, {}));
    assertEquals(errorCode(error), "ENOTFOUND");
  }
  assertEquals(new MemoryNetwork().resolver, undefined);
});
