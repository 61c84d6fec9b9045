import { encodeUtf8 } from "@avx/runtime/ascii";
import { assertEquals } from "../support/assert.ts";
import { driving, Pulled } from "./client_driver.ts";

Deno.test("client streams are counted from their request to their end", () =>
  driving(async (driver) => {
    const asked = [driver.start(), driver.start({ protocol: "p" }), driver.start()];
    assertEquals(driver.connection.openStreams, 3, "one of them waits for the settings");
    await driver.settle();
    assertEquals(driver.connection.openStreams, 3);
    await driver.answer(1, "a");
    driver.connection.abandon(asked[1], "enough");
    assertEquals(driver.connection.openStreams, 1);
    driver.server.reset(3, 0x8);
    await driver.flush();
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("client streams know since when there is none", () =>
  driving(async (driver) => {
    const { connection } = driver;
    await driver.pass(100);
    const [first, second] = [driver.start(), driver.start()];
    await driver.pass(100);
    await driver.answer(1, "a");
    assertEquals(connection.idleSince, connection.openedAt);
    await driver.pass(100);
    await driver.answer(3, "b");
    assertEquals(connection.idleSince - connection.openedAt, 300);
    assertEquals([first.log.length, second.log.length], [1, 1]);
  }));

Deno.test("a request given up while it waits for the settings is never sent", () =>
  driving(async (driver) => {
    const asked = driver.start({ protocol: "p" });
    driver.connection.abandon(asked, "enough");
    assertEquals(driver.connection.openStreams, 0);
    assertEquals(driver.told, ["released"]);
    await driver.settle();
    assertEquals([asked.log, driver.seen], [[], []]);
  }));

Deno.test("each stream is waited for by itself", () =>
  driving(async (driver) => {
    const early = driver.start();
    await driver.pass(60);
    const late = driver.start();
    await driver.pass(50);
    assertEquals([early.log, late.log], [["failed unanswered TimeoutError"], []]);
    await driver.pass(60);
    assertEquals(late.log, ["failed unanswered TimeoutError"]);
    assertEquals(driver.seen.filter((line) => line.startsWith("reset")), [
      "reset 1 CANCEL",
      "reset 3 CANCEL",
    ]);
  }, { timeouts: { headersMs: 100 } }));

Deno.test("what was asked in the turn of a failure is unsent, what was written is not", () =>
  driving(async (driver) => {
    const written = await driver.ask();
    const answered = await driver.ask({ body: new Pulled(["a"]) });
    driver.server.sendHead(3, 200, []);
    driver.server.sendData(3, encodeUtf8("b"));
    await driver.flush();
    const unsent = driver.start();
    driver.connection.close(new RangeError("now"));
    assertEquals([written.log, answered.log, unsent.log], [
      ["failed unanswered RangeError"],
      ["answered 200 …", "broken RangeError"],
      ["failed unsent RangeError"],
    ]);
  }));
