import { serve } from "@avx/server";
import { assertEquals, assertFalse, assertMatch, assertThrows } from "../support/assert.ts";
import { Peer } from "./peer.ts";

const hello = () => new Response("hello");
const local = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

async function answerOf(port: number): Promise<string> {
  const peer = new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
  const { body } = await peer.get();
  peer.close();
  return body;
}

Deno.test("serve takes options and a handler", async () => {
  const server = serve(local, hello);
  assertEquals(await answerOf(server.addr.port), "hello");
  await server.shutdown();
});

Deno.test("serve takes the handler among the options", async () => {
  const server = serve({ ...local, handler: hello });
  assertEquals(await answerOf(server.addr.port), "hello");
  await server.shutdown();
});

Deno.test("serve takes a handler alone, listens on port 8000 and says so", async () => {
  const { log } = console;
  const lines: string[] = [];
  console.log = (line) => lines.push(line);
  let server;
  try {
    server = serve(hello);
  } catch (error) {
    // Somebody else has the port: that too shows which one was asked for.
    assertEquals((error as { code?: string }).code, "EADDRINUSE");
    return;
  } finally {
    console.log = log;
  }
  assertEquals(server.addr, { transport: "tcp", hostname: "0.0.0.0", port: 8000 });
  assertEquals(lines, ["Listening on http://0.0.0.0:8000/ (http://localhost:8000/)"]);
  assertEquals(await answerOf(8000), "hello");
  await server.shutdown();
});

Deno.test("serve without a handler throws", () => {
  assertThrows(() => serve(local as never), TypeError, "no handler");
});

Deno.test("serve on an address in use throws, with the platform's error as cause", async () => {
  const server = serve(local, hello);
  const { port } = server.addr;
  const error = assertThrows(() => serve({ ...local, port }, hello), Error);

  assertEquals(error.name, "NetworkError");
  assertEquals((error as { code?: string }).code, "EADDRINUSE");
  assertMatch(String(error.cause), /AddrInUse/);
  await server.shutdown();
});

Deno.test({
  name: "serve on a unix socket answers there and removes the file",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/test.sock`;
    const told: unknown[] = [];
    const server = serve({ path, onListen: (addr) => told.push(addr) }, (_request, info) => {
      return new Response(`${info.localAddr.transport} ${info.remoteAddr.transport}`);
    });
    const peer = new Peer(await Deno.connect({ transport: "unix", path }));
    assertEquals((await peer.get()).body, "unix unix");
    assertEquals(server.addr, { transport: "unix", path });
    assertEquals(told, [server.addr]);
    peer.close();
    await server.shutdown();

    assertFalse(await Deno.stat(path).then(() => true, () => false));
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("serve on IPv6 answers there", async () => {
  const server = serve({ ...local, hostname: "::1" }, hello);
  const peer = new Peer(await Deno.connect({ hostname: "::1", port: server.addr.port }));
  assertEquals((await peer.get()).body, "hello");
  peer.close();
  await server.shutdown();
});

Deno.test("the platform's fetch is served, bodies streaming both ways", async () => {
  const server = serve(local, (request) => new Response(request.body));
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const content = new Uint8Array(1_000_000).map((_, index) => index * 7);
  const response = await fetch(origin, { method: "POST", body: content });

  assertEquals(new Uint8Array(await response.arrayBuffer()), content);
  await server.shutdown();
});

Deno.test("servers that ask for it share a port", async () => {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  const first = serve({ ...local, port, reusePort: true }, hello);
  const second = serve({ ...local, port, reusePort: true }, hello);
  assertEquals(second.addr.port, port);
  await first.shutdown();
  assertEquals(await answerOf(port), "hello");
  await second.shutdown();
});
