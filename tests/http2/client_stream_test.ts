import { assert, assertEquals } from "../support/assert.ts";
import { driving } from "./client_driver.ts";

const CHUNK = new Uint8Array(16 * 1024);

Deno.test("client stream gives the peer room as its reader takes", () =>
  driving(async (driver) => {
    const [slow, quick] = [driver.start(), driver.start()];
    await driver.settle();
    for (const streamId of [1, 3]) driver.server.sendHead(streamId, 200, []);
    for (let count = 0; count < 64; count++) driver.server.sendData(1, CHUNK);
    driver.server.sendEnd(1);
    await driver.flush();
    const waiting = driver.server.queuedBytes(1);
    assert(waiting >= 512 * 1024, `${waiting} bytes wait for a reader`);
    // A reader that does not read stops nobody else.
    driver.server.sendData(3, CHUNK);
    driver.server.sendEnd(3);
    await driver.flush();
    assertEquals((await quick.source.pull())?.length, CHUNK.length);
    let size = 0;
    for (;;) {
      const chunk = await slow.source.pull();
      if (chunk === undefined) break;
      size += chunk.length;
      await driver.flush();
    }
    assertEquals(size, 64 * CHUNK.length);
    assertEquals(driver.server.queuedBytes(1), 0);
  }));

Deno.test("client stream gives the connection's room back for a body read after its end", () =>
  driving(async (driver) => {
    for (let round = 0; round < 8; round++) {
      const asked = await driver.ask();
      driver.server.sendHead(asked.streamId, 200, []);
      await driver.flush();
      for (let count = 0; count < 10; count++) driver.server.sendData(asked.streamId, CHUNK);
      driver.server.sendEnd(asked.streamId);
      await driver.flush();
      assertEquals(asked.log.at(-1), "finished", `round ${round}`);
      if (round % 2 === 0) asked.source.cancel();
      else while (await asked.source.pull() !== undefined);
      await driver.flush();
    }
  }, { limits: { connectionWindowBytes: 256 * 1024, maxConnectionWindowBytes: 256 * 1024 } }));

Deno.test("client stream resets what its reader cancels", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendHead(1, 200, []);
    driver.server.sendData(1, CHUNK);
    await driver.flush();
    asked.source.cancel(new Error("enough"));
    asked.source.cancel();
    await driver.settle();
    assertEquals(driver.seen.at(-1), "reset 1 CANCEL");
    assertEquals(asked.log.at(-1), "broken Error");
    assertEquals(driver.connection.openStreams, 0);
    const next = await driver.ask();
    await driver.answer(3, "b");
    assertEquals(next.log, ['answered 200 "b"']);
  }));

Deno.test("client stream drops what it holds when it is given up", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendHead(1, 200, []);
    driver.server.sendData(1, CHUNK);
    await driver.flush();
    const reason = new Error("enough");
    driver.connection.abandon(asked, reason);
    let thrown: unknown;
    try {
      await asked.source.pull();
    } catch (error) {
      thrown = error;
    }
    assertEquals(thrown, reason);
  }));

Deno.test("client stream that broke off is over once, though what came of it is given up later", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendHead(1, 200, []);
    driver.server.sendData(1, CHUNK);
    await driver.flush();
    driver.server.reset(1, 2);
    await driver.flush();
    asked.source.cancel();
    assertEquals(asked.log, ["answered 200 …", "broken NetworkError"]);
  }));
