import { encodeUtf8 } from "@avx/runtime/ascii";
import { TimeoutError } from "@avx/runtime/errors";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { type Asked, driving } from "./client_driver.ts";

Deno.test("client connection sends what one turn asks in one write", () =>
  driving(async (driver) => {
    const asked = Array.from({ length: 50 }, () => driver.start());
    await driver.settle();
    const { writes } = driver;
    assertEquals(driver.seen.length, 50);
    for (const { streamId } of asked.toReversed()) {
      driver.server.sendWhole(streamId, 200, [], `${streamId}`);
    }
    await driver.flush();
    for (const one of asked) assertEquals(one.log, [`answered 200 "${one.streamId}"`]);
    assertEquals(writes <= 2, true, `${writes} writes`); // the second acknowledges SETTINGS
    assertEquals(driver.connection.requests, 50);
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("client connection gives a body that comes later as a queue, and its trailers", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendHead(1, 200, ["x", "y"]);
    await driver.flush();
    assertEquals(asked.log, ["answered 200 …"]);
    driver.server.sendData(1, encodeUtf8("ab"));
    driver.server.sendEnd(1, ["t", "u"]);
    await driver.flush();
    assertEquals(asked.log, ["answered 200 …", "finished"]);
    assertEquals(await asked.source.pull(), encodeUtf8("ab"));
    assertEquals(await asked.source.pull(), undefined);
    assertEquals(asked.source.trailers?.get("t"), "u");
    assertEquals(driver.told.filter((line) => line === "released"), ["released"]);
  }));

Deno.test("client connection gives trailers together with a body that is there whole", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendHead(1, 200, []);
    driver.server.sendData(1, encodeUtf8("ab"));
    driver.server.sendEnd(1, ["t", "u"]);
    await driver.flush();
    assertEquals(asked.log, ['answered 200 "ab"']);
    assertEquals(asked.trailers?.get("t"), "u");
  }));

Deno.test("client connection gives one request up and keeps the others", () =>
  driving(async (driver) => {
    const [first, second] = [driver.start(), driver.start()];
    await driver.settle();
    driver.connection.abandon(first, new Error("no longer"));
    driver.connection.abandon(first, new Error("twice"));
    await driver.settle();
    assertEquals(driver.seen.at(-1), "reset 1 CANCEL");
    assertEquals(driver.told.filter((line) => line === "released"), ["released"]);
    await driver.answer(3, "b");
    assertEquals(first.log, []);
    assertEquals(second.log, ['answered 200 "b"']);
  }));

Deno.test("client connection hands on interim responses", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.sendInformational(1, 103, ["link", "x"]);
    await driver.flush();
    await driver.answer(1, "b");
    assertEquals(asked.log, ["informed 103", 'answered 200 "b"']);
  }));

Deno.test("client connection holds a body back until 100, or for a while", () =>
  driving(async (driver) => {
    const request = { body: encodeUtf8("body"), expectContinue: true };
    const first = await driver.ask(request);
    assertEquals(driver.heads[0].fields.get("expect"), "100-continue");
    assertEquals(driver.receivedBytes, 0);
    driver.server.sendContinue(1);
    await driver.flush();
    assertEquals(driver.receivedBytes, 4);
    const second = await driver.ask(request);
    assertEquals(driver.receivedBytes, 4);
    await driver.pass(1_100);
    assertEquals(driver.receivedBytes, 8);
    await driver.answer(1, "a");
    await driver.answer(3, "b");
    assertEquals([first.log, second.log], [
      ["informed 100", 'answered 200 "a"'],
      ['answered 200 "b"'],
    ]);
    const refused = await driver.ask(request);
    await driver.answer(5, "no", 417);
    assertEquals(refused.log, ['answered 417 "no"']);
    assertEquals(driver.seen.at(-1), "reset 5 CANCEL");
  }));

Deno.test("client connection sends a held body to who answers before it has come", () =>
  driving(async (driver) => {
    const asked = await driver.ask({ body: encodeUtf8("body"), expectContinue: true });
    driver.server.sendHead(1, 200, []);
    await driver.flush();
    assertEquals(asked.log, ["answered 200 …"]);
    assertEquals(driver.receivedBytes, 4);
    driver.server.sendEnd(1);
    await driver.flush();
    assertEquals(asked.log.at(-1), "finished");
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("client connection honours GOAWAY: what comes after it is unsent", () =>
  driving(async (driver) => {
    const first = await driver.ask();
    const late = driver.start();
    // The last stream it names is the first: the second crosses it on the way.
    driver.raw(new Uint8Array([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]));
    await driver.settle();
    assertEquals(late.log, ["failed unsent NetworkError"]);
    assert(driver.told.includes("resized 0"));
    const after = driver.start();
    assertEquals(after.log, ["failed unsent NetworkError"]);
    await driver.answer(1, "a");
    assertEquals(first.log, ['answered 200 "a"']);
    await driver.settle();
    assertEquals(driver.told.at(-1), "closed undefined");
  }));

Deno.test("client connection closes when a graceful peer has answered everything", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.server.shutdown();
    await driver.flush();
    assertEquals(driver.connection.maxStreams, 0);
    await driver.answer(1, "a");
    assertEquals(asked.log, ['answered 200 "a"']);
    assertEquals(driver.told.at(-1), "closed undefined");
  }));

Deno.test("client connection says what was refused, reset, and left unanswered", () =>
  driving(async (driver) => {
    const asked = [driver.start(), driver.start(), driver.start(), driver.start()];
    await driver.settle();
    driver.server.reset(1, 0x7);
    driver.server.reset(3, 0x2);
    driver.server.sendHead(5, 200, []);
    await driver.flush();
    driver.peer.close();
    await driver.settle();
    assertEquals(asked.map(({ log }) => log.at(-1)), [
      "failed unsent NetworkError",
      "failed unanswered NetworkError",
      "broken NetworkError",
      "failed unanswered NetworkError",
    ]);
    await assertRejectsWith(asked[2]);
    assertEquals(driver.told.at(-1), "closed NetworkError");
    assertEquals(driver.told.filter((line) => line === "released").length, 4);
  }));

async function assertRejectsWith(asked: Asked): Promise<void> {
  let thrown: unknown;
  try {
    await asked.source.pull();
  } catch (error) {
    thrown = error;
  }
  assertEquals(thrown, asked.error);
}

Deno.test("client connection gives each phase its timeout", () =>
  driving(async (driver) => {
    const [headers, body] = [driver.start(), driver.start()];
    await driver.settle();
    driver.server.sendHead(3, 200, []);
    await driver.flush();
    await driver.pass(400);
    const pulled = Promise.resolve(body.source.pull()).catch((error) => error);
    await driver.pass(700); // a minute of nothing else
    assertEquals(headers.log, ["failed unanswered TimeoutError"]);
    assertEquals((headers.error as TimeoutError).phase, "headers");
    assertEquals(body.log, ["answered 200 …"]);
    await driver.pass(400);
    assertEquals(body.log.at(-1), "broken TimeoutError");
    assertEquals((await pulled as TimeoutError).phase, "body");
    assertEquals(driver.seen.filter((line) => line.startsWith("reset")), [
      "reset 1 CANCEL",
      "reset 3 CANCEL",
    ]);
    assertEquals(driver.connection.openStreams, 0);
    const next = await driver.ask();
    await driver.answer(5, "on");
    assertEquals(next.log, ['answered 200 "on"']);
  }, { timeouts: { headersMs: 1_000, bodyMs: 1_000 } }));

Deno.test("client connection gives up a peer that takes nothing of a request", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const asked = await driver.ask({ body: new Uint8Array(1 << 20) });
    await driver.pass(40_000);
    await driver.pass(40_000);
    assertEquals((asked.error as TimeoutError).phase, "request");
    assert(asked.error instanceof TimeoutError);
  }, { timeouts: { headersMs: 600_000 } }));

Deno.test("client connection closes when it is idle for too long", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    await driver.answer(1, "a");
    await driver.pass(61_000);
    assertEquals(asked.log.length, 1);
    assertEquals(driver.told.at(-1), "closed undefined");
  }));

Deno.test("client connection asks a silent peer whether it is there", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    await driver.pass(6_000);
    await driver.pass(6_000);
    assertEquals(asked.log, []); // it was: it answered
    const { server } = driver;
    server.receive = () => {}; // and is no more
    await driver.pass(6_000);
    await driver.pass(21_000);
    assertEquals(asked.log, ["failed unanswered NetworkError"]);
    assertEquals(driver.told.at(-1), "closed NetworkError");
  }, { timeouts: { pingIntervalMs: 5_000 } }));

Deno.test("client connection tells its owner how many streams the peer takes", () =>
  driving(async (driver) => {
    await driver.ask();
    assertEquals(driver.told, ["resized 7"]);
    assertEquals(driver.connection.maxStreams, 7);
    driver.connection.shutdown();
    assertEquals(driver.connection.maxStreams, 0);
    await driver.answer(1, "a");
    assertEquals(driver.told.at(-1), "closed undefined");
    assert(driver.seen.includes("goaway NO_ERROR"));
  }, { serverLimits: { maxConcurrentStreams: 7 } }));

Deno.test("client connection sends nothing of a request that cannot travel", () =>
  driving(async (driver) => {
    assertThrows(() => driver.start({ lines: ["host", "h", "x", "a\nb"] }), TypeError);
    assertEquals(driver.connection.openStreams, 0);
    const asked = await driver.ask();
    await driver.answer(1, "a");
    assertEquals(asked.log, ['answered 200 "a"']);
  }));

Deno.test("client connection ends with the peer's fault", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    driver.raw(new Uint8Array([0, 0, 1, 6, 0, 0, 0, 0, 0, 0])); // a PING of one byte
    await driver.settle();
    assertEquals(asked.log, ["failed unanswered RemoteProtocolError"]);
    assert(driver.seen.includes("goaway FRAME_SIZE_ERROR"));
    assertEquals(driver.told.at(-1), "closed RemoteProtocolError");
  }));

Deno.test("client connection fails everything with the reason of a close", () =>
  driving(async (driver) => {
    const asked = await driver.ask();
    const held = driver.start();
    driver.connection.close(new RangeError("why not"));
    driver.connection.close();
    assertEquals(asked.log, ["failed unanswered RangeError"]);
    assertEquals(held.log, ["failed unsent RangeError"]);
    assertEquals(driver.told.at(-1), "closed RangeError");
  }));

Deno.test("client connection waits only so long to hear what the peer knows", () =>
  driving(async (driver) => {
    driver.server.transmit = () => undefined; // not even its settings
    const asked = await driver.ask({ protocol: "websocket" });
    assertEquals([asked.log, driver.connection.openStreams], [[], 1]);
    await driver.pass(1_100);
    assertEquals(asked.log, ["failed unanswered TimeoutError"]);
    assertEquals(driver.connection.openStreams, 0);
  }, { timeouts: { headersMs: 1_000 } }));

Deno.test("client connection that was never used can shut down", () =>
  driving(async (driver) => {
    driver.connection.shutdown();
    await driver.settle();
    assertEquals(driver.told, ["resized 0", "closed undefined"]);
    assert(driver.seen.includes("goaway NO_ERROR"));
    driver.connection.shutdown();
  }));

Deno.test("client connection waits for headers until its body has left", () =>
  driving(async (driver) => {
    driver.consumes = false;
    const asked = await driver.ask({ body: new Uint8Array(1 << 20) });
    await driver.pass(2_500);
    assertEquals(asked.log, []);
    driver.consumes = true;
    driver.server.consume(1, driver.receivedBytes);
    for (let turn = 0; turn < 20; turn++) await driver.flush();
    assertEquals(driver.receivedBytes, 1 << 20);
    await driver.answer(1, "ok");
    assertEquals(asked.log, ['answered 200 "ok"']);
  }, { timeouts: { headersMs: 1_000 } }));

Deno.test("client connection that leaves refuses those that still wait for settings", () =>
  driving(async (driver) => {
    const early = driver.start({ protocol: "p" });
    driver.connection.shutdown();
    await driver.settle();
    assertEquals(early.log, ["failed unsent NetworkError"]);
    assertEquals(driver.connection.openStreams, 0);
    assertEquals(driver.told.filter((line) => line === "released"), ["released"]);
  }));
