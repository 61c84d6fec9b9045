import { encodeUtf8 } from "@avx/runtime/ascii";
import { assertEquals } from "../support/assert.ts";
import { driving } from "./client_driver.ts";

Deno.test("response that comes in one read is handed over whole, on whichever stream", () =>
  driving(async (driver) => {
    const asked = [driver.start(), driver.start()];
    await driver.settle();
    // Interleaved, as a peer may.
    driver.server.sendHead(3, 200, []);
    driver.server.sendHead(1, 200, []);
    driver.server.sendData(3, encodeUtf8("three"));
    driver.server.sendData(1, encodeUtf8("one"));
    driver.server.sendEnd(1);
    driver.server.sendEnd(3);
    await driver.flush();
    assertEquals(asked.map(({ log }) => log), [['answered 200 "one"'], ['answered 200 "three"']]);
  }));

Deno.test("response in several parts becomes a queue at the second of them", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendHead(1, 200, []);
    driver.server.sendData(1, encodeUtf8("a"));
    driver.server.sendData(1, new Uint8Array(20_000));
    driver.server.sendEnd(1);
    await driver.flush();
    assertEquals(asked.log, ["answered 200 …", "finished"]);
    let size = 0;
    for (;;) {
      const chunk = await asked.source.pull();
      if (chunk === undefined) break;
      size += chunk.length;
    }
    assertEquals(size, 20_001);
  }));

Deno.test("response without content is handed over without a body", () =>
  driving(async (driver) => {
    const asked = [driver.start({ method: "HEAD" }), driver.start(), driver.start()];
    await driver.settle();
    driver.server.sendHead(1, 200, ["content-length", "9"], true);
    driver.server.sendHead(3, 204, [], true);
    driver.server.sendHead(5, 304, ["content-length", "9"], true);
    await driver.flush();
    assertEquals(asked.map(({ log }) => log), [
      ["answered 200"],
      ["answered 204"],
      ["answered 304"],
    ]);
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("response to a request that was given up is dropped, and its room given back", () =>
  driving(async (driver) => {
    const [gone, kept] = [driver.start(), driver.start()];
    await driver.settle();
    for (const streamId of [1, 3]) driver.server.sendHead(streamId, 200, []);
    driver.server.sendData(1, new Uint8Array(10_000));
    driver.connection.abandon(gone, "enough");
    await driver.flush();
    assertEquals(gone.log, []);
    driver.server.sendEnd(3);
    await driver.flush();
    assertEquals(kept.log, ["answered 200 …", "finished"]);
  }));
