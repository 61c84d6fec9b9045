import { assert, assertEquals } from "../support/assert.ts";
import { driving, Pulled } from "./client_driver.ts";

Deno.test("request opening sends a pulled body and its trailers", () =>
  driving(async (driver) => {
    const body = new Pulled(["ab", "", "c"]);
    const asked = await driver.ask({ body, trailers: () => ["x", "y"] });
    assertEquals(driver.receivedBytes, 3);
    assertEquals(driver.seen.at(-1), "end 1 x=y");
    assertEquals(driver.heads[0].contentLength, undefined);
    await driver.answer(1, "ok");
    assertEquals(asked.log, ['answered 200 "ok"']);
    assertEquals(body.cancelled, undefined);
  }));

Deno.test("request opening declares a length that is known", () =>
  driving(async (driver) => {
    await driver.ask({ body: new Pulled(["abc"]), length: 3 });
    assertEquals(driver.heads[0].contentLength, 3);
    await driver.ask({ body: new Uint8Array(0) });
    assertEquals(driver.heads[1].contentLength, 0);
    assertEquals(driver.heads[1].hasBody, false);
  }));

Deno.test("request opening holds the body up while the peer takes nothing", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const chunk = new Uint8Array(64 * 1024);
    const body = new Pulled(Array.from({ length: 100 }, () => chunk));
    const asked = await driver.ask({ body });
    const { pulls } = body;
    assert(pulls < 30, `pulled ${pulls} times`);
    await driver.settle();
    assertEquals(body.pulls, pulls);
    driver.consumes = true;
    driver.server.consume(1, driver.receivedBytes);
    for (let turn = 0; turn < 100; turn++) await driver.flush();
    assertEquals(driver.receivedBytes, 100 * chunk.length);
    await driver.answer(1, "ok");
    assertEquals(asked.log, ['answered 200 "ok"']);
  }));

Deno.test("a body that cannot be had fails its own request alone", () =>
  driving(async (driver) => {
    const other = driver.start();
    const broken = await driver.ask({ body: new Pulled(["a", new RangeError("mine")]) });
    assertEquals(broken.log, ["failed unanswered RangeError"]);
    assertEquals(driver.seen.at(-1), "reset 3 CANCEL");
    await driver.answer(1, "ok");
    assertEquals(other.log, ['answered 200 "ok"']);
    const long = await driver.ask({ body: new Pulled(["abcd"]), length: 3 });
    assertEquals(long.log, ["failed unanswered LocalProtocolError"]);
  }));

Deno.test("a body is pulled no more when the response is complete", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const chunk = new Uint8Array(64 * 1024);
    const body = new Pulled(Array.from({ length: 100 }, () => chunk));
    const asked = await driver.ask({ body });
    await driver.answer(1, "enough");
    assertEquals(asked.log, ['answered 200 "enough"']);
    assertEquals(body.cancelled, "cancelled");
    assert(driver.seen.some((line) => line === "reset 1 CANCEL"), driver.seen.join());
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("a body is pulled no more when the request is given up", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const body = new Pulled(Array.from({ length: 100 }, () => new Uint8Array(64 * 1024)));
    const asked = await driver.ask({ body });
    driver.connection.abandon(asked, "reason");
    await driver.settle();
    assertEquals(body.cancelled, "reason");
    assertEquals(driver.seen.at(-1), "reset 1 CANCEL");
  }));
