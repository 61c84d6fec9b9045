import { encodeUtf8 } from "@avx/runtime/ascii";
import type { Http2PromisedRequest } from "@avx/http2";
import { assertEquals } from "../support/assert.ts";
import { Asked, type ClientDriver, type ClientDriverOptions, driving } from "./client_driver.ts";

const ORIGIN = { scheme: "http", authority: "h" } as const;

/** Runs a test with a client that takes pushes, those to `/no…` excepted. */
function pushing(
  run: (driver: ClientDriver, taken: Asked[], promised: Http2PromisedRequest[]) => Promise<void>,
  options: Omit<ClientDriverOptions, "onPush"> = {},
): Promise<void> {
  const taken: Asked[] = [];
  const promised: Http2PromisedRequest[] = [];
  return driving((driver) => run(driver, taken, promised), {
    ...options,
    onPush: (push) => {
      promised.push(push);
      if (push.target.startsWith("/no")) return undefined;
      taken.push(new Asked({ method: push.method, target: push.target }));
      return taken.at(-1);
    },
  });
}

function push(driver: ClientDriver, streamId: number, path: string, more = {}): number {
  return driver.server.push(streamId, { method: "GET", ...ORIGIN, path, ...more })!;
}

Deno.test("client that takes pushes gets the promised request and its response", () =>
  pushing(async (driver, taken, [promised]) => {
    const asked = await driver.ask();
    const id = push(driver, 1, "/style.css", { lines: ["accept", "text/css"] });
    await driver.answer(1, "page");
    driver.server.sendWhole(id, 200, ["x", "y"], "style");
    await driver.flush();
    assertEquals(asked.log, ['answered 200 "page"']);
    assertEquals(taken[0].log, ['answered 200 "style"']);
    assertEquals(taken[0].streamId, 2);
    assertEquals(taken[0].head?.fields.get("x"), "y");
    assertEquals(promised, undefined, "it came later");
    assertEquals(driver.told.filter((line) => line === "released").length, 1);
    assertEquals(driver.connection.openStreams, 0);
  }));

Deno.test("client hears which request a push belongs to", () =>
  pushing(async (driver, _taken, promised) => {
    const [, second] = [driver.start(), driver.start()];
    await driver.settle();
    push(driver, 3, "/a?b", { lines: ["accept", "x"] });
    await driver.flush();
    const [{ method, authority, target, fields, parent }] = promised;
    assertEquals([method, authority, target, fields.get("accept")], ["GET", "h", "/a?b", "x"]);
    assertEquals(parent, second);
  }));

Deno.test("client refuses what nobody wants", () =>
  pushing(async (driver) => {
    await driver.ask();
    push(driver, 1, "/no");
    await driver.flush();
    assertEquals(driver.seen.at(-1), "reset 2 CANCEL");
    assertEquals(driver.server.openStreams, 1);
  }));

Deno.test("client without a taker tells the server to push nothing", () =>
  driving(async (driver) => {
    await driver.ask();
    assertEquals(driver.server.canPush, false);
    assertEquals(driver.server.push(1, { method: "GET", ...ORIGIN, path: "/" }), undefined);
  }));

Deno.test("client takes no push for another origin than that of the request", () =>
  pushing(async (driver, _taken, promised) => {
    await driver.ask();
    for (const other of [{ authority: "other" }, { authority: "h:81" }, { scheme: "https" }]) {
      push(driver, 1, "/", other);
    }
    push(driver, 1, "/", { authority: "H" });
    await driver.flush();
    assertEquals(driver.seen.slice(1), [
      "reset 2 PROTOCOL_ERROR",
      "reset 4 PROTOCOL_ERROR",
      "reset 6 PROTOCOL_ERROR",
    ]);
    assertEquals(promised.map(({ authority }) => authority), ["H"]);
  }));

Deno.test("client reads a pushed body as it reads any other, and gives its room back", () =>
  pushing(async (driver, taken) => {
    await driver.ask();
    const id = push(driver, 1, "/large");
    driver.server.sendHead(id, 200, []);
    for (let count = 0; count < 64; count++) {
      driver.server.sendData(id, new Uint8Array(16 * 1024));
    }
    driver.server.sendEnd(id, ["t", "u"]);
    await driver.flush();
    let size = 0;
    for (;;) {
      const chunk = await taken[0].source.pull();
      if (chunk === undefined) break;
      size += chunk.length;
      await driver.flush();
    }
    assertEquals(size, 1024 * 1024);
    assertEquals(taken[0].source.trailers?.get("t"), "u");
  }));

Deno.test("client gives a push up, and only that", () =>
  pushing(async (driver, taken) => {
    const asked = await driver.ask();
    const [first, second] = [push(driver, 1, "/a"), push(driver, 1, "/b")];
    driver.server.sendHead(second, 200, []);
    driver.server.sendData(second, encodeUtf8("part"));
    await driver.flush();
    driver.connection.abandon(taken[0], "enough");
    taken[1].source.cancel();
    await driver.settle();
    assertEquals(driver.seen.slice(1), [`reset ${first} CANCEL`, `reset ${second} CANCEL`]);
    await driver.answer(1, "page");
    assertEquals(asked.log, ['answered 200 "page"']);
  }));

Deno.test("client waits for a pushed response as long as for any other", () =>
  pushing(async (driver, taken) => {
    const asked = await driver.ask();
    push(driver, 1, "/never");
    await driver.answer(1, "page");
    await driver.pass(110);
    assertEquals(taken[0].log, ["failed unanswered TimeoutError"]);
    assertEquals(asked.log, ['answered 200 "page"']);
    assertEquals(driver.seen.at(-1), "reset 2 CANCEL");
  }, { timeouts: { headersMs: 100 } }));

Deno.test("client resets pushes that hold too much unread", () =>
  pushing(async (driver, taken) => {
    await driver.ask();
    const ids = [push(driver, 1, "/a"), push(driver, 1, "/b")];
    for (const id of ids) {
      driver.server.sendHead(id, 200, []);
      driver.server.sendData(id, new Uint8Array(60_000));
    }
    await driver.flush();
    assertEquals(driver.seen.at(-1), "reset 4 CANCEL");
    assertEquals(taken.map(({ log }) => log.at(-1)), [
      "answered 200 …",
      "broken BodyTooLargeError",
    ]);
    // What was read makes room for another.
    for (let size = 0; size < 60_000;) size += (await taken[0].source.pull())!.length;
    driver.server.sendEnd(2);
    await driver.flush();
    assertEquals(taken[0].log.at(-1), "finished");
  }, { limits: { maxPushBytes: 100_000 } }));

Deno.test("client's pushes end with their connection", () =>
  pushing(async (driver, taken) => {
    const asked = await driver.ask();
    push(driver, 1, "/a");
    await driver.flush();
    driver.connection.close(new RangeError("now"));
    assertEquals(asked.log, ["failed unanswered RangeError"]);
    assertEquals(taken[0].log, ["failed unanswered RangeError"]);
    assertEquals(driver.told.filter((line) => line === "released").length, 1);
  }));

Deno.test("client that shuts down waits for the pushes that it has taken", () =>
  pushing(async (driver, taken) => {
    await driver.ask();
    const id = push(driver, 1, "/a");
    await driver.answer(1, "page");
    driver.connection.shutdown();
    await driver.settle();
    assertEquals(driver.told.includes("closed undefined"), false);
    await driver.answer(id, "style");
    assertEquals(taken[0].log, ['answered 200 "style"']);
    assertEquals(driver.told.at(-1), "closed undefined");
  }));
