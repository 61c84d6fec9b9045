import { text } from "@avx/semantics/web";
import { assertEquals } from "../support/assert.ts";
import { Driver } from "./driver.ts";

Deno.test("a connection tells whether it is idle and how many requests it carried", async () => {
  let answer = (_response: Response): void => {};
  const driver = new Driver(() => new Promise((resolve) => answer = resolve));
  const streamId = driver.request();
  await driver.settle();
  assertEquals(driver.connection.idle, false);
  assertEquals(driver.connection.requests, 1);
  answer(text("x"));
  await driver.settle();
  assertEquals(driver.answer(streamId).text, "x");
  assertEquals(driver.connection.idle, true);
  driver.connection.shutdown();
  await driver.settle();
  assertEquals(driver.ended, true);
  driver.connection.close();
  await driver.close();
});

for (const receivedBytes of [1, 23, 24, 25, 40]) {
  Deno.test(`the first ${receivedBytes} bytes may have been read before`, async () => {
    const driver = new Driver(() => text("x"), { receivedBytes });
    assertEquals((await driver.ask()).text, "x");
    await driver.close();
  });
}

Deno.test("a peer that goes before it has said anything leaves nothing behind", async () => {
  const driver = new Driver(() => text("x"));
  driver.peer.reset();
  await driver.close();
  assertEquals([driver.connection.requests, driver.connection.idle], [0, true]);
});
