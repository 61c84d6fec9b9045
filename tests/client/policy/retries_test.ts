import type { ClientResponse, RetryOptions } from "@avx/client";
import {
  AbortError,
  ConnectError,
  NetworkError,
  TimeoutError,
  type TimeoutPhase,
  TlsError,
} from "@avx/runtime/errors";
import { ManualClock } from "@avx/runtime/memory";
import type { RequestRetried } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import { PoolClosedError, ProxyError, RemoteProtocolError } from "@avx/semantics/errors";
import { mayRetry, retries, retryRules } from "../../../client/policy/retries.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { onStage, URL_ROOT } from "../stage.ts";
import { type Answer, asked, type AskedParts, type Script, script } from "./scene.ts";

const BUSY = { status: 503 };
const LOST = new NetworkError("Cannot read: connection reset");
const PLAIN: RetryOptions = { backoff: { initialMs: 100, jitter: 0 } };

interface Series extends Script {
  readonly clock: ManualClock;
  readonly timers: Timers;
  readonly events: RequestRetried[];
  readonly response: Promise<ClientResponse>;
}

/** Asks once, and lets time pass until it is answered. */
function series(
  answers: readonly Answer[],
  parts: AskedParts = {},
  options: RetryOptions | boolean | undefined = PLAIN,
): Series {
  const clock = new ManualClock({ wallMs: Date.UTC(2024, 0, 1) });
  const timers = new Timers(clock);
  const server = script(...answers);
  const events: RequestRetried[] = [];
  const observer = { "request.retry": (event: RequestRetried) => void events.push(event) };
  const policy = retries(retryRules(options), { clock, timers, observer });
  const response = policy(asked("http://a.example/p?secret", parts), server.next);
  response.catch(() => {});
  return { ...server, clock, timers, events, response };
}

async function statusAfter(ms: number, one: Series): Promise<number> {
  await one.clock.advance(ms);
  const { status } = await one.response;
  assertEquals(one.timers.size, 0);
  return status;
}

Deno.test("what failed is sent again, after pauses that grow", async () => {
  const one = series([BUSY, LOST, {}]);
  await one.clock.advance(99);
  assertEquals(one.requests.length, 1);
  await one.clock.advance(5);
  assertEquals(one.requests.length, 2);
  assertEquals(await statusAfter(210, one), 200);
  assertEquals(one.events, [
    {
      origin: "http://a.example",
      method: "GET",
      tries: 1,
      status: 503,
      error: undefined,
      pauseMs: 100,
    },
    { origin: "http://a.example", method: "GET", tries: 2, status: 0, error: LOST, pauseMs: 200 },
  ]);
  assertEquals(one.responses.map(({ body }) => body.used), [true, false]);
});

Deno.test("after the last try, what came of it is the caller's", async () => {
  const busy = series([BUSY]);
  assertEquals(await statusAfter(10_000, busy), 503);
  assertEquals([busy.requests.length, busy.responses[2].body.used], [3, false]);
  const lost = series([LOST], {}, { ...PLAIN, max: 1 });
  await lost.clock.advance(10_000);
  assertEquals(await assertRejects(() => lost.response), LOST);
  assertEquals(lost.requests.length, 2);
  const never = series([LOST], {}, { ...PLAIN, max: 0 });
  assertEquals(await assertRejects(() => never.response), LOST);
});

Deno.test("whom retries concern is for the request to say, then for the client", async () => {
  const cases: [boolean | undefined, RetryOptions | boolean | undefined, number][] = [
    [undefined, undefined, 1],
    [undefined, false, 1],
    [undefined, true, 2],
    [undefined, PLAIN, 2],
    [false, PLAIN, 1],
    [true, undefined, 2],
    [true, false, 2],
  ];
  for (const [retry, options, expected] of cases) {
    const one = series([BUSY, {}], { retry }, options ?? (false as boolean));
    await one.clock.advance(1_000);
    await one.response;
    assertEquals(one.requests.length, expected);
  }
});

Deno.test("only what can be repeated is, and only after what may pass", () => {
  const timeout = (phase: TimeoutPhase) => new TimeoutError(phase, 1);
  const get = asked(URL_ROOT);
  const post = asked(URL_ROOT, { method: "POST", body: "a" });
  const streamed = asked(URL_ROOT, { method: "PUT", body: new Blob(["a"]).stream() });
  const vouched = asked(URL_ROOT, { method: "POST", idempotent: true });
  const keyed = asked(URL_ROOT, { method: "POST", headers: { "Idempotency-Key": "1" } });
  const once = asked(URL_ROOT, { idempotent: false });
  const cases: [unknown, string][] = [
    [new ConnectError(""), "get post vouched keyed once"],
    [new ProxyError(""), "get post vouched keyed once"],
    [new ProxyError("", { code: "PROXY_AUTHENTICATION_REQUIRED" }), ""],
    [timeout("dns"), "get post vouched keyed once"],
    [timeout("connect"), "get post vouched keyed once"],
    [timeout("tls"), "get post vouched keyed once"],
    [timeout("request"), "get vouched keyed"],
    [timeout("headers"), "get vouched keyed"],
    [LOST, "get vouched keyed"],
    [timeout("pool"), ""],
    [timeout("body"), ""],
    [timeout("total"), ""],
    [new TlsError(""), ""],
    [new AbortError(), ""],
    [new PoolClosedError(), ""],
    [new RemoteProtocolError(""), ""],
    [new TypeError(), ""],
  ];
  const all = { get, post, streamed, vouched, keyed, once };
  for (const [error, expected] of cases) {
    const retried = Object.entries(all)
      .filter(([, request]) => mayRetry(request, { error }, retryRules(true)))
      .map(([name]) => name).join(" ");
    assertEquals(retried, expected, String(error));
  }
  const aborted = asked(URL_ROOT, { signal: AbortSignal.abort() });
  assertEquals(mayRetry(aborted, { error: LOST }, retryRules(true)), false);
});

Deno.test("responses are asked for again by status", async () => {
  for (const status of [408, 429, 502, 503, 504]) {
    assertEquals(await statusAfter(200, series([{ status }, {}])), 200);
  }
  for (const status of [200, 301, 400, 404, 425, 500, 501]) {
    assertEquals(await statusAfter(200, series([{ status }, {}])), status === 200 ? 200 : status);
  }
  assertEquals(
    await statusAfter(200, series([{ status: 500 }, {}], {}, { ...PLAIN, statuses: [500] })),
    200,
  );
  assertEquals(await statusAfter(200, series([BUSY, {}], { method: "POST" })), 503);
});

Deno.test("a server that says when is left alone until then, within the limit", async () => {
  const later = (value: string): Answer => ({ status: 429, headers: { "retry-after": value } });
  const seconds = series([later("3"), {}]);
  await seconds.clock.advance(2_999);
  assertEquals(seconds.requests.length, 1);
  assertEquals(await statusAfter(10, seconds), 200);
  const date = series([later("Mon, 01 Jan 2024 00:00:05 GMT"), {}]);
  await date.clock.advance(4_990);
  assertEquals(date.requests.length, 1);
  assertEquals(await statusAfter(20, date), 200);
  // It makes a pause longer, not shorter; what is malformed does nothing.
  for (const value of ["0", "Sun, 31 Dec 2023 00:00:00 GMT", "soon"]) {
    const one = series([later(value), {}]);
    await one.clock.advance(90);
    assertEquals(one.requests.length, 1);
    assertEquals(await statusAfter(20, one), 200);
  }
  assertEquals(await statusAfter(60_010, series([later("60"), {}])), 200);
  assertEquals(await statusAfter(0, series([later("61"), {}])), 429);
  assertEquals(
    await statusAfter(0, series([later("3"), {}], {}, { ...PLAIN, maxRetryAfter: 2_999 })),
    429,
  );
});

Deno.test("no pause is longer than the time that is left", async () => {
  assertEquals(await statusAfter(0, series([BUSY, {}], { timeout: 100 })), 503);
  assertEquals(await statusAfter(110, series([BUSY, {}], { timeout: 101 })), 200);
});

Deno.test("a pause ends with the signal, and with the client", async () => {
  const controller = new AbortController();
  const one = series([BUSY, {}], { signal: controller.signal });
  await one.clock.advance(10);
  controller.abort(new Error("enough"));
  await assertRejects(() => one.response, Error, "enough");
  assertEquals([one.timers.size, one.clock.pending], [0, 0]);
  const two = series([BUSY, {}]);
  await two.clock.advance(10);
  two.timers.close();
  await assertRejects(() => two.response, PoolClosedError);
});

Deno.test("a client spends its budget of retries and then waits until it has filled", async () => {
  const clock = new ManualClock();
  const context = { clock, timers: new Timers(clock), observer: undefined };
  const options = { ...PLAIN, max: 100, budget: { burst: 3, ratio: 0.5 } };
  const policy = retries(retryRules(options), context);
  const server = script(BUSY);
  const ask = async (): Promise<number> => {
    const before = server.requests.length;
    const response = policy(asked(URL_ROOT), server.next);
    await clock.advance(60_000);
    assertEquals((await response).status, 503);
    return server.requests.length - before;
  };
  assertEquals([await ask(), await ask(), await ask(), await ask()], [4, 1, 2, 1]);
});

Deno.test("each try has fields of its own", async () => {
  const clock = new ManualClock();
  const policy = retries(retryRules(PLAIN), {
    clock,
    timers: new Timers(clock),
    observer: undefined,
  });
  const server = script(BUSY, {});
  const response = policy(asked(URL_ROOT), (request) => {
    request.headers.append("x-try", "1");
    return server.next(request);
  });
  await clock.advance(200);
  await response;
  assertEquals(server.requests.map(({ headers }) => headers.get("x-try")), ["1", "1"]);
});

Deno.test("options of retries are checked", () => {
  assertEquals(retryRules(undefined).max, 2);
  for (const max of [-1, 1.5, NaN]) assertThrows(() => retryRules({ max }), RangeError, "max");
  assertThrows(() => retryRules({ maxRetryAfter: -1 }), RangeError, "maxRetryAfter");
  assertThrows(() => retryRules({ backoff: { factor: 0 } }), RangeError, "factor");
  assertThrows(() => retryRules({ budget: { burst: 0 } }), RangeError, "burst");
});

Deno.test("client sends again over a fresh connection, in memory, and tells its observer", async () => {
  const events: RequestRetried[] = [];
  const observer = { "request.retry": (event: RequestRetried) => void events.push(event) };
  await onStage(async ({ client, accept, clock }) => {
    const sent = client.request(URL_ROOT, { method: "PUT", body: "abc", retry: true });
    const first = await accept();
    await first.head();
    first.transport.close();
    await clock.advance(200);
    const second = await accept();
    await second.head();
    assertEquals(await second.read(3), "abc");
    await second.send("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n");
    await clock.advance(500);
    await second.head();
    await second.read(3);
    await second.answer("at last");
    const response = await sent;
    assertEquals(await response.body.text(), "at last");
    assert(client.stats().idle === 1);
    assertEquals(events.map(({ tries, status }) => [tries, status]), [[1, 0], [2, 503]]);
  }, { observer });
});
