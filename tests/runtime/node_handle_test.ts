import { network } from "@avx/runtime/platform";
import { errorCode } from "@avx/runtime/translate-error";
import { createServer, Socket } from "node:net";
import { bindHandle, keepAccepting, valveOf } from "../../runtime/platform/node_handle.ts";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { until, within } from "../support/deadline.ts";
import { bytesOf, clientTls, LOOPBACK, readUpTo, target } from "../support/transports.ts";

const ignore = Deno.build.os === "windows"; // no ulimit

Deno.test("a handle is bound when it is given out", async () => {
  const handle = bindHandle({ address: "127.0.0.1", port: 0, reusePort: false });
  const server = createServer();
  const listening = new Promise<void>((resolve) => server.once("listening", resolve));
  server.listen(handle, 1);
  const { port } = server.address() as { port: number };
  assert(port > 0);
  await listening;
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

Deno.test("a handle that cannot be bound is an error at once", { ignore }, () => {
  const error = assertThrows(() => bindHandle({ path: "/no/such/folder/a.sock" }));
  assert(["ENOENT", "EACCES"].includes(errorCode(error) ?? ""), errorCode(error));
});

Deno.test("what looks different is left alone", () => {
  assertEquals(valveOf(new Socket()), undefined);
  const stop = keepAccepting({}, 1);
  stop();
});

for (const tls of [true, false]) {
  const title = `a ${tls ? "node:tls" : "clear-text"} listener accepts again after EMFILE`;
  Deno.test(title, { ignore }, async () => {
    const child = starved(tls);
    const clients: Deno.Conn[] = [];
    try {
      const where = JSON.parse(await child.line()) as { hostname: string; port: number };
      for (let count = 0; count < 64; count++) clients.push(await Deno.connect(where));
      if (!tls) assertEquals(await within(10_000, child.line()), "EMFILE");
      else await new Promise((resolve) => setTimeout(resolve, 300));
      for (const client of clients.splice(0)) client.close();
      const clear = await network.connect(where);
      const client = tls ? await within(10_000, network.startTls(clear, await clientTls())) : clear;
      await client.write(bytesOf("hello"));
      assertEquals(await within(10_000, readUpTo(client, 5)), bytesOf("hello"));
      client.close();
    } finally {
      for (const client of clients) client.close();
      await child.stop();
    }
  });
}

Deno.test("a valve stops and restarts what the system reads", async () => {
  const server = createServer();
  server.listen(bindHandle({ address: "127.0.0.1", port: 0, reusePort: false }));
  const { port } = server.address() as { port: number };
  const accepted = new Promise<Socket>((resolve) => server.once("connection", resolve));
  const client = await Deno.connect({ ...LOOPBACK, port });
  const socket = await accepted;
  let seen = "";
  socket.setEncoding("latin1").on("data", (text: string) => seen += text);
  await client.write(bytesOf("a"));
  await until(() => seen === "a");
  const valve = valveOf(socket);
  valve?.stop();
  await client.write(bytesOf("b"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(seen, "a");
  valve?.start();
  await until(() => seen === "ab");
  client.close();
  socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

Deno.test("a listener with a free port can be reached by it", async () => {
  const listener = network.listen(LOOPBACK);
  (await network.connect(target(listener))).close();
  listener.close();
});

/** The server of `child_server.ts` with few descriptors. */
function starved(tls: boolean): { line(): Promise<string>; stop(): Promise<void> } {
  const program = new URL("../support/child_server.ts", import.meta.url).pathname;
  const run = `ulimit -n 56; exec "$0" run -A --no-check "$1" ${tls ? "tls" : ""}`;
  const child = new Deno.Command("sh", {
    args: ["-c", run, Deno.execPath(), program],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async line() {
      while (!text.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error("The server is gone");
        text += value;
      }
      const [line, ...rest] = text.split("\n");
      text = rest.join("\n");
      return line;
    },
    async stop() {
      await reader.cancel();
      child.kill("SIGKILL");
      await child.status;
    },
  };
}
