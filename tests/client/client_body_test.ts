import { ClientBody } from "../../client/client_body.ts";
import type { BodySource } from "@avx/semantics/body-source";
import { BodyTooLargeError } from "@avx/semantics/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

const encoder = new TextEncoder();

interface Source extends BodySource {
  readonly cancelled: unknown[];
}

function sourceOf(parts: string[], declaredLength?: number): Source {
  const chunks = parts.map((part) => encoder.encode(part));
  const cancelled: unknown[] = [];
  return {
    declaredLength,
    cancelled,
    trailers: new FieldList(["x-sum", "1"]),
    // Every second chunk comes with a promise.
    pull: () => chunks.length % 2 === 0 ? chunks.shift() : Promise.resolve(chunks.shift()),
    cancel: (reason) => void cancelled.push(reason),
  };
}

function whole(text: string): ClientBody {
  const segment = encoder.encode(`before${text}after`);
  const bytes = segment.subarray(6, 6 + encoder.encode(text).length);
  return new ClientBody(bytes, new FieldList(["x-sum", "2"]));
}

Deno.test("client body gives bytes, text and JSON of what came whole", async () => {
  assertEquals(await whole("grüß").text(), "grüß");
  assertEquals(await whole('{"a":1}').json(), { a: 1 });
  const bytes = await whole("abc").bytes();
  assertEquals(bytes, encoder.encode("abc"));
  assertEquals(bytes.buffer.byteLength, 3, "shows no neighbours");
  assertEquals(whole("abc").declaredLength, 3);
  assertEquals(whole("abc").trailers?.get("x-sum"), "2");
});

Deno.test("client body gives bytes, text and JSON of what arrives in parts", async () => {
  assertEquals(await new ClientBody(sourceOf(["a", "b", "c"]), undefined).text(), "abc");
  assertEquals(await new ClientBody(sourceOf(["[1", "]"]), undefined).json(), [1]);
  assertEquals(
    await new ClientBody(sourceOf(["abc"], 3), undefined).bytes(),
    encoder.encode("abc"),
  );
  const body = new ClientBody(sourceOf([], 7), undefined);
  assertEquals(body.declaredLength, 7);
  assertEquals(body.trailers?.get("x-sum"), "1");
});

Deno.test("client body of a message without one is empty", async () => {
  assertEquals(await new ClientBody(undefined, undefined).text(), "");
  assertEquals((await new ClientBody(undefined, undefined).bytes()).length, 0);
  for await (const _ of new ClientBody(undefined, undefined)) assert(false);
  assertEquals(new ClientBody(undefined, undefined).whole()?.length, 0);
});

Deno.test("client body is read once", async () => {
  const body = whole("abc");
  assertEquals(body.used, false);
  await body.text();
  assertEquals(body.used, true);
  await assertRejects(() => body.text(), TypeError, "read already");
  assertThrows(() => body.stream(), TypeError);
  assertEquals(body.whole(), undefined);
});

Deno.test("client body refuses more than its reader wants", async () => {
  await assertRejects(() => whole("abcd").text({ maxBytes: 3 }), BodyTooLargeError);
  const declared = sourceOf(["abcd"], 4);
  const early = new ClientBody(declared, undefined);
  await assertRejects(() => early.bytes({ maxBytes: 3 }), BodyTooLargeError);
  assertEquals(declared.cancelled.length, 1);
  const source = sourceOf(["ab", "cd", "ef"]);
  const late = new ClientBody(source, undefined);
  await assertRejects(() => late.json({ maxBytes: 3 }), BodyTooLargeError);
  assert(source.cancelled[0] instanceof BodyTooLargeError);
});

Deno.test("client body can be iterated, and left early", async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of new ClientBody(sourceOf(["a", "b"]), undefined)) chunks.push(chunk);
  assertEquals(chunks, [encoder.encode("a"), encoder.encode("b")]);
  for await (const chunk of whole("abc")) assertEquals(chunk, encoder.encode("abc"));
  const source = sourceOf(["a", "b"]);
  for await (const _ of new ClientBody(source, undefined)) break;
  assertEquals(source.cancelled.length, 1);
});

Deno.test("client body is a stream", async () => {
  assertEquals(await new Response(whole("abc").stream()).text(), "abc");
  assertEquals(
    await new Response(new ClientBody(sourceOf(["a", "b"]), undefined).stream()).text(),
    "ab",
  );
  assertEquals(await new Response(new ClientBody(undefined, undefined).stream()).text(), "");
  await whole("abc").stream().cancel();
});

Deno.test("client body can be given up", () => {
  const source = sourceOf(["a"]);
  const body = new ClientBody(source, undefined);
  body.cancel("why");
  assertEquals(source.cancelled, ["why"]);
  assertThrows(() => body.stream(), TypeError);
  whole("abc").cancel();
});

Deno.test("a body's source is there once, for one that is whole as well", () => {
  const body = new ClientBody(new Uint8Array([1, 2]), undefined);
  const source = body.source();
  assertEquals([source.declaredLength, source.pull()], [2, new Uint8Array([1, 2])]);
  assertEquals(source.pull(), undefined);
  assertThrows(() => body.source(), TypeError, "read already");
  assertEquals(new ClientBody(undefined, undefined).source().pull(), undefined);
});

Deno.test("the source of a body that is there as a whole has its trailers", () => {
  const trailers = new FieldList(["t", "1"]);
  assertEquals(new ClientBody(new Uint8Array(3), trailers).source().trailers, trailers);
  assertEquals(new ClientBody(undefined, trailers).source().trailers, trailers);
});
