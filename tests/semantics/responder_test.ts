import { Responder, type ResponderOptions } from "@avx/semantics/serving";
import { stream, takeApart, text, upgradeConnection } from "@avx/semantics/web";
import { TimeoutError } from "@avx/runtime/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { assertEquals, assertInstanceOf, assertRejects } from "../support/assert.ts";
import { exchange, RecordingSink } from "./serving_sink.ts";

function responder(options: Partial<ResponderOptions>) {
  const sink = new RecordingSink();
  const errors: unknown[] = [];
  const made = new Responder({
    handler: () => text("ok"),
    onError: (error) => {
      errors.push(error);
      return text("failed", { status: 500 });
    },
    handlerMs: Infinity,
    ...options,
  }, sink);
  sink.onReady = (exchange, parts) => made.send(exchange, parts);
  return { sink, errors, responder: made };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await null;
}

Deno.test("a handler that answers at once is answered for at once", () => {
  const { sink, responder: made } = responder({});
  made.begin(exchange(), 0);
  assertEquals(sink.sent, ["whole 200 ok"]);
});

Deno.test("a handler that answers later is answered for then", async () => {
  const { sink, responder: made } = responder({
    handler: () => Promise.resolve(text("later")),
    handlerMs: 100,
  });
  const asked = exchange();
  made.begin(asked, 50);
  assertEquals(asked.answerBy, 150);
  assertEquals(sink.sent, []);
  await settle();
  assertEquals(sink.sent, ["whole 200 later"]);
});

Deno.test("anything with a then is awaited", async () => {
  const thenable = { then: (done: (response: Response) => void) => done(text("thenable")) };
  const { sink, responder: made } = responder({
    handler: () => thenable as unknown as Promise<Response>,
  });
  made.begin(exchange(), 0);
  await settle();
  assertEquals(sink.sent, ["whole 200 thenable"]);
});

Deno.test("a handler that fails is answered for by onError", async () => {
  const cause = new Error("handler");
  for (
    const handler of [
      () => {
        throw cause;
      },
      () => Promise.reject(cause),
      () => undefined as unknown as Response,
      () => text("x", { headers: { "bad name": "1" } }),
    ]
  ) {
    const { sink, errors, responder: made } = responder({ handler });
    made.begin(exchange(), 0);
    await settle();
    assertEquals(sink.sent, ["whole 500 failed"]);
    assertEquals(errors.length, 1);
  }
});

Deno.test("an onError that answers later is waited for", async () => {
  const { sink, responder: made } = responder({
    handler: () => Promise.reject(new Error("x")),
    onError: () => Promise.resolve(text("sorry", { status: 502 })),
  });
  made.begin(exchange(), 0);
  await settle();
  assertEquals(sink.sent, ["whole 502 sorry"]);
});

Deno.test("an onError that fails itself leaves the plain 500", async () => {
  for (
    const onError of [
      () => {
        throw new Error("again");
      },
      () => Promise.reject(new Error("again")),
      () => text("x", { headers: { "bad name": "1" } }),
    ]
  ) {
    const { sink, responder: made } = responder({
      handler: () => Promise.reject(new Error("x")),
      onError,
    });
    made.begin(exchange(), 0);
    await settle();
    assertEquals(sink.sent, ["whole 500 Internal Server Error"]);
  }
});

Deno.test("a stream that fails behind its head is aborted, and onError told", async () => {
  const { sink, errors, responder: made } = responder({
    handler: () =>
      stream(
        (async function* () {
          yield new TextEncoder().encode("a");
          for (let i = 0; i < 20; i++) await null;
          throw new Error("broke");
        })(),
      ),
  });
  made.begin(exchange(), 0);
  await settle();
  await settle();
  assertEquals(sink.sent, ["head 200 undefined", "data a", "abort broke"]);
  assertEquals(errors.length, 1);
});

Deno.test("a handler that takes too long is answered for with 503, and its own answer dropped", async () => {
  let answer = (_response: Response): void => {};
  let cancelled = false;
  const { sink, responder: made } = responder({
    handler: () => new Promise((resolve) => answer = resolve),
    handlerMs: 100,
  });
  const asked = exchange();
  made.begin(asked, 0);
  made.expire(asked);
  assertEquals(sink.sent, ["whole 503 Service Unavailable"]);
  assertInstanceOf(asked.signal.reason, TimeoutError);
  answer(new Response(new ReadableStream({ cancel: () => void (cancelled = true) })));
  await settle();
  assertEquals(cancelled, true);
  assertEquals(sink.sent.length, 1);
});

Deno.test("an answer to an exchange that is lost is dropped", async () => {
  let answer = (_response: Response): void => {};
  const { sink, responder: made } = responder({
    handler: () => new Promise((resolve) => answer = resolve),
  });
  const asked = exchange({ fields: new FieldList(["upgrade", "echo"]) });
  made.begin(asked, 0);
  sink.lost = true;
  const { lazyRequest } = await import("@avx/semantics/web");
  const { response, connection } = upgradeConnection(lazyRequest(asked), { protocol: "echo" });
  answer(response);
  await assertRejects(() => connection, Error, "lost");
  assertEquals(sink.sent, []);
});

Deno.test("an upgrade goes its own way", () => {
  let taker: unknown;
  const { sink, responder: made } = responder({
    handler: (request) => {
      const { response } = upgradeConnection(request, { protocol: "echo" });
      taker = takeApart(response).upgrade;
      return response;
    },
  });
  made.begin(exchange({ fields: new FieldList(["upgrade", "echo"]) }), 0);
  assertEquals(sink.sent, ["upgrade 101"]);
  assertEquals(taker === undefined, false);
});
