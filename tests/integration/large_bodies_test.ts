/**
 * Bodies for which memory is read into again and again: every byte arrives, and stays as it was for
 * whoever keeps it.
 *
 * @module
 */

import { Client } from "@avx/client";
import { stream } from "@avx/semantics/web";
import { assertSameBytes, pattern } from "../support/sample_bytes.ts";
import { serving } from "../support/serving.ts";

const BODY = pattern(4 * 1024 * 1024 + 777);

/** What reads a body whole, each in another way, and keeps all of it until it has. */
const READERS: Record<string, (body: ReadableStream<Uint8Array>) => Promise<Uint8Array>> = {
  "a loop": async (body) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return concatenated(chunks);
  },
  "a pipe": async (body) => {
    const chunks: Uint8Array[] = [];
    await body.pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }));
    return concatenated(chunks);
  },
  "its own buffers": async (body) => {
    const chunks: Uint8Array[] = [];
    const reader = body.getReader({ mode: "byob" });
    for (let size = 1;; size = size * 7 % 100_003) {
      const { done, value } = await reader.read(new Uint8Array(size));
      if (done) return concatenated(chunks);
      chunks.push(value);
    }
  },
  "a platform's response": (body) => new Response(body as BodyInit).bytes(),
};

function concatenated(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** The body in parts of sizes that fit no buffer. */
function inParts(): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  let size = 1;
  return new ReadableStream({
    pull(controller) {
      size = size * 5 % 150_001;
      controller.enqueue(BODY.slice(at, at + size));
      at += size;
      if (at >= BODY.length) controller.close();
    },
  });
}

for (const [name, read] of Object.entries(READERS)) {
  Deno.test(`a large body that is read by ${name} arrives as it was, both ways`, async () => {
    const handler = async (request: Request): Promise<Response> => {
      assertSameBytes(await read(request.body!), BODY);
      return request.headers.has("content-length") ? new Response(BODY) : stream(inParts());
    };
    await serving(handler, async ({ port }) => {
      const client = new Client();
      try {
        for (const body of [BODY, inParts()]) {
          const response = await client.fetch(`http://127.0.0.1:${port}/`, {
            method: "POST",
            body,
          });
          assertSameBytes(await read(response.body!), BODY);
        }
      } finally {
        client.close();
      }
    });
  });
}

Deno.test("large bodies that are collected or looped over arrive as they were", async () => {
  const handler = async (request: Request): Promise<Response> => {
    assertSameBytes(await request.bytes(), BODY);
    return request.headers.has("content-length") ? new Response(BODY) : stream(inParts());
  };
  await serving(handler, async ({ port }) => {
    const client = new Client();
    try {
      const url = `http://127.0.0.1:${port}/`;
      for (const bodyOf of [() => BODY, inParts]) {
        const whole = await client.request(url, { method: "POST", body: bodyOf() });
        assertSameBytes(await whole.body.bytes(), BODY);
        const looped = await client.request(url, { method: "POST", body: bodyOf() });
        const chunks: Uint8Array[] = [];
        for await (const chunk of looped.body) chunks.push(chunk);
        assertSameBytes(concatenated(chunks), BODY);
      }
    } finally {
      client.close();
    }
  });
});
