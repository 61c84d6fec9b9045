import { sendStream } from "@avx/semantics/serving";
import { takeApart } from "@avx/semantics/web";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { exchange, RecordingSink } from "./serving_sink.ts";

async function send(
  response: Response,
  sink = new RecordingSink(),
  asked = exchange(),
): Promise<string[]> {
  void response.body; // from here on it is a stream, whatever the platform keeps of constants
  const parts = takeApart(response);
  await sendStream(sink, asked, parts, parts.body as ReadableStream<Uint8Array>);
  return sink.sent;
}

function source(
  ...chunks: unknown[]
): { stream: ReadableStream<Uint8Array>; cancelled: unknown[] } {
  const cancelled: unknown[] = [];
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (let i = 0; i < 20; i++) await null;
      const chunk = chunks.shift();
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk as Uint8Array);
    },
    cancel: (reason) => void cancelled.push(reason),
  }, { highWaterMark: 0 });
  return { stream, cancelled };
}

const A = new TextEncoder().encode("a");

Deno.test("a constant body of a native response is sent whole", async () => {
  assertEquals(await send(new Response("hello")), ["whole 200 hello"]);
  assertEquals(await send(new Response(new TextEncoder().encode("hello"))), ["whole 200 hello"]);
});

Deno.test("an empty stream is sent as an empty body", async () => {
  const empty = new ReadableStream({ start: (controller) => controller.close() });
  assertEquals(await send(new Response(empty)), ["whole 200 undefined"]);
  assertEquals(await send(new Response(source().stream)), ["head 200 undefined", "end"]);
});

Deno.test("the head does not wait for a first chunk that is not there yet", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  const sink = new RecordingSink();
  const sending = send(new Response(stream), sink);
  for (let jobs = 0; jobs < 50; jobs++) await null;
  assertEquals(sink.sent, ["head 200 undefined"]);
  controller.enqueue(A);
  controller.close();
  assertEquals(await sending, ["head 200 undefined", "data a", "end"]);
});

Deno.test("a stream that fails at once has no head out yet", async () => {
  const sink = new RecordingSink();
  const failing = new ReadableStream({ start: (controller) => controller.error(new Error("no")) });
  await assertRejects(() => send(new Response(failing), sink), Error, "no");
  assertEquals(sink.sent, []);
});

Deno.test("a stream is sent as it comes", async () => {
  assertEquals(await send(new Response(source(A, A).stream)), [
    "head 200 undefined",
    "data a",
    "data a",
    "end",
  ]);
});

Deno.test("a length that the response declares goes with the head", async () => {
  const headers = { "content-length": "2" };
  assertEquals(await send(new Response(source(A, A).stream, { headers })), [
    "head 200 2",
    "data a",
    "data a",
    "end",
  ]);
});

Deno.test("trailers keep a constant body from being sent whole", async () => {
  const asked = exchange();
  asked.setTrailers({ "x-a": "1" });
  assertEquals(await send(new Response("hello"), new RecordingSink(), asked), [
    "head 200 undefined",
    "data hello",
    "end",
  ]);
});

Deno.test("where no body may follow the stream is cancelled", async () => {
  const inits: HeadersInit[] = [{}, { "content-length": "1" }];
  for (const headers of inits) {
    const { stream, cancelled } = source(A);
    const sink = new RecordingSink();
    sink.takesBody = false;
    await send(new Response(stream, { headers }), sink, exchange({ method: "HEAD" }));
    assertEquals(sink.sent.length, 1);
    assertEquals(cancelled.length, 1);
  }
  const { stream, cancelled } = source(A, A);
  const sink = new RecordingSink();
  sink.takesBody = false;
  await send(new Response(stream), sink);
  assertEquals(sink.sent, ["head 200 undefined"]);
  assertEquals(cancelled.length, 1);
});

Deno.test("the next part waits until the peer has taken enough", async () => {
  let go = (): void => {};
  const sink = new RecordingSink();
  sink.onData = () => new Promise((resolve) => go = resolve);
  const sending = send(new Response(source(A, A).stream), sink);
  for (let i = 0; i < 200; i++) await null;
  assertEquals(sink.sent, ["head 200 undefined", "data a"]);
  sink.onData = () => undefined;
  go();
  assertEquals((await sending).at(-1), "end");
});

Deno.test("a stream that yields something else than bytes is refused and cancelled", async () => {
  const { stream, cancelled } = source("text");
  const response = { status: 200, statusText: "", lines: [], body: stream, upgrade: undefined };
  await assertRejects(
    () => sendStream(new RecordingSink(), exchange(), response, stream),
    TypeError,
    "must yield Uint8Array, got string",
  );
  assertEquals(cancelled.length, 1);
});

Deno.test("a connection that is lost stops the source", async () => {
  const { stream, cancelled } = source(A, A, A);
  const asked = exchange();
  const sink = new RecordingSink();
  sink.onData = () => {
    throw new Error("gone");
  };
  await assertRejects(() => send(new Response(stream), sink, asked), Error, "gone");
  assertEquals((cancelled[0] as Error).message, "gone");
});
