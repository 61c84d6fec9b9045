import { network } from "@avx/runtime/platform";
import { errorCode, isClosedError } from "@avx/runtime/translate-error";
import { DenoListener } from "../../runtime/platform/deno_listener.ts";
import { DenoTransport } from "../../runtime/platform/deno_transport.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { LOOPBACK } from "../support/transports.ts";

Deno.test("a closed listener wakes its pending accept", async () => {
  const listener = network.listen(LOOPBACK);
  const accepting = listener.accept();
  listener.close();
  listener.close();
  assert(isClosedError(await assertRejects(() => accepting)));
  assert(isClosedError(await assertRejects(() => listener.accept())));
});

Deno.test("a listener that is not to hold the process does not", async () => {
  const program = `
    import { network } from "@avx/runtime/platform";
    const listener = network.listen({ hostname: "127.0.0.1", port: 0 });
    listener.accept().catch(() => {});
    listener.unref();
  `;
  const { code } = await evaluated(program);
  assertEquals(code, 0);
});

Deno.test("accept passes the system's error on, and goes on afterwards", async () => {
  const failures = [Object.assign(new Error("Too many open files"), { code: "EMFILE" })];
  const conn = { close() {} } as unknown as Deno.TcpConn;
  const listener = new DenoListener<Deno.TcpConn>({
    addr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    accept: () => {
      const failure = failures.pop();
      return failure === undefined ? Promise.resolve(conn) : Promise.reject(failure);
    },
    close() {},
    ref() {},
    unref() {},
  }, (it) => new DenoTransport(it));
  assertEquals(errorCode(await assertRejects(() => listener.accept())), "EMFILE");
  (await listener.accept()).close();
  listener.ref();
  listener.unref();
  listener.close();
});

async function evaluated(program: string): Promise<{ code: number }> {
  const path = new URL(`./.evaluated_${crypto.randomUUID()}.ts`, import.meta.url);
  await Deno.writeTextFile(path, program);
  try {
    const args = ["run", "-A", "--no-check", path.href];
    return await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  } finally {
    await Deno.remove(path);
  }
}
