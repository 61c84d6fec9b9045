/**
 * A server in a process of its own, whose memory can be asked for: `/heap` collects garbage and
 * answers what is left, in bytes; `/down?bytes=N` streams, `/up` drains; all else is answered in
 * turn by each lane. Needs `--v8-flags=--expose-gc`.
 *
 * @module
 */

import { stream, text } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { endWithParent, ready } from "../../../bench/support/child.ts";

const chunk = new Uint8Array(64 * 1024);
let served = 0;
serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => ready(port),
  onError: () => new Response(null, { status: 500 }),
}, async (request) => {
  const url = new URL(request.url);
  switch (url.pathname) {
    case "/heap":
      return text(`heap=${await heapBytes()};`);
    case "/down":
      return stream(source(Number(url.searchParams.get("bytes"))));
    case "/up": {
      let size = 0;
      for await (const part of request.body ?? []) size += part.length;
      return text(`size=${size};`);
    }
    default:
      served++;
      // Every third is asynchronous, every fourth streams, so that every path is walked.
      if (served % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      return served % 4 === 0 ? new Response("native GET") : text("fast GET");
  }
});
await endWithParent();

async function heapBytes(): Promise<number> {
  const { gc } = globalThis as { gc?: () => void };
  for (let round = 0; round < 3; round++) {
    gc?.();
    // What is finalised in a later turn is collected in the next round.
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

function source(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let made = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(chunk.subarray(0, bytes - made));
      made += Math.min(chunk.length, bytes - made);
      if (made === bytes) controller.close();
    },
  }, { highWaterMark: 0 });
}
