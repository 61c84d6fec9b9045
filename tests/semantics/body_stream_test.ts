import { bodyStream } from "@avx/semantics/web";
import { assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";
import { scriptedBody } from "../support/request_source.ts";

Deno.test("a body stream pulls a chunk only when its reader wants one", async () => {
  let pulls = 0;
  const body = scriptedBody("a", "b");
  const stream = bodyStream({
    ...body,
    pull: () => {
      pulls++;
      return body.pull();
    },
  });
  await Promise.resolve();
  assertEquals(pulls, 0);
  const reader = stream.getReader();
  await reader.read();
  assertEquals(pulls, 1);
  await reader.read();
  assertEquals((await reader.read()).done, true);
});

Deno.test("a chunk of a body stream does not take its neighbours' memory away", async () => {
  const segment = new Uint8Array([1, 2, 3, 4]);
  const stream = bodyStream(scriptedBody(segment.subarray(0, 2), segment.subarray(2)));
  assertEquals(await new Response(stream).bytes(), segment);
  assertEquals(segment.length, 4);
});

Deno.test("a body stream fills its reader's own buffers", async () => {
  const reader = bodyStream(scriptedBody("abc")).getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(2))).value, new TextEncoder().encode("ab"));
  assertEquals((await reader.read(new Uint8Array(2))).value, new TextEncoder().encode("c"));
  assertEquals((await reader.read(new Uint8Array(2))).done, true);
});

Deno.test("an error of the source is the stream's", async () => {
  const source = {
    ...scriptedBody(),
    pull: () => Promise.reject(new Error("broken")),
  };
  await assertRejects(() => new Response(bodyStream(source)).text(), Error, "broken");
});

Deno.test("an error that the source throws is the stream's", async () => {
  const source = {
    ...scriptedBody(),
    pull: () => {
      throw new Error("broken");
    },
  };
  await assertRejects(() => new Response(bodyStream(source)).text(), Error, "broken");
});

Deno.test("a body stream gives back what its reader's buffers have taken whole", async () => {
  const released: Uint8Array[] = [];
  const chunk = new Uint8Array([1, 2, 3]);
  const source = { ...scriptedBody(chunk), release: (bytes: Uint8Array) => released.push(bytes) };
  const reader = bodyStream(source).getReader({ mode: "byob" });
  assertEquals((await reader.read(new Uint8Array(2))).value, new Uint8Array([1, 2]));
  assertEquals(released.length, 0);
  assertEquals((await reader.read(new Uint8Array(2))).value, new Uint8Array([3]));
  assertStrictEquals(released[0], chunk);
});

Deno.test("a body stream that is cancelled gives back what was not taken, and says why", async () => {
  const released: Uint8Array[] = [];
  const body = scriptedBody(new Uint8Array(80_000));
  const source = { ...body, release: (bytes: Uint8Array) => released.push(bytes) };
  const reader = bodyStream(source).getReader();
  assertEquals((await reader.read()).value?.length, 32_768);
  await reader.cancel("enough");
  assertEquals(released.length, 1);
  assertEquals(body.cancelled, ["enough"]);
});
