import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { stream, text } from "@avx/semantics/web";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
} from "../support/assert.ts";
import { Driver } from "./driver.ts";
import { frameOf } from "./cores.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

Deno.test("a request is answered", async () => {
  const driver = new Driver((request) => text(`${request.method} ${request.url}`));
  const answer = await driver.ask({ path: "/a?b" });
  assertEquals(answer, {
    informational: [],
    status: 200,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "date": "Sun, 06 Nov 1994 08:49:37 GMT",
      "content-length": "16",
    },
    text: "GET http://h/a?b",
    size: 16,
    trailers: undefined,
    ended: true,
    reset: undefined,
  });
  assertEquals((await driver.ask({ path: "/b", method: "PUT" })).text, "PUT http://h/b");
  assertEquals(driver.connection.requests, 2);
  await driver.close();
});

Deno.test("a slow handler does not hold others up", async () => {
  const answers = new Map<string, (response: Response) => void>();
  const driver = new Driver((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/now") return text("now");
    return new Promise((resolve) => answers.set(pathname, resolve));
  });
  const slow = driver.request({ path: "/slow" });
  const other = driver.request({ path: "/other" });
  assertEquals((await driver.ask({ path: "/now" })).text, "now");
  answers.get("/other")!(new Response("other"));
  await driver.settle();
  assertEquals(driver.answer(other).text, "other");
  assertEquals(driver.answer(slow).status, 0);
  answers.get("/slow")!(stream(new Response("slow").body!));
  await driver.settle();
  assertEquals(driver.answer(slow).text, "slow");
  await driver.close();
});

Deno.test("responses of one turn leave in one write", async () => {
  const driver = new Driver(() => text("fast"));
  await driver.ask();
  const before = driver.reads;
  driver.pause();
  const streams = Array.from({ length: 50 }, () => driver.client.sendRequest(GET)!);
  driver.flush();
  driver.resume();
  await driver.settle();
  for (const streamId of streams) assertEquals(driver.answer(streamId).text, "fast");
  assertEquals(driver.reads - before, 1);
  await driver.close();
});

Deno.test("native responses of one turn leave in one write", async () => {
  const driver = new Driver(() => new Response("native"));
  await driver.ask();
  const before = driver.reads;
  const streams = Array.from({ length: 50 }, () => driver.client.sendRequest(GET)!);
  driver.flush();
  await driver.settle();
  for (const streamId of streams) {
    const { text, headers } = driver.answer(streamId);
    assertEquals([text, headers["content-length"]], ["native", "6"]);
  }
  assertEquals(driver.reads - before, 1);
  await driver.close();
});

Deno.test("a body is read as it comes, and echoed while it does", async () => {
  const driver = new Driver((request) => new Response(request.body));
  const streamId = driver.request({ method: "POST", end: false });
  const answer = driver.answer(streamId);
  driver.send(streamId, "abc");
  await driver.settle();
  assertEquals([answer.status, answer.text, answer.ended], [200, "abc", false]);
  driver.send(streamId, "de");
  await driver.settle();
  assertEquals([answer.text, answer.ended], ["abcde", false]);
  driver.end(streamId);
  await driver.settle();
  assertEquals([answer.text, answer.ended], ["abcde", true]);
  await driver.close();
});

Deno.test("uploads larger than any window arrive whole", async () => {
  const driver = new Driver(async (request) => text(`${(await request.bytes()).length}`));
  const sizes = [0, 1, 65_535, 65_536, 3 * MIB];
  const streams = sizes.map((size) => driver.request({ body: new Uint8Array(size) }));
  await driver.settle();
  assertEquals(streams.map((streamId) => driver.answer(streamId).text), sizes.map(String));
  await driver.close();
});

Deno.test("responses larger than any window arrive whole, fast, native and streamed", async () => {
  const body = new Uint8Array(3 * MIB);
  const driver = new Driver((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/fast") return text("x".repeat(body.length));
    if (pathname === "/native") return new Response(body);
    return stream(ReadableStream.from([body.subarray(0, MIB), body.subarray(0, 2 * MIB)]));
  });
  const streams = ["/fast", "/native", "/stream"].map((path) => driver.request({ path }));
  await driver.settle();
  for (const streamId of streams) {
    const { size, ended } = driver.answer(streamId);
    assertEquals([size, ended], [body.length, true]);
  }
  await driver.close();
});

Deno.test("a handler that stops reading stops its peer, and no other stream", async () => {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const driver = new Driver(async (request) => {
    if (new URL(request.url).pathname === "/other") {
      return text(`${(await request.bytes()).length}`);
    }
    const reader = request.body!.getReader();
    await reader.read();
    await gate;
    let count = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      count += read.value.length;
    }
    return text(`${count > 0}`);
  });
  const slow = driver.request({ body: new Uint8Array(4 * MIB) });
  await driver.settle();
  const waits = driver.client.queuedBytes(slow);
  assert(waits >= 3 * MIB, `${4 * MIB - waits} bytes were taken from the peer`);
  await driver.settle();
  assertEquals(driver.client.queuedBytes(slow), waits);
  const other = await driver.ask({ path: "/other", body: new Uint8Array(2 * MIB) });
  assertEquals(other.text, `${2 * MIB}`);
  assertEquals(driver.client.queuedBytes(slow), waits);
  go();
  await driver.settle();
  assertEquals(driver.answer(slow).text, "true");
  await driver.close();
});

Deno.test("what all streams hold unread is bounded by the connection's window", async () => {
  const driver = new Driver(() => new Promise<Response>(() => {}));
  const streams = Array.from(
    { length: 50 },
    () => driver.request({ body: new Uint8Array(MIB) }),
  );
  await driver.settle();
  const waits = streams.reduce((sum, streamId) => sum + driver.client.queuedBytes(streamId), 0);
  const taken = 50 * MIB - waits;
  assert(taken <= 4 * MIB, `${taken} bytes were taken from the peer`);
  await driver.close();
});

Deno.test("a stream whose peer does not read waits, and stops no other", async () => {
  let made = 0;
  let stopped: unknown;
  const driver = new Driver((request) => {
    if (new URL(request.url).pathname === "/other") return text("x".repeat(MIB));
    return new Response(
      new ReadableStream({
        pull(controller) {
          made += 16 * KIB;
          controller.enqueue(new Uint8Array(16 * KIB));
        },
        cancel(reason) {
          stopped = reason;
        },
      }, { highWaterMark: 0 }),
    );
  }, { clientLimits: { streamWindowBytes: 64 * KIB } });
  const streamId = driver.client.sendRequest(GET)!;
  driver.stalled.add(streamId);
  driver.flush();
  await driver.settle();
  assertEquals(driver.answer(streamId).size, 64 * KIB);
  const before = made;
  assert(before <= 192 * KIB, `${before} bytes were made`);
  assertEquals((await driver.ask({ path: "/other" })).size, MIB);
  assertEquals(made, before);
  driver.stalled.delete(streamId);
  driver.stalled.add(streamId);
  driver.client.consume(streamId, 64 * KIB);
  driver.flush();
  await driver.settle();
  assertEquals(driver.answer(streamId).size, 128 * KIB);
  driver.reset(streamId);
  await driver.settle();
  assertInstanceOf(stopped, NetworkError);
  await driver.close();
});

Deno.test("a reset aborts the signal, fails the body and stops the response", async () => {
  const seen: unknown[] = [];
  const driver = new Driver((request) => {
    request.signal.addEventListener("abort", () => seen.push(request.signal.reason));
    request.text().catch((error) => seen.push(error));
    return new Promise(() => {});
  });
  const streamId = driver.request({ method: "POST", end: false });
  driver.send(streamId, "part");
  await driver.settle();
  assertEquals(driver.connection.idle, false);
  driver.reset(streamId);
  await driver.settle();
  assertEquals(seen.length, 2);
  for (const error of seen) {
    assertInstanceOf(error, NetworkError);
    assertEquals(error.code, "STREAM_RESET");
  }
  assertEquals(driver.connection.idle, true);
  assertEquals((await driver.ask({ body: "" })).reset, undefined);
  await driver.close();
});

Deno.test("a request that is reset by the same read is given to nobody", async () => {
  const asked: string[] = [];
  const driver = new Driver((request) => {
    asked.push(new URL(request.url).pathname);
    return text("x");
  });
  await driver.settle();
  const head = { method: "GET", scheme: "http", authority: "h", end: true };
  const [gone, kept] = ["/gone", "/kept"].map((path) =>
    driver.client.sendRequest({ ...head, path })!
  );
  driver.client.reset(gone, 0x8);
  driver.flush();
  await driver.settle();
  assertEquals(asked, ["/kept"]);
  assertEquals([driver.answer(kept).text, driver.answer(gone).status], ["x", 0]);
  assertEquals([driver.connection.requests, driver.connection.idle], [2, true]);
  await driver.close();
});

Deno.test("an answer to a stream that was reset goes nowhere, and its source is told", async () => {
  let answer = (_response: Response): void => {};
  let cancelled = false;
  const driver = new Driver(() => new Promise((resolve) => answer = resolve));
  const streamId = driver.request();
  await driver.settle();
  driver.reset(streamId);
  await driver.settle();
  answer(stream(new ReadableStream({ cancel: () => void (cancelled = true) })));
  await driver.settle();
  assertEquals(cancelled, true);
  assertEquals(driver.answer(streamId).status, 0);
  assertEquals(driver.errors, []);
  await driver.close();
});

Deno.test("completed tells of a response that was reset while it waited", async () => {
  const outcomes: Promise<void>[] = [];
  const driver = new Driver((_request, info) => {
    outcomes.push(info.completed);
    return text("x".repeat(MIB));
  }, { clientLimits: { streamWindowBytes: 64 * KIB } });
  const streamId = driver.client.sendRequest(GET)!;
  driver.stalled.add(streamId);
  driver.flush();
  await driver.settle();
  let settled = false;
  outcomes[0].then(() => settled = true, () => settled = true);
  await driver.settle();
  assertEquals(settled, false);
  driver.reset(streamId);
  await driver.settle();
  await assertRejects(() => outcomes[0], NetworkError);
  await driver.close();
});

Deno.test("completed settles when the response was written, or rejects", async () => {
  const outcomes: Promise<void>[] = [];
  const driver = new Driver((_request, info) => {
    outcomes.push(info.completed);
    return outcomes.length === 1 ? text("one") : new Promise<Response>(() => {});
  });
  await driver.ask();
  await outcomes[0];
  await driver.ask();
  driver.peer.reset();
  await driver.done;
  await assertRejects(() => outcomes[1], NetworkError);
  await driver.close();
});

Deno.test("an early response asks the peer to stop sending", async () => {
  const driver = new Driver(() => text("enough"));
  const streamId = driver.request({ method: "POST", end: false });
  driver.send(streamId, "a part");
  await driver.settle();
  const answer = driver.answer(streamId);
  assertEquals([answer.status, answer.text, answer.ended], [200, "enough", true]);
  // What is on its way may still come for a moment.
  driver.send(streamId, "on its way");
  await driver.settle();
  assertEquals(answer.reset, undefined);
  await driver.pass(2_500);
  assertEquals(answer.reset, "NO_ERROR");
  driver.send(streamId, "too late");
  assertEquals((await driver.ask()).text, "enough");
  await driver.close();
});

Deno.test("an early response larger than the window arrives whole", async () => {
  const driver = new Driver(() => text("x".repeat(MIB)), {
    clientLimits: { streamWindowBytes: 64 * KIB },
  });
  const streamId = driver.request({ method: "POST", end: false });
  await driver.settle();
  const answer = driver.answer(streamId);
  assertEquals([answer.status, answer.size, answer.ended], [200, MIB, true]);
  await driver.pass(2_100);
  assertEquals(answer.reset, "NO_ERROR");
  await driver.close();
});

Deno.test("an early response is not lost on a peer that sends on and on", async () => {
  const driver = new Driver(() => text("x".repeat(MIB)), {
    clientLimits: { streamWindowBytes: 64 * KIB },
    limits: { maxDrainBytes: 100 * KIB },
  });
  const streamId = driver.request({ method: "POST", end: false });
  driver.stalled.add(streamId);
  driver.send(streamId, new Uint8Array(4 * MIB));
  await driver.settle();
  const answer = driver.answer(streamId);
  assertEquals([answer.size, answer.ended, answer.reset], [64 * KIB, false, undefined]);
  assert(driver.client.queuedBytes(streamId) > 3 * MIB);
  driver.unstall(streamId);
  await driver.settle();
  assertEquals([answer.size, answer.ended, answer.reset], [MIB, true, "NO_ERROR"]);
  await driver.close();
});

Deno.test("a reader that waits behind its response gets the rest of the body", async () => {
  let body: Promise<string> | undefined;
  const driver = new Driver((request) => {
    body = request.text();
    return text("early");
  });
  const streamId = driver.request({ method: "POST", end: false });
  driver.send(streamId, "ab");
  await driver.settle();
  assertEquals(driver.answer(streamId).text, "early");
  driver.send(streamId, "cd");
  driver.end(streamId);
  await driver.settle();
  assertEquals(await body, "abcd");
  assertEquals(driver.connection.idle, true);
  await driver.close();
});

Deno.test("a cancelled body is drained, and its window given back", async () => {
  const driver = new Driver(async (request) => {
    await request.body?.cancel();
    await gate;
    return text("done");
  });
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const streamId = driver.request({ body: new Uint8Array(100 * KIB) });
  await driver.settle();
  go();
  await driver.settle();
  assertEquals(driver.answer(streamId).text, "done");
  const all = await Promise.all(
    Array.from({ length: 20 }, () => driver.ask({ body: new Uint8Array(200 * KIB) })),
  );
  for (const { text } of all) assertEquals(text, "done");
  await driver.close();
});

Deno.test("content for streams that are over does not use the window up", async () => {
  const driver = new Driver(() => text("early"));
  for (let round = 0; round < 40; round++) {
    const streamId = driver.request({ method: "POST", end: false });
    driver.send(streamId, new Uint8Array(60 * KIB));
    await driver.settle();
    assertEquals(driver.answer(streamId).text, "early");
  }
  await driver.close();
});

/** Limits under which 1 MiB that is never given back is noticed. */
const TIGHT = { maxConnectionWindowBytes: MIB, maxUnreadBytes: MIB };

Deno.test("content that nobody read of streams that were lost does not use the window up", async () => {
  const driver = new Driver(async (request) => {
    if (request.method === "PUT") return text(`${(await request.bytes()).length}`);
    return new Promise(() => {});
  }, { limits: TIGHT });
  for (let round = 0; round < 40; round++) {
    const streamId = driver.request({ method: "POST", end: false });
    driver.send(streamId, new Uint8Array(60 * KIB));
    await driver.settle();
    if (round % 2 === 0) driver.reset(streamId);
    else driver.raw(frameOf(0x08, 0, streamId, [0, 0, 0, 0])); // which is a fault
    await driver.settle();
  }
  const answer = await driver.ask({ method: "PUT", body: new Uint8Array(2 * MIB) });
  assertEquals(answer.text, `${2 * MIB}`);
  await driver.close();
});

Deno.test("bodies that nobody reads, or only when they are whole, do not use the window up", async () => {
  const never = new Promise<Response>(() => {});
  let turn = (): Promise<void> => Promise.resolve();
  const driver = new Driver(async (request) => {
    const { pathname } = new URL(request.url);
    await turn();
    if (pathname === "/unread") return text("0");
    const { length } = await request.bytes();
    // The answer is not what gives the room back.
    return pathname === "/waits" ? never : text(`${length}`);
  }, { limits: { ...TIGHT, maxConcurrentStreams: 1000 } });
  await driver.settle();
  const { clock } = driver;
  turn = () => clock.settle();
  for (const path of ["/unread", "/read", "/waits"]) {
    for (let round = 0; round < 40; round++) {
      const streamId = driver.request({ path, body: new Uint8Array(60 * KIB) });
      await driver.settle();
      assertEquals(driver.client.queuedBytes(streamId), 0, `${path}, request ${round}`);
    }
  }
  await driver.close();
});

Deno.test("the client is told to go on when the body is first wanted", async () => {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const driver = new Driver(async (request) => {
    await gate;
    return text(await request.text());
  });
  const streamId = driver.request({ method: "POST", end: false, lines: EXPECT });
  await driver.settle();
  assertEquals(driver.answer(streamId).informational, []);
  go();
  await driver.settle();
  assertEquals(driver.answer(streamId).informational, ["100"]);
  driver.send(streamId, "ok");
  driver.end(streamId);
  await driver.settle();
  assertEquals(driver.answer(streamId).text, "ok");
  assertEquals(driver.answer(streamId).informational, ["100"]);
  await driver.close();
});

Deno.test("a broken body fails its reader, and its stream only", async () => {
  let error: unknown;
  const driver = new Driver(async (request) => {
    if (request.body !== null) await request.text().catch((caught) => error = caught);
    return text("answer");
  });
  const lines = ["content-length", "4"];
  const streamId = driver.request({ method: "POST", end: false, lines });
  // More than was declared, past a core that would refuse to send it.
  driver.raw(frameOf(0x00, 0x01, streamId, new Uint8Array(5)));
  await driver.settle();
  assertEquals(driver.answer(streamId).reset, "PROTOCOL_ERROR");
  assertEquals(driver.answer(streamId).status, 0);
  assertInstanceOf(error, RemoteProtocolError);
  assertEquals(error.code, "PROTOCOL_ERROR");
  assertEquals((await driver.ask()).text, "answer");
  await driver.close();
});

Deno.test("a body that stalls fails its reader with a timeout", async () => {
  let error: unknown;
  const driver = new Driver(async (request) => {
    await request.text().catch((caught) => error = caught);
    return text("too late");
  }, { timeouts: { bodyMs: 1_000 } });
  const streamId = driver.request({ method: "POST", end: false });
  driver.send(streamId, "ab");
  await driver.settle();
  await driver.pass(1_100);
  assertEquals(driver.answer(streamId).reset, "CANCEL");
  assertInstanceOf(error, TimeoutError);
  assertEquals(error.phase, "body");
  await driver.close();
});

Deno.test("a stream that fails does not look complete", async () => {
  const driver = new Driver(() =>
    stream(
      (async function* () {
        yield new TextEncoder().encode("part");
        await null;
        throw new Error("source broke");
      })(),
    )
  );
  const answer = await driver.ask();
  assertEquals([answer.text, answer.ended, answer.reset], ["part", false, "INTERNAL_ERROR"]);
  assertEquals((driver.errors[0] as Error).message, "source broke");
  assertEquals((await driver.ask()).reset, "INTERNAL_ERROR");
  await driver.close();
});

Deno.test("a peer that never reads is ended by the write timeout", async () => {
  let outcome: Promise<void> | undefined;
  const driver = new Driver((_request, info) => {
    outcome = info.completed;
    return new Response(new Uint8Array(8 * MIB));
  }, {
    timeouts: { writeMs: 1_000 },
    clientLimits: { streamWindowBytes: 16 * MIB, connectionWindowBytes: 16 * MIB },
  });
  await driver.settle();
  driver.pause();
  driver.request();
  await driver.settle();
  await driver.clock.advance(1_100);
  driver.resume();
  await driver.done;
  await assertRejects(() => outcome!, TimeoutError);
  await driver.close();
});

Deno.test("a peer that holds its window shut is ended by the stall timeout", async () => {
  const reasons: unknown[] = [];
  const driver = new Driver((request) => {
    request.signal.addEventListener("abort", () => reasons.push(request.signal.reason));
    return stream(ReadableStream.from([new Uint8Array(MIB), new Uint8Array(MIB)]));
  }, { timeouts: { stallMs: 3_000 }, clientLimits: { streamWindowBytes: 64 * KIB } });
  const streamId = driver.client.sendRequest(GET)!;
  driver.stalled.add(streamId);
  driver.flush();
  await driver.settle();
  await driver.pass(6_000);
  assertEquals(driver.answer(streamId).reset, "ENHANCE_YOUR_CALM");
  assertInstanceOf(reasons[0], RemoteProtocolError);
  await driver.close();
});

Deno.test("a lost connection fails everything on it", async () => {
  const reasons: unknown[] = [];
  let cancelled: unknown;
  const driver = new Driver((request) => {
    request.signal.addEventListener("abort", () => reasons.push(request.signal.reason));
    if (request.method === "POST") {
      request.text().catch((error) => reasons.push(error));
      return new Promise(() => {});
    }
    return new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel: (reason) => void (cancelled = reason),
      }),
    );
  });
  driver.request({ method: "POST", end: false });
  driver.request();
  driver.request();
  await driver.settle();
  driver.peer.reset();
  await driver.done;
  await driver.settle();
  assertEquals(reasons.length, 4);
  for (const reason of reasons) assertInstanceOf(reason, NetworkError);
  assertInstanceOf(cancelled, NetworkError);
  await driver.close();
});

Deno.test("a peer that ends the connection aborts the signals of its requests", async () => {
  const reasons: unknown[] = [];
  const driver = new Driver((request) => {
    return new Promise((resolve) => {
      request.signal.addEventListener("abort", () => {
        reasons.push(request.signal.reason);
        resolve(text("gone"));
      });
    });
  });
  driver.request();
  driver.request();
  await driver.settle();
  await driver.peer.closeWrite();
  await driver.settle();
  assertEquals(reasons.length, 2);
  assertInstanceOf(reasons[0], NetworkError);
  assertEquals(driver.connection.idle, true);
  await driver.close();
});

Deno.test("shutdown says so twice, lets what is in flight finish, and closes", async () => {
  const answers: ((response: Response) => void)[] = [];
  const driver = new Driver(() => new Promise((resolve) => answers.push(resolve)));
  const first = driver.request();
  await driver.settle();
  driver.pause();
  driver.connection.shutdown();
  driver.connection.shutdown();
  await driver.settle();
  // The client knows of no GOAWAY yet: what it sends now is answered as well.
  const second = driver.request();
  await driver.settle();
  driver.resume();
  await driver.settle();
  assertEquals(driver.goaways, [`${2 ** 31 - 1} NO_ERROR`, "3 NO_ERROR"]);
  assertEquals(driver.client.canOpen, false);
  assertEquals(driver.ended, false);
  answers[0](text("first"));
  answers[1](text("second"));
  await driver.settle();
  assertEquals([driver.answer(first).text, driver.answer(second).text], ["first", "second"]);
  assertEquals(driver.ended, true);
  await driver.close();
});

Deno.test("shutdown closes an idle connection within a round trip", async () => {
  const driver = new Driver(() => text("x"));
  await driver.ask();
  driver.connection.shutdown();
  await driver.settle();
  assertEquals(driver.ended, true);
  assertEquals(driver.goaways.at(-1), "1 NO_ERROR");
  await driver.close();
});

Deno.test("an idle connection is shut down when its time is over", async () => {
  const driver = new Driver(() => text("x"), { timeouts: { idleMs: 5_000 } });
  await driver.ask();
  await driver.pass(4_900);
  assertEquals(driver.ended, false);
  await driver.pass(200);
  await driver.settle();
  assertEquals(driver.ended, true);
  assertEquals(driver.goaways.at(-1), "1 NO_ERROR");
  await driver.close();
});

Deno.test("a peer that does not end its half is left after the linger time", async () => {
  const driver = new Driver(() => text("x"), { timeouts: { lingerMs: 1_000 } });
  await driver.ask();
  driver.connection.shutdown();
  await driver.settle();
  let over = false;
  driver.done.then(() => over = true);
  await driver.settle();
  assertEquals(over, false);
  await driver.clock.advance(1_100);
  assertEquals(over, true);
  await driver.close();
});

Deno.test("close ends everything at once", async () => {
  let signal: AbortSignal | undefined;
  const driver = new Driver((request) => {
    signal = request.signal;
    return new Promise(() => {});
  });
  await driver.ask();
  driver.connection.close();
  driver.connection.close();
  await driver.done;
  assertEquals(signal!.aborted, true);
  await driver.close();
});

Deno.test("a handler that takes too long is answered for, and its signal aborts", async () => {
  let signal: AbortSignal | undefined;
  const driver = new Driver((request) => {
    if (request.method === "PUT") return text("other");
    signal ??= request.signal;
    return new Promise(() => {});
  }, { timeouts: { handlerMs: 1_000 } });
  const streamId = driver.request();
  await driver.pass(500);
  const later = driver.request();
  await driver.pass(600);
  assertEquals(driver.answer(streamId).status, 503);
  assertEquals(driver.answer(later).status, 0);
  assertInstanceOf(signal!.reason, Error);
  assertEquals((await driver.ask({ method: "PUT" })).text, "other");
  await driver.pass(500);
  assertEquals(driver.answer(later).status, 503);
  await driver.close();
});

Deno.test("a handler that fails is answered for by the error handler", async () => {
  const driver = new Driver((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/sync") throw new Error("sync");
    if (pathname === "/async") return Promise.reject(new Error("async"));
    return text("x", { headers: { "content-length": "5" } });
  }, {
    onError: (error) =>
      text(`${(error as Error).name} ${(error as Error).message}`, {
        status: 500,
      }),
  });
  assertEquals((await driver.ask({ path: "/sync" })).text, "Error sync");
  assertEquals((await driver.ask({ path: "/async" })).text, "Error async");
  assertMatch((await driver.ask({ path: "/short" })).text, /content-length/);
  await driver.close();
});

Deno.test("an error handler that fails leaves a plain 500", async () => {
  const driver = new Driver(() => Promise.reject(new Error("x")), {
    onError: () => {
      throw new Error("too");
    },
  });
  assertEquals((await driver.ask()).status, 500);
  await driver.close();
});

Deno.test("interim responses go out at once, many on each stream", async () => {
  const answers: ((response: Response) => void)[] = [];
  const driver = new Driver((request, info) => {
    info.informational(103, { link: `<${new URL(request.url).pathname}>` });
    info.informational(102);
    return new Promise((resolve) => answers.push(resolve));
  });
  const one = await driver.ask({ path: "/1" });
  const two = await driver.ask({ path: "/2" });
  assertEquals(one.informational, ["103 link=</1>", "102"]);
  assertEquals(two.informational, ["103 link=</2>", "102"]);
  answers[1](text("two"));
  answers[0](text("one"));
  await driver.settle();
  assertEquals([one.text, two.text], ["one", "two"]);
  await driver.close();
});

Deno.test("an interim response to a stream that was reset goes nowhere", async () => {
  let hint = (): void => {};
  const driver = new Driver((_request, info) => {
    hint = () => info.informational(103, { link: "</late>" });
    return new Promise(() => {});
  });
  const streamId = driver.request();
  await driver.settle();
  driver.reset(streamId);
  await driver.settle();
  hint();
  await driver.settle();
  assertEquals(driver.answer(streamId).informational, []);
  await driver.close();
});

Deno.test("trailers go both ways", async () => {
  const driver = new Driver(async (request, info) => {
    const body = await request.text();
    const trailers = await info.trailers;
    info.setTrailers({ "x-sum": `${trailers.get("x-count")}!` });
    return text(body);
  });
  const streamId = driver.request({ method: "POST", end: false });
  driver.send(streamId, "ab");
  driver.end(streamId, ["x-count", "2"]);
  await driver.settle();
  const { text: body, trailers, ended } = driver.answer(streamId);
  assertEquals([body, trailers, ended], ["ab", { "x-sum": "2!" }, true]);
  await driver.close();
});

Deno.test("HEAD has the length of GET and no content", async () => {
  let cancelled = false;
  const driver = new Driver((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/text") return text("12345");
    return new Response(new ReadableStream({ cancel: () => void (cancelled = true) }));
  });
  const head = await driver.ask({ method: "HEAD", path: "/text" });
  assertEquals([head.headers["content-length"], head.size, head.ended], ["5", 0, true]);
  const streamed = await driver.ask({ method: "HEAD", path: "/stream" });
  assertEquals([streamed.status, streamed.size, streamed.ended], [200, 0, true]);
  assertEquals(cancelled, true);
  await driver.close();
});

Deno.test("204 and 304 have no content", async () => {
  const driver = new Driver((request) =>
    new Response(null, { status: Number(new URL(request.url).pathname.slice(1)) })
  );
  for (const status of [204, 304]) {
    const answer = await driver.ask({ path: `/${status}` });
    assertEquals([answer.status, answer.size, answer.ended], [status, 0, true]);
    assertEquals(answer.headers["content-length"], undefined);
  }
  await driver.close();
});

Deno.test("the more urgent response goes first", async () => {
  const order: string[] = [];
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const driver = new Driver(async (_request, info) => {
    order.push(`${info.priority.urgency} ${info.priority.incremental}`);
    await gate;
    return text("x".repeat(MIB));
  }, { clientLimits: { streamWindowBytes: 8 * MIB, connectionWindowBytes: 8 * MIB } });
  await driver.settle();
  const late = driver.request({ lines: ["priority", "u=6"] });
  const soon = driver.request({ lines: ["priority", "u=1, i"] });
  await driver.settle();
  assertEquals(order, ["6 false", "1 true"]);
  const sizes: number[] = [];
  driver.onData = (streamId) => {
    if (streamId === soon) sizes.push(driver.answer(late).size);
  };
  go();
  await driver.settle();
  assertEquals([driver.answer(soon).size, driver.answer(late).size], [MIB, MIB]);
  assertEquals(Math.max(...sizes), 0);
  await driver.close();
});

Deno.test("a broken rule ends the connection with the reason, and everything on it", async () => {
  let error: unknown;
  const driver = new Driver((request) => {
    request.signal.addEventListener("abort", () => error = request.signal.reason);
    return new Promise(() => {});
  });
  driver.request();
  await driver.settle();
  driver.raw(frameOf(0x00, 0, 0, [1]));
  await driver.settle();
  assertEquals(driver.goaways, ["1 PROTOCOL_ERROR"]);
  assertInstanceOf(error, RemoteProtocolError);
  assertEquals(error.code, "PROTOCOL_ERROR");
  assertEquals(driver.ended, true);
  await driver.close();
});

Deno.test("a flood ends in ENHANCE_YOUR_CALM", async () => {
  const driver = new Driver(() => new Promise(() => {}), { abuse: { maxPeerResets: 20 } });
  await driver.settle();
  for (let count = 0; count < 40; count++) {
    const streamId = driver.client.sendRequest(GET);
    if (streamId === undefined) break;
    driver.client.reset(streamId, 0x8);
  }
  driver.flush();
  await driver.settle();
  assertMatch(driver.goaways[0], /ENHANCE_YOUR_CALM/);
  assertEquals(driver.ended, true);
  await driver.close();
});

Deno.test("an observer hears of connection, requests, resets and violations", async () => {
  const heard: string[] = [];
  const driver = new Driver(({ method }) => method === "GET" ? text("x") : new Promise(() => {}), {
    observer: {
      "connection.open": ({ role, protocol }) => void heard.push(`open ${role} ${protocol}`),
      "request.start": ({ method, target }) => void heard.push(`start ${method} ${target}`),
      "request.end": ({ status, error }) => void heard.push(`end ${status} ${error?.name}`),
      "protocol.error": ({ code }) => void heard.push(`violation ${code}`),
      "connection.close": ({ requests }) => void heard.push(`close ${requests}`),
    },
  });
  await driver.ask();
  const reset = driver.request({ method: "PUT", path: "/reset" });
  await driver.settle();
  driver.reset(reset);
  driver.request({ method: "PUT", path: "/lost" });
  await driver.settle();
  driver.raw(frameOf(0x00, 0, 0, [1]));
  await driver.settle();
  await driver.close();
  assertEquals(heard, [
    "open server h2",
    "start GET /",
    "end 200 undefined",
    "start PUT /reset",
    "end 0 NetworkError",
    "start PUT /lost",
    "violation PROTOCOL_ERROR",
    "end 0 RemoteProtocolError",
    "close 3",
  ]);
});

Deno.test("a body that is too large to collect is refused to its reader, at the limit it is not", async () => {
  const driver = new Driver((request) => request.text().then((body) => text(body)), {
    maxBufferedBodyBytes: 4,
    onError: (error) => text((error as Error).name, { status: 413 }),
  });
  assertEquals((await driver.ask({ body: "abcd" })).text, "abcd");
  const refused = await driver.ask({ body: "abcde" });
  assertEquals([refused.status, refused.text], [413, "BodyTooLargeError"]);
  await driver.close();
});

Deno.test("one byte at a time both ways changes nothing", async () => {
  const driver = new Driver(async (request) => text(await request.text()), {
    link: { faults: { maxReadBytes: 1 } },
  });
  const streamId = driver.request({ body: "echo" });
  for (let turn = 0; turn < 100 && !driver.answer(streamId).ended; turn++) await driver.settle();
  assertEquals(driver.answer(streamId).text, "echo");
  await driver.close();
});

const GET = { method: "GET", scheme: "http", authority: "h", path: "/" };
const EXPECT = ["expect", "100-continue"];
