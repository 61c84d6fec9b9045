import {
  type ClientResponse,
  type DeduplicationOptions,
  type InterceptedRequest,
  makeResponse,
  type ResponseParts,
} from "@avx/client";
import { AbortError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import { ManualClock } from "@avx/runtime/memory";
import { Deferred } from "@avx/runtime/deferred";
import { Timers } from "@avx/runtime/timers";
import { deduplication, deduplicationRules } from "../../../client/policy/deduplication.ts";
import { assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { arriving } from "../coded.ts";
import { asked, type AskedParts } from "./scene.ts";

const URL_TEXT = "http://a.example/";

/** Requests that are answered when a test says so. */
class Server {
  readonly clock = new ManualClock();
  readonly timers = new Timers(this.clock);
  readonly requests: InterceptedRequest[] = [];
  readonly #answers: Deferred<ClientResponse>[] = [];
  readonly #policy;

  constructor(options: boolean | DeduplicationOptions | undefined = true) {
    this.#policy = deduplication(deduplicationRules(options), this.timers);
  }

  ask(parts: AskedParts = {}, url = URL_TEXT): Promise<ClientResponse> {
    const response = this.#policy(asked(url, parts), (request) => {
      this.requests.push(request);
      const answer = new Deferred<ClientResponse>();
      this.#answers.push(answer);
      return answer.promise;
    });
    response.catch(() => {});
    return response;
  }

  answer(at: number, parts: ResponseParts): void {
    this.#answers[at].resolve(makeResponse(this.requests[at].url, parts));
  }

  fail(at: number, error: unknown): void {
    this.#answers[at].reject(error);
  }
}

Deno.test("what several want at the same time is asked for once", async () => {
  const server = new Server();
  const asks = [server.ask(), server.ask(), server.ask()];
  assertEquals(server.requests.length, 1);
  server.answer(0, { status: 201, headers: { a: "1" }, body: arriving(new Uint8Array(50), 20) });
  const responses = await Promise.all(asks);
  assertEquals(responses.map(({ status }) => status), [201, 201, 201]);
  const bodies = await Promise.all(responses.map(({ body }) => body.bytes()));
  bodies[0].fill(9);
  assertEquals(bodies.slice(1), [new Uint8Array(50), new Uint8Array(50)]);
  assertEquals(new Set(bodies.map(({ buffer }) => buffer)).size, 3);
});

Deno.test("who is alone gets the response as it comes", async () => {
  const server = new Server();
  const body = arriving(new Uint8Array(50), 20);
  const first = server.ask();
  server.answer(0, { body });
  const response = await first;
  assertEquals([response.body.used, body.released], [false, 0]);
  server.ask();
  assertEquals(server.requests.length, 2, "whoever comes after the head is the first again");
});

Deno.test("only what is the same is put together", () => {
  const different: [AskedParts, string?][] = [
    [{}],
    [{}, `${URL_TEXT}other`],
    [{ method: "HEAD" }],
    [{ headers: { a: "1" } }],
    [{ headers: { a: "2" } }],
    [{ redirect: "follow" }],
    [{ decompress: true }],
    [{ method: "POST" }],
    [{ method: "POST" }],
    [{ body: "a" }],
    [{ upgrade: "x" }],
    [{ socketPath: "/a" }],
    [{ onInformational: () => {} }],
    [{ deduplicate: false }],
  ];
  const server = new Server();
  for (const [parts, url] of different) server.ask(parts, url);
  assertEquals(server.requests.length, different.length);
  server.ask({ headers: [["A", "1"]] as [string, string][] });
  assertEquals(server.requests.length, different.length, "the case of names does not matter");
});

Deno.test("whom deduplication concerns is for the request to say, then for the client", () => {
  const cases: [boolean | undefined, boolean | undefined, number][] = [
    [undefined, undefined, 2],
    [undefined, false, 2],
    [undefined, true, 1],
    [true, false, 1],
    [false, true, 2],
  ];
  for (const [deduplicate, options, expected] of cases) {
    const server = new Server(options ?? false);
    server.ask({ deduplicate });
    server.ask({ deduplicate });
    assertEquals(server.requests.length, expected);
  }
});

Deno.test("a failure is everybody's", async () => {
  const server = new Server();
  const asks = [server.ask(), server.ask()];
  const lost = new NetworkError("Cannot read: connection reset");
  server.fail(0, lost);
  for (const one of asks) assertEquals(await assertRejects(() => one), lost);
  const broken = [server.ask(), server.ask()];
  server.answer(1, { body: arriving(new Uint8Array(50), 20, lost) });
  for (const one of broken) assertEquals(await assertRejects(() => one), lost);
});

Deno.test("what the first gives up is asked for again by the others, together", async () => {
  for (const error of [new Error("enough"), new TimeoutError("total", 5)]) {
    const server = new Server();
    const controller = new AbortController();
    const first = server.ask({ signal: controller.signal });
    const others = [server.ask(), server.ask()];
    if (!(error instanceof TimeoutError)) controller.abort(error);
    server.fail(0, error);
    assertEquals(await assertRejects(() => first), error);
    await server.clock.settle();
    assertEquals(server.requests.length, 2);
    server.answer(1, { body: "abc" });
    for (const one of others) assertEquals(await (await one).body.text(), "abc");
  }
});

Deno.test("who waits can give up alone", async () => {
  const server = new Server();
  const controller = new AbortController();
  const first = server.ask();
  const second = server.ask({ signal: controller.signal });
  const third = server.ask({ timeout: 100 });
  const late = server.ask({ signal: AbortSignal.abort(new AbortError("never")) });
  await assertRejects(() => late, AbortError, "never");
  controller.abort(new Error("enough"));
  await assertRejects(() => second, Error, "enough");
  await server.clock.advance(110);
  const error = await assertRejects(() => third, TimeoutError);
  assertEquals([error.phase, error.timeoutMs], ["total", 100]);
  assertEquals(server.timers.size, 0);
  server.answer(0, { body: "abc" });
  assertEquals(await (await first).body.text(), "abc");
});

Deno.test("a body that is too long for all, or endless, is the first's, and each asks for itself", async () => {
  const long = () => arriving(new Uint8Array(101), 30);
  const cases: ResponseParts[] = [
    { body: long() },
    { body: { ...long(), declaredLength: undefined } },
    { body: "data", headers: { "content-type": "text/event-stream; charset=utf-8" } },
  ];
  for (const parts of cases) {
    const server = new Server({ maxBytes: 100 });
    const [first, second, third] = [server.ask(), server.ask(), server.ask()];
    server.answer(0, parts);
    const response = await first;
    await server.clock.settle();
    assertEquals(server.requests.length, 3);
    assertEquals((await response.body.bytes()).length, typeof parts.body === "string" ? 4 : 101);
    server.answer(1, { body: "b" });
    server.answer(2, { body: "c" });
    assertEquals([await (await second).body.text(), await (await third).body.text()], ["b", "c"]);
  }
  const server = new Server({ maxBytes: 101 });
  const asks = [server.ask(), server.ask()];
  server.answer(0, { body: long() });
  for (const one of asks) assertEquals((await (await one).body.bytes()).length, 101);
  assertEquals(server.requests.length, 1);
});

Deno.test("options of deduplication are checked", () => {
  assertEquals(deduplicationRules(true).maxBytes, 1_048_576);
  assertThrows(() => deduplicationRules({ maxBytes: -1 }), RangeError, "maxBytes");
});

Deno.test("who cannot even ask leaves nobody waiting", async () => {
  const timers = new Timers(new ManualClock());
  const policy = deduplication(deduplicationRules(true), timers);
  const broken = () => {
    throw new TypeError("Cannot ask");
  };
  assertThrows(() => policy(asked(URL_TEXT), broken), TypeError);
  const next = () => Promise.resolve(makeResponse(URL_TEXT, { body: "asked" }));
  assertEquals(await (await policy(asked(URL_TEXT), next)).body.text(), "asked");
});
