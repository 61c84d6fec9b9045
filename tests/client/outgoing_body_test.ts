import {
  isReplayable,
  type OutgoingBody,
  outgoingBody,
  type RequestBodyInit,
} from "../../client/outgoing_body.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

const decoder = new TextDecoder();

async function textOf(body: OutgoingBody): Promise<string> {
  if (body.bytes !== undefined) return decoder.decode(body.bytes);
  const reader = body.open!();
  let text = "";
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    text += decoder.decode(chunk);
  }
  return text;
}

function ready(init: RequestBodyInit): OutgoingBody {
  const body = outgoingBody(init);
  assert(!(body instanceof Promise));
  return body;
}

Deno.test("outgoing body takes text, bytes, buffers and views", async () => {
  const text = ready("grüß");
  assertEquals(text.length, 6);
  assertEquals(text.contentType, "text/plain;charset=UTF-8");
  assertEquals(await textOf(text), "grüß");
  const bytes = new TextEncoder().encode("abcd");
  assertEquals(ready(bytes).bytes, bytes);
  assertEquals(await textOf(ready(bytes.buffer)), "abcd");
  assertEquals(await textOf(ready(new DataView(bytes.buffer, 1, 2))), "bc");
  assertEquals(ready(bytes).contentType, undefined);
});

Deno.test("outgoing body encodes query parameters", async () => {
  const body = ready(new URLSearchParams({ a: "1 2" }));
  assertEquals(await textOf(body), "a=1+2");
  assertEquals(body.contentType, "application/x-www-form-urlencoded;charset=UTF-8");
});

Deno.test("outgoing body reads a blob as often as it is sent", async () => {
  const body = ready(new Blob(["abc"], { type: "text/css" }));
  assertEquals([body.length, body.contentType, body.replayable], [3, "text/css", true]);
  assertEquals(await textOf(body), "abc");
  assertEquals(await textOf(body), "abc");
  assertEquals(ready(new Blob(["abc"])).contentType, undefined);
});

Deno.test("outgoing body encodes a form with its boundary", async () => {
  const form = new FormData();
  form.append("name", "value");
  const body = await outgoingBody(form);
  const boundary = body.contentType?.match(/^multipart\/form-data; ?boundary=(.+)$/)?.[1];
  assert(boundary !== undefined);
  const text = await textOf(body);
  assert(text.startsWith(`--${boundary}\r\n`));
  assertEquals(body.length, text.length);
});

Deno.test("outgoing body pulls streams and iterables once", async () => {
  const stream = ready(new Blob(["abc"]).stream());
  assertEquals([stream.length, stream.replayable], [undefined, false]);
  assertEquals(await textOf(stream), "abc");
  async function* parts(): AsyncGenerator<Uint8Array | string> {
    yield "ab";
    yield await Promise.resolve(new TextEncoder().encode("c"));
  }
  assertEquals(await textOf(ready(parts())), "abc");
});

Deno.test("outgoing body cancels what it was pulling", async () => {
  let reason: unknown;
  const stream = new ReadableStream<Uint8Array>({ cancel: (given) => void (reason = given) });
  const body = ready(stream).open!();
  body.cancel("enough");
  await Promise.resolve();
  assertEquals(reason, "enough");
  let returned = false;
  const iterable: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => Promise.resolve({ value: "a", done: false }),
      return: () => {
        returned = true;
        return Promise.reject(new Error("nobody hears this"));
      },
    }),
  };
  const pulled = ready(iterable).open!();
  await pulled.read();
  pulled.cancel(undefined);
  assert(returned);
});

Deno.test("outgoing body refuses what it does not know", async () => {
  const locked = new Blob(["abc"]).stream();
  const reader = locked.getReader();
  assertThrows(() => outgoingBody(locked), TypeError, "locked");
  await reader.cancel();
  assertThrows(() => outgoingBody(5 as unknown as string), TypeError);
  assertThrows(() => outgoingBody({} as unknown as string), TypeError);
  const numbers = (async function* () {
    yield await Promise.resolve(5 as unknown as string);
  })();
  await assertRejects(() => ready(numbers).open!().read(), TypeError, "Uint8Array");
});

Deno.test("a function makes a stream anew each time it is sent", async () => {
  let made = 0;
  const streams = {
    stream: () => (made++, new Blob(["abc"]).stream()),
    iterable: async function* () {
      made++;
      yield await Promise.resolve("abc");
    },
  };
  for (const make of Object.values(streams)) {
    made = 0;
    assertEquals(isReplayable(make), true);
    const body = ready(make);
    assertEquals([body.replayable, body.bytes, body.length, made], [true, undefined, undefined, 0]);
    for (let time = 1; time <= 2; time++) {
      const opened = body.open!();
      assertEquals(new TextDecoder().decode(await opened.read()), "abc");
      assertEquals([await opened.read(), made], [undefined, time]);
    }
  }
  const nothing = ready((() => "text") as unknown as () => AsyncIterable<string>);
  assertThrows(() => nothing.open!(), TypeError, "made no stream");
});

Deno.test("what can be sent again is known before it is sent", () => {
  for (const body of ["a", new Uint8Array(1), new FormData(), new Blob(), new URLSearchParams()]) {
    assertEquals(isReplayable(body), true);
  }
  const iterable = (async function* () {})();
  for (const body of [new Blob().stream(), iterable]) assertEquals(isReplayable(body), false);
});
