import { AbortError, NetworkError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { text, upgradeConnection } from "@avx/semantics/web";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "../support/assert.ts";
import { Driver, type DriverOptions } from "./driver.ts";

const CONNECT = { method: "CONNECT", protocol: "echo", end: false };

/** A driver with one tunnel that is open. */
async function tunnel(
  options: DriverOptions = {},
): Promise<{ driver: Driver; transport: Transport; streamId: number }> {
  let transport: Transport | undefined;
  const driver = new Driver((request) => {
    if (request.method !== "CONNECT") return text("other");
    const { response, connection } = upgradeConnection(request);
    connection.then((taken) => {
      assertEquals(taken.received.length, 0);
      transport = taken.transport;
    });
    return response;
  }, options);
  await driver.settle();
  const streamId = driver.request(CONNECT);
  await driver.settle();
  assertEquals(driver.answer(streamId).status, 200);
  return { driver, transport: transport!, streamId };
}

Deno.test("a tunnel carries bytes both ways until both have ended", async () => {
  const { driver, transport, streamId } = await tunnel();
  assertEquals(driver.answer(streamId).ended, false);
  assertEquals(driver.connection.idle, false);
  const into = new Uint8Array(100);
  driver.send(streamId, "ping");
  assertEquals(await transport.read(into), 4);
  assertEquals(new TextDecoder().decode(into.subarray(0, 4)), "ping");
  const bytes = new TextEncoder().encode("pong");
  assertEquals(await transport.write(bytes), 4);
  bytes.fill(0); // the caller's again
  assertEquals(await transport.write(new Uint8Array(0)), 0);
  await driver.settle();
  assertEquals(driver.answer(streamId).text, "pong");
  driver.end(streamId);
  assertEquals(await transport.read(into), null);
  assertEquals(await transport.read(into), null);
  await transport.write(new TextEncoder().encode("!"));
  await transport.closeWrite();
  await transport.closeWrite();
  await driver.settle();
  const { text, ended, reset } = driver.answer(streamId);
  assertEquals([text, ended, reset], ["pong!", true, undefined]);
  transport.close();
  await driver.settle();
  assertEquals(driver.answer(streamId).reset, undefined);
  assertEquals(driver.connection.idle, true);
  await driver.close();
});

Deno.test("a read takes what fits, and the rest later", async () => {
  const { driver, transport, streamId } = await tunnel();
  driver.send(streamId, "abcde");
  const into = new Uint8Array(2);
  const parts: string[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const count = await transport.read(into);
    parts.push(new TextDecoder().decode(into.subarray(0, count!)));
  }
  assertEquals(parts, ["ab", "cd", "e"]);
  transport.close();
  await driver.close();
});

Deno.test("a tunnel knows where it goes", async () => {
  const { driver, transport } = await tunnel();
  assertEquals(transport.localAddr, { transport: "memory", name: "second" });
  assertEquals(transport.remoteAddr, { transport: "memory", name: "first" });
  assertEquals([transport.tls, transport.encrypted], [undefined, false]);
  await transport.handshake();
  transport.ref();
  transport.unref();
  transport.close();
  await driver.close();
});

Deno.test("closing a tunnel resets its stream, and no other", async () => {
  const { driver, transport, streamId } = await tunnel();
  const reading = assertRejects(() => transport.read(new Uint8Array(1)), NetworkError, "closed");
  transport.close();
  transport.close();
  await reading;
  await assertRejects(() => transport.read(new Uint8Array(1)), NetworkError, "closed");
  await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError, "closed");
  await driver.settle();
  assertEquals(driver.answer(streamId).reset, "CANCEL");
  assertEquals((await driver.ask()).text, "other");
  assertEquals(driver.connection.idle, true);
  await driver.close();
});

Deno.test("a tunnel that the peer resets fails both ways", async () => {
  const { driver, transport, streamId } = await tunnel();
  const reading = assertRejects(() => transport.read(new Uint8Array(1)), NetworkError);
  driver.reset(streamId);
  const error = await reading;
  assertEquals(error.code, "STREAM_RESET");
  await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError);
  transport.close();
  await driver.close();
});

Deno.test("a write waits for the peer's window, and so does the reader for its own", async () => {
  const size = 1024 * 1024;
  const { driver, transport, streamId } = await tunnel({
    clientLimits: { streamWindowBytes: 64 * 1024 },
  });
  driver.stalled.add(streamId);
  let written = 0;
  const writing = (async () => {
    while (written < size) written += await transport.write(new Uint8Array(32 * 1024));
  })();
  await driver.settle();
  const before = written;
  assert(before < size / 4, `${before} bytes were written`);
  await driver.settle();
  assertEquals(written, before);
  driver.unstall(streamId);
  await writing;
  await driver.settle();
  assertEquals(driver.answer(streamId).size, size);

  driver.send(streamId, new Uint8Array(size));
  await driver.settle();
  const waits = driver.client.queuedBytes(streamId);
  assert(waits > size / 2, `${size - waits} bytes were taken from the peer`);
  const into = new Uint8Array(16 * 1024);
  for (let count = 0; count < size;) count += (await transport.read(into))!;
  transport.close();
  await driver.close();
});

Deno.test("a write that waits fails when the stream goes", async () => {
  const { driver, transport, streamId } = await tunnel({
    clientLimits: { streamWindowBytes: 64 * 1024 },
  });
  driver.stalled.add(streamId);
  const writing = assertRejects(() => transport.write(new Uint8Array(1024 * 1024)), AbortError);
  await driver.settle();
  transport.close();
  await writing;
  await driver.close();
});

Deno.test("a tunnel ends with its connection", async () => {
  const { driver, transport } = await tunnel();
  const reading = assertRejects(() => transport.read(new Uint8Array(1)), NetworkError);
  driver.peer.reset();
  await reading;
  transport.close();
  await driver.close();
});

Deno.test("shutdown waits for tunnels", async () => {
  const { driver, transport, streamId } = await tunnel();
  driver.connection.shutdown();
  await driver.settle();
  assertEquals(driver.ended, false);
  driver.end(streamId);
  await transport.closeWrite();
  await driver.settle();
  assertEquals(driver.ended, true);
  transport.close();
  await driver.close();
});

Deno.test("a classic CONNECT is a tunnel as well, and may be refused", async () => {
  let refuses = true;
  const driver = new Driver((request) => {
    if (refuses) return text("no", { status: 403 });
    const { response, connection } = upgradeConnection(request);
    connection.then(async ({ transport }) => {
      await transport.write(new TextEncoder().encode("tunnel"));
      transport.close();
    });
    return response;
  });
  await driver.settle();
  const refused = driver.request({ method: "CONNECT", end: false });
  await driver.settle();
  assertEquals([driver.answer(refused).status, driver.answer(refused).text], [403, "no"]);
  refuses = false;
  const taken = driver.request({ method: "CONNECT", end: false });
  await driver.settle();
  assertEquals([driver.answer(taken).status, driver.answer(taken).text], [200, "tunnel"]);
  await driver.close();
});

Deno.test("a tunnel that is handed over too late is not", async () => {
  let answer = (): void => {};
  let failure: unknown;
  const driver = new Driver((request) => {
    const { response, connection } = upgradeConnection(request);
    connection.catch((error) => failure = error);
    return new Promise((resolve) => answer = () => resolve(response));
  });
  await driver.settle();
  const streamId = driver.request(CONNECT);
  await driver.settle();
  driver.reset(streamId);
  await driver.settle();
  answer();
  await driver.settle();
  assertInstanceOf(failure, Error);
  await driver.close();
});

Deno.test("a write behind the end of a tunnel fails, whether or not the peer has ended, too", async () => {
  const { driver, transport, streamId } = await tunnel();
  await transport.closeWrite();
  await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError, "closed");
  driver.end(streamId);
  await driver.settle();
  await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError, "closed");
  transport.close();
  await driver.close();
});
