import { text } from "@avx/semantics/web";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { Driver } from "./driver.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

Deno.test("a connection tells whether it is idle and how many requests it carried", async () => {
  let answer = (_response: Response): void => {};
  const driver = new Driver(() => new Promise((resolve) => answer = resolve), { received: GET });
  await driver.settle();
  assertEquals(driver.connection.idle, false);
  assertEquals(driver.connection.requests, 1);
  answer(text("x"));
  assertMatch(await driver.receive("x"), /200 OK/);
  assertEquals(driver.connection.idle, true);
  driver.connection.shutdown();
  assertEquals(await driver.rest(), "");
  driver.connection.close();
  await driver.end();
});
