/**
 * Our server for the memory benchmark: `/down?bytes=N` streams N bytes, `/up` drains and answers
 * the size, `/made` answers how many bytes the last download's source has made.
 *
 * @module
 */

import { stream, text } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { endWithParent, ready } from "../support/child.ts";
import { bodySize } from "./native_handlers.ts";

const chunkBytes = 64 * 1024;
let made = 0;
serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => ready(port),
  onError: () => new Response(null, { status: 500 }),
}, async (request) => {
  const url = new URL(request.url);
  switch (url.pathname) {
    case "/down":
      return stream(source(Number(url.searchParams.get("bytes"))));
    case "/up":
      return text(String(await bodySize(request)));
    default:
      return text(String(made));
  }
});
await endWithParent();

function source(bytes: number): ReadableStream<Uint8Array> {
  made = 0;
  return new ReadableStream({
    pull(controller) {
      // A fresh chunk each time, as a file or another server would give.
      const chunk = new Uint8Array(Math.min(chunkBytes, bytes - made)).fill(0x78);
      made += chunk.length;
      controller.enqueue(chunk);
      if (made === bytes) controller.close();
    },
  }, { highWaterMark: 0 });
}
