import {
  type ClientResponse,
  EventStream,
  type EventStreamOptions,
  makeResponse,
  type RequestOptions,
} from "@avx/client";
import { NetworkError } from "@avx/runtime/errors";
import { ManualClock } from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import { PoolClosedError, RemoteProtocolError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { arriving } from "./coded.ts";
import { onStage, URL_ROOT } from "./stage.ts";

const TYPE = { "content-type": "text/event-stream" };
const LOST = new NetworkError("Cannot read: connection reset");

type Answer = string | { status: number; headers?: Record<string, string> } | Error;

interface Listening {
  readonly stream: EventStream;
  readonly clock: ManualClock;
  readonly timers: Timers;
  readonly requests: RequestOptions[];
  readonly data: string[];
  readonly done: Promise<void>;
}

/** Listens to streams that answer one after the other, and then to nothing. */
function listen(answers: readonly Answer[], options: EventStreamOptions = {}): Listening {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const requests: RequestOptions[] = [];
  const data: string[] = [];
  function request(url: string | URL, given: RequestOptions): Promise<ClientResponse> {
    const answer = answers[requests.length] ?? { status: 204 };
    requests.push({ ...given, headers: [...given.headers as Iterable<[string, string]>] });
    if (answer instanceof Error) return Promise.reject(answer);
    const parts = typeof answer === "string"
      ? { headers: TYPE, body: arriving(new TextEncoder().encode(answer), 7) }
      : answer;
    return Promise.resolve(makeResponse(url, parts));
  }
  const stream = new EventStream(URL_ROOT, options, { request, timers, wallNow: () => 0 });
  const done = (async () => {
    for await (const event of stream) data.push(`${event.event} ${event.data}`);
  })();
  done.catch(() => {});
  return { stream, clock, timers, requests, data, done };
}

function headerOf({ headers }: RequestOptions, name: string): string | undefined {
  return new FieldList((headers as [string, string][]).flat()).get(name);
}

Deno.test("events are read over connection after connection, from where the last ended", async () => {
  const one = listen(["id: 1\ndata: a\n\nid: ü\ndata: b\n\ndata: never", "event: c\ndata: c\n\n"]);
  await one.clock.advance(2_999);
  assertEquals([one.data, one.requests.length], [["message a", "message b"], 1]);
  assertEquals(one.stream.lastEventId, "ü");
  await one.clock.advance(10);
  await one.clock.advance(3_010);
  await one.done;
  assertEquals(one.data, ["message a", "message b", "c c"]);
  assertEquals(one.requests.map((it) => headerOf(it, "last-event-id")), [
    undefined,
    "\xc3\xbc",
    "\xc3\xbc",
  ]);
  assertEquals(headerOf(one.requests[0], "accept"), "text/event-stream");
  const { timeout, cache, retry, deduplicate } = one.requests[0];
  assertEquals([timeout, cache, retry, deduplicate], [Infinity, "no-store", false, false]);
  assertEquals([one.timers.size, one.clock.pending], [0, 0]);
});

Deno.test("a server says how long to wait, and no event doubles it, up to a limit", async () => {
  const options = { maxRetry: 300, retry: 50 };
  const one = listen(["retry: 100\ndata: a\n\n", LOST, LOST, LOST], options);
  for (const [pause, requests] of [[100, 2], [200, 3], [300, 4], [300, 5]]) {
    await one.clock.advance(pause - 30);
    assertEquals(one.requests.length, requests - 1);
    await one.clock.advance(35);
    assertEquals(one.requests.length, requests);
  }
  await one.done;
});

Deno.test("what may pass is waited for, as long as the server asks", async () => {
  const busy = { status: 503, headers: { "retry-after": "10" } };
  const one = listen([busy, "data: a\n\n"]);
  await one.clock.advance(9_990);
  assertEquals(one.requests.length, 1);
  await one.clock.advance(20);
  assertEquals(one.data, ["message a"]);
  await one.clock.advance(10_000);
  await one.done;
});

Deno.test("what is no event stream fails, and 204 ends it", async () => {
  const html = { status: 200, headers: { "content-type": "text/html" } };
  const similar = { status: 200, headers: { "content-type": "text/event-streams" } };
  for (const answer of [{ status: 404 }, { status: 200 }, html, similar]) {
    const one = listen([answer]);
    const error = await assertRejects(() => one.done, RemoteProtocolError);
    assertEquals(error.code, "NO_EVENT_STREAM");
  }
  const charset = { status: 200, headers: { "content-type": "Text/Event-Stream; charset=utf-8" } };
  const fine = listen([charset]);
  await fine.clock.advance(5_000);
  await fine.done;
  assertEquals(fine.requests.length, 2);
  await listen([{ status: 204 }]).done;
});

Deno.test("it gives up after so many tries in a row without an event", async () => {
  const one = listen([LOST, "data: a\n\n", LOST, LOST, "data: b\n\n"], { maxReconnects: 2 });
  await one.clock.advance(60_000);
  assertEquals(await assertRejects(() => one.done), LOST);
  assertEquals(one.data, ["message a"]);
  const other = new Error("not of the network");
  assertEquals(await assertRejects(() => listen([other]).done), other);
});

Deno.test("an event has a limit", async () => {
  const fits = listen([`data: ${"a".repeat(14)}\n\n`], { maxEventBytes: 20 });
  await fits.clock.advance(5_000);
  await fits.done;
  assertEquals(fits.data.length, 1);
  const one = listen([`data: ${"a".repeat(15)}\n\n`], { maxEventBytes: 20 });
  const error = await assertRejects(() => one.done, RemoteProtocolError, "larger than 20 bytes");
  assertEquals(error.code, "EVENT_TOO_LARGE");
});

Deno.test("it is closed without an error, and aborted with one", async () => {
  const closed = listen([LOST]);
  await closed.clock.settle();
  closed.stream.close();
  await closed.done;
  assertEquals([closed.timers.size, closed.clock.pending], [0, 0]);
  const controller = new AbortController();
  const aborted = listen([LOST], { signal: controller.signal });
  await aborted.clock.settle();
  controller.abort(new Error("enough"));
  await assertRejects(() => aborted.done, Error, "enough");
  const never = listen([LOST], { signal: AbortSignal.abort(new Error("never")) });
  await assertRejects(() => never.done, Error, "never");
  const ended = listen([LOST]);
  await ended.clock.settle();
  ended.timers.close();
  await assertRejects(() => ended.done, PoolClosedError);
});

Deno.test("it is read once, and its options are checked", async () => {
  const one = listen([{ status: 204 }]);
  await one.done;
  await assertRejects(() => one.stream[Symbol.asyncIterator]().next(), TypeError, "read already");
  for (const name of ["retry", "maxRetry", "maxReconnects", "maxEventBytes"]) {
    assertThrows(() => listen([], { [name]: 0 }), RangeError, name);
  }
});

Deno.test("client listens to a server, in memory", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const events = client.sse(`${URL_ROOT}/events`, { headers: { "x-a": "1" } })
      [Symbol.asyncIterator]();
    const first = events.next();
    const peer = await accept();
    const head = await peer.head();
    assertEquals(head.includes("accept: text/event-stream\r\n"), true);
    assertEquals(head.includes("x-a: 1\r\n"), true);
    await peer.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nid: 1\ndata: a\n\n");
    assertEquals((await first).value, { event: "message", data: "a", id: "1" });
    const second = events.next();
    peer.transport.close();
    await clock.advance(3_010);
    const again = await accept();
    assertEquals((await again.head()).includes("last-event-id: 1\r\n"), true);
    await again.send("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: b\n\n");
    assertEquals((await second).value, { event: "message", data: "b", id: "1" });
    await events.return();
  });
});

Deno.test("a server is waited for no longer than it may ask for", async () => {
  const endless = "9".repeat(400);
  const busy = { status: 503, headers: { "retry-after": endless } };
  for (const [options, limit] of [[{}, 3_600_000], [{ maxServerRetry: 60_000 }, 60_000]] as const) {
    const one = listen([busy, `retry: ${endless}\ndata: a\n\n`, "data: b\n\n"], options);
    for (const requests of [2, 3]) {
      await one.clock.advance(limit - 60);
      assertEquals(one.requests.length, requests - 1);
      await one.clock.advance(70);
      assertEquals(one.requests.length, requests);
    }
    one.stream.close();
    await one.done;
    assertEquals(one.data, ["message a", "message b"]);
  }
  assertThrows(() => listen([], { maxServerRetry: 0 }), RangeError, "maxServerRetry");
});
