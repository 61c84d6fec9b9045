import { AbortError, NetworkError } from "@avx/runtime/errors";
import { IncomingBody } from "@avx/semantics/body";
import type { BodySource } from "@avx/semantics/body-source";
import { BodyTooLargeError } from "@avx/semantics/errors";
import { EMPTY_FIELDS } from "@avx/semantics/field-lines";
import fc from "fast-check";
import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";

const encoder = new TextEncoder();

/** A body in memory, which answers with and without promises by turns. */
class ScriptedSource implements BodySource {
  readonly declaredLength: number | undefined;
  readonly trailers = EMPTY_FIELDS;
  readonly cancelled: unknown[] = [];
  pulls = 0;
  readonly #chunks: (Uint8Array | Error)[];

  constructor(chunks: readonly (string | Uint8Array | Error)[], declaredLength?: number) {
    this.#chunks = chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk);
    this.declaredLength = declaredLength;
  }

  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const chunk = this.#chunks.shift();
    if (chunk instanceof Error) return Promise.reject(chunk);
    return this.pulls++ % 2 === 0 ? Promise.resolve(chunk) : chunk;
  }

  cancel(reason?: unknown): void {
    this.cancelled.push(reason);
  }
}

async function collect(body: IncomingBody): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of body) chunks.push(new TextDecoder().decode(chunk));
  return chunks;
}

Deno.test("a body is read whole as bytes", async () => {
  const body = new IncomingBody(new ScriptedSource(["ab", "c", "def"]));
  assertEquals(body.used, false);
  assertEquals(await body.bytes(), encoder.encode("abcdef"));
  assertEquals(body.used, true);
});

Deno.test("bytes() share their buffer with nothing", async () => {
  const segment = encoder.encode("secret|mine|secret");
  const bytes = await new IncomingBody(new ScriptedSource([segment.subarray(7, 11)])).bytes();
  assertEquals(bytes, encoder.encode("mine"));
  assertEquals(bytes.buffer.byteLength, 4);
  assertNotStrictEquals(bytes.buffer, segment.buffer);
});

Deno.test("bytes() do not copy a single chunk that is all of its buffer", async () => {
  const chunk = encoder.encode("whole").slice();
  assertStrictEquals(await new IncomingBody(new ScriptedSource([chunk])).bytes(), chunk);
});

Deno.test("bytes() copy out of shared memory", async () => {
  const chunk = new Uint8Array(new SharedArrayBuffer(2));
  const bytes = await new IncomingBody(new ScriptedSource([chunk])).bytes();
  assert(bytes.buffer instanceof ArrayBuffer);
});

Deno.test("a body is read as text, whatever its splitting", async () => {
  const property = fc.asyncProperty(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.array(fc.nat(20)),
    async (text, cuts) => {
      // A lone surrogate does not survive UTF-8, and a mark at the start is removed.
      const expected = new TextDecoder().decode(encoder.encode(text));
      let rest = encoder.encode(text);
      const chunks: Uint8Array[] = [];
      for (const cut of cuts) {
        if (cut === 0 || cut >= rest.length) continue;
        chunks.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      if (rest.length > 0) chunks.push(rest);
      assertEquals(await new IncomingBody(new ScriptedSource(chunks)).text(), expected);
    },
  );
  await fc.assert(property);
});

Deno.test("a body is read as JSON, and fails as JSON.parse does", async () => {
  assertEquals(await new IncomingBody(new ScriptedSource(['{"a":', "[1]}"])).json(), { a: [1] });
  assertEquals(await new IncomingBody(new ScriptedSource(["\ufeff1"])).json(), 1);
  await assertRejects(() => new IncomingBody(new ScriptedSource(["{"])).json(), SyntaxError);
  await assertRejects(() => new IncomingBody(undefined).json(), SyntaxError);
});

Deno.test("a body is read chunk by chunk, each when it is asked for", async () => {
  const source = new ScriptedSource(["a", "b", "c"]);
  const iterator = new IncomingBody(source)[Symbol.asyncIterator]();
  assertEquals(source.pulls, 0);
  assertEquals((await iterator.next()).value, encoder.encode("a"));
  assertEquals(source.pulls, 1);
  await iterator.next();
  await iterator.next();
  assertEquals((await iterator.next()).done, true);
  assertEquals(source.cancelled, []);
});

Deno.test("leaving the loop early gives the rest up", async () => {
  const source = new ScriptedSource(["a", "b"]);
  const body = new IncomingBody(source);
  for await (const _ of body) break;
  assertEquals(source.cancelled, [undefined]);
  await assertRejects(() => body.text(), TypeError, "can be read only once");
});

Deno.test("a body is read only once", async () => {
  const body = new IncomingBody(new ScriptedSource(["a"]));
  await body.text();
  await assertRejects(() => body.bytes(), TypeError, "can be read only once");
  await assertRejects(() => body.json(), TypeError, "can be read only once");
  await assertRejects(() => collect(body), TypeError, "can be read only once");
});

Deno.test("a second reader is refused while the first one reads, which goes on", async () => {
  const body = new IncomingBody(new ScriptedSource(["a", "b"]));
  const first = body.text();
  await assertRejects(() => body.text(), TypeError);
  assertEquals(await first, "ab");
});

Deno.test("a message without a body has an empty one, again and again", async () => {
  const body = new IncomingBody(undefined, { maxBytes: 0 });
  assertEquals(await body.text(), "");
  assertEquals(await body.bytes(), new Uint8Array());
  assertEquals(await collect(body), []);
  body.cancel();
  assertEquals(body.used, false);
  assertEquals(body.declaredLength, 0);
  assertEquals(body.trailers, undefined);
});

Deno.test("an empty body that was announced is used like any other", async () => {
  const source = new ScriptedSource([], 0);
  const body = new IncomingBody(source);
  assertEquals(body.declaredLength, 0);
  assertEquals(await body.text(), "");
  assertEquals(body.used, true);
  assertStrictEquals(body.trailers, EMPTY_FIELDS);
});

Deno.test("a body of exactly the limit is read", async () => {
  for (const declared of [6, undefined]) {
    const source = new ScriptedSource(["abc", "def"], declared);
    assertEquals(await new IncomingBody(source, { maxBytes: 6 }).text(), "abcdef");
    assertEquals(source.cancelled, []);
    const chunks = new IncomingBody(new ScriptedSource(["abc", "def"], declared), { maxBytes: 6 });
    assertEquals(await collect(chunks), ["abc", "def"]);
  }
});

Deno.test("a body one byte above the limit is refused and given up", async () => {
  const source = new ScriptedSource(["abc", "def", "ghi"]);
  const error = await assertRejects(
    () => new IncomingBody(source, { maxBytes: 5 }).text(),
    BodyTooLargeError,
  );
  assertEquals(error.limitBytes, 5);
  assertEquals(source.pulls, 2);
  assertEquals(source.cancelled, [error]);
});

Deno.test("a declared length above the limit is refused before the first byte", async () => {
  const source = new ScriptedSource(["abc"], 6);
  const body = new IncomingBody(source, { maxBytes: 5 });
  const error = await assertRejects(() => body.text(), BodyTooLargeError);
  assertEquals(source.pulls, 0);
  assertEquals(source.cancelled, [error]);
  await assertRejects(() => body.text(), TypeError);
});

Deno.test("the limit holds for single chunks too", async () => {
  const source = new ScriptedSource(["abc", "def"]);
  const chunks: number[] = [];
  const error = await assertRejects(async () => {
    for await (const chunk of new IncomingBody(source, { maxBytes: 3 })) chunks.push(chunk.length);
  }, BodyTooLargeError);
  assertEquals(chunks, [3]);
  assertEquals(source.cancelled, [error]);

  const declared = new ScriptedSource(["a"], 4);
  await assertRejects(
    () => collect(new IncomingBody(declared, { maxBytes: 3 })),
    BodyTooLargeError,
  );
  assertEquals(declared.pulls, 0);
});

Deno.test("a limit must be a number of 0 or more", () => {
  for (const maxBytes of [-1, NaN]) {
    assertThrows(() => new IncomingBody(undefined, { maxBytes }), RangeError, "0 or more");
  }
});

Deno.test("what the source fails with comes through", async () => {
  const failure = new NetworkError("reset");
  const read = await assertRejects(
    () => new IncomingBody(new ScriptedSource(["a", failure])).bytes(),
    NetworkError,
  );
  assertStrictEquals(read, failure);
  const looped = await assertRejects(
    () => collect(new IncomingBody(new ScriptedSource(["a", failure]))),
    NetworkError,
  );
  assertStrictEquals(looped, failure);
});

Deno.test("cancel() before reading uses the body up, once", async () => {
  const source = new ScriptedSource(["a"]);
  const body = new IncomingBody(source);
  body.cancel("why");
  body.cancel("again");
  assertEquals(source.cancelled, ["why"]);
  assertEquals(body.used, true);
  await assertRejects(() => body.text(), TypeError);
});

Deno.test("cancel() after the end does nothing", async () => {
  const source = new ScriptedSource(["a"]);
  const body = new IncomingBody(source);
  await body.text();
  body.cancel();
  assertEquals(source.cancelled, []);
});

Deno.test("cancel() while reading is an error and not the end of the body", async () => {
  for (const read of [(body: IncomingBody) => body.text(), collect]) {
    const body = new IncomingBody(new ScriptedSource(["a"]));
    const reading = read(body);
    body.cancel();
    await assertRejects(() => reading as Promise<unknown>, AbortError, "The body was cancelled");
  }
});
