import { FastResponse, installFastResponse } from "@avx/semantics/web";
import { assertEquals } from "../support/assert.ts";
import { serving } from "../support/serving.ts";

const encoder = new TextEncoder();

/** Every kind of body that the platform's Response takes, and what the peer has to see of it. */
const BODIES: readonly [name: string, make: () => Response, text: string][] = [
  ["nothing", () => new Response(), ""],
  ["null", () => new Response(null), ""],
  ["a string", () => new Response("São Paulo"), "São Paulo"],
  ["an empty string", () => new Response(""), ""],
  ["bytes", () => new Response(encoder.encode("bytes")), "bytes"],
  ["a buffer", () => new Response(encoder.encode("buffer").buffer), "buffer"],
  ["a view", () => new Response(encoder.encode("a view").subarray(2)), "view"],
  ["a blob", () => new Response(new Blob(["blob"])), "blob"],
  ["search parameters", () => new Response(new URLSearchParams({ a: "1" })), "a=1"],
  ["a stream", () => new Response(new Blob(["stream"]).stream()), "stream"],
  ["an async iterable", () => new Response(ReadableStream.from(slowly("one ", "two"))), "one two"],
  ["JSON", () => Response.json({ a: [1] }), '{"a":[1]}'],
  ["a transform", () => new Response(upperCase("transform")), "TRANSFORM"],
  ["a byte stream", () => new Response(byteStream("byte stream")), "byte stream"],
];

for (const [name, make, text] of BODIES) {
  Deno.test(`a native Response with ${name} as its body is served`, async () => {
    await serving(() => make(), async ({ origin }) => {
      for (let round = 0; round < 2; round++) {
        const response = await fetch(origin);
        assertEquals([response.status, await response.text()], [200, text]);
        const contentType = make().headers.get("content-type");
        assertEquals(response.headers.get("content-type"), contentType);
      }
    });
  });
}

Deno.test("a native Response that another fetch returned is passed on", async () => {
  const upstreamBody = "upstream ".repeat(20_000);
  const upstream = () => new Response(upstreamBody, { status: 203, headers: { "x-from": "up" } });
  await serving(upstream, async (inner) => {
    await serving(() => fetch(inner.origin), async ({ origin }) => {
      const response = await fetch(origin);
      assertEquals(response.status, 203);
      assertEquals(response.headers.get("x-from"), "up");
      assertEquals(await response.text(), upstreamBody);
    });
  });
});

Deno.test("a native Response keeps its set-cookie lines apart", async () => {
  await serving(() => {
    const headers = new Headers({ "x-one": "1" });
    headers.append("set-cookie", "a=1; Path=/");
    headers.append("set-cookie", "b=2");
    return new Response("ok", { headers });
  }, async ({ origin }) => {
    const response = await fetch(origin);
    await response.body?.cancel();
    assertEquals(response.headers.getSetCookie(), ["a=1; Path=/", "b=2"]);
  });
});

Deno.test("a file is streamed", async () => {
  const path = await Deno.makeTempFile();
  try {
    const content = "a line of a file\n".repeat(20_000);
    await Deno.writeTextFile(path, content);
    await serving(
      async () => new Response((await Deno.open(path)).readable),
      async ({ origin }) => {
        assertEquals(await (await fetch(origin)).text(), content);
      },
    );
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("the exported Response, and the global one once replaced, are served", async () => {
  const restore = installFastResponse();
  try {
    await serving(
      (request) => request.url.endsWith("/own") ? new FastResponse("own") : new Response("global"),
      async ({ origin }) => {
        assertEquals(await (await fetch(`${origin}/own`)).text(), "own");
        assertEquals(await (await fetch(`${origin}/global`)).text(), "global");
      },
    );
  } finally {
    restore();
  }
});

async function* slowly(...parts: string[]): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield encoder.encode(part);
  }
}

function upperCase(text: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from([text]).pipeThrough(
    new TransformStream<string, string>({
      transform: (chunk, controller) => controller.enqueue(chunk.toUpperCase()),
    }),
  ).pipeThrough(new TextEncoderStream());
}

function byteStream(text: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    start(controller) {
      controller.enqueue(encoder.encode(text));
      controller.close();
    },
  });
}
