import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { NetworkError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { type Asked, type ClientDriver, driving } from "./client_driver.ts";

async function opened(driver: ClientDriver): Promise<Asked & { transport: Transport }> {
  const asked = await driver.ask({ protocol: "websocket" });
  driver.server.sendHead(asked.streamId, 200, []);
  await driver.flush();
  assertEquals(asked.log, ["upgraded 200"]);
  return asked as Asked & { transport: Transport };
}

async function read(transport: Transport, size = 1024): Promise<string | null> {
  const into = new Uint8Array(size);
  const count = await transport.read(into);
  return count === null ? null : decodeUtf8(into.subarray(0, count));
}

Deno.test("client tunnel carries bytes both ways until both have ended", () =>
  driving(async (driver) => {
    const { transport } = await opened(driver);
    assertEquals(driver.heads[0].method, "CONNECT");
    assertEquals(driver.heads[0].protocol, "websocket");
    assertEquals(await transport.write(encodeUtf8("hello")), 5);
    assertEquals(await transport.write(new Uint8Array(0)), 0);
    await driver.settle();
    assertEquals(driver.receivedBytes, 5);
    driver.server.sendData(1, encodeUtf8("world"));
    await driver.flush();
    assertEquals([await read(transport, 3), await read(transport)], ["wor", "ld"]);
    await transport.closeWrite();
    await transport.closeWrite();
    await driver.settle();
    assertEquals(driver.seen.at(-1), "end 1");
    assertEquals(driver.connection.openStreams, 1);
    driver.server.sendEnd(1);
    await driver.flush();
    assertEquals(await read(transport), null);
    assertEquals(driver.connection.openStreams, 0);
    transport.close();
    assertEquals(driver.told.filter((line) => line === "released"), ["released"]);
    assertEquals(transport.encrypted, false);
    assertEquals(transport.tls, undefined);
    assertEquals(transport.remoteAddr, driver.connection.transport.remoteAddr);
    assertEquals(transport.localAddr, driver.connection.transport.localAddr);
    await transport.handshake();
    transport.ref();
    transport.unref();
  }));

Deno.test("client tunnel resets its stream when it is closed", () =>
  driving(async (driver) => {
    const { transport } = await opened(driver);
    const reading = assertRejects(() => read(transport), NetworkError);
    transport.close();
    transport.close();
    await reading;
    await driver.settle();
    assertEquals(driver.seen.at(-1), "reset 1 CANCEL");
    await assertRejects(() => transport.read(new Uint8Array(1)), NetworkError, "closed");
    await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError, "closed");
    await transport.closeWrite();
  }));

Deno.test("client tunnel waits while the peer takes nothing", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const { transport } = await opened(driver);
    let written = 0;
    const writing = (async () => {
      for (let count = 0; count < 40; count++) {
        written += await transport.write(new Uint8Array(64 * 1024));
      }
    })();
    await driver.settle();
    assert(written < 1024 * 1024, `${written} bytes`);
    driver.consumes = true;
    driver.server.consume(1, driver.receivedBytes);
    for (let turn = 0; turn < 60; turn++) await driver.flush();
    await writing;
    assertEquals(driver.receivedBytes, 40 * 64 * 1024);
  }));

Deno.test("client tunnel breaks with its connection", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const { transport } = await opened(driver);
    const reading = assertRejects(() => read(transport), NetworkError);
    const writing = assertRejects(async () => {
      for (;;) await transport.write(new Uint8Array(64 * 1024));
    }, NetworkError);
    await driver.settle();
    driver.peer.close();
    await Promise.all([reading, writing]);
    await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError);
    await transport.closeWrite();
    transport.close();
  }));

Deno.test("client tunnel needs a peer that knows extended CONNECT", () =>
  driving(async (driver) => {
    const asked = await driver.ask({ protocol: "websocket" });
    assertEquals(asked.log, ["failed unsent LocalProtocolError"]);
    assertEquals(driver.connection.openStreams, 0);
    const given = driver.start();
    driver.connection.abandon(given, "reason");
  }, { connectProtocol: false }));

Deno.test("client tunnel is none where the peer refuses", () =>
  driving(async (driver) => {
    const early = driver.start({ protocol: "websocket" });
    driver.connection.abandon(early, "before it was sent");
    const asked = await driver.ask({ protocol: "websocket" });
    await driver.answer(1, "no", 403);
    assertEquals(asked.log, ['answered 403 "no"']);
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("client tunnel takes no write behind its end, whether or not the server has ended, too", () =>
  driving(async (driver) => {
    const { transport } = await opened(driver);
    await transport.closeWrite();
    await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError, "closed");
    driver.server.sendEnd(1);
    await driver.flush();
    await assertRejects(() => transport.write(new Uint8Array(1)), NetworkError, "closed");
    transport.close();
  }));
