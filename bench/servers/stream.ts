/**
 * A server for the memory benchmark, ours or with `--server=deno` the platform's: `/down?bytes=N`
 * streams N bytes, `/up` drains and answers the size, `/made` answers how many bytes the last
 * download's source has made.
 *
 * @module
 */

import { serve } from "@avx/server";
import { argument, endWithParent, ready } from "../support/child.ts";
import { bodySize } from "./native_handlers.ts";

const chunk = new Uint8Array(64 * 1024).fill(0x78);
let made = 0;
const options = {
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }: { readonly port: number }) => ready(port),
  onError: () => new Response(null, { status: 500 }),
};
if (argument("server", "avx") === "deno") Deno.serve(options, answer);
else serve(options, answer);
await endWithParent();

async function answer(request: Request): Promise<Response> {
  const url = new URL(request.url);
  switch (url.pathname) {
    case "/down":
      return new Response(source(Number(url.searchParams.get("bytes"))));
    case "/up":
      return new Response(String(await bodySize(request)));
    default:
      return new Response(String(made));
  }
}

function source(bytes: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  made = 0;
  return new ReadableStream({
    pull(controller) {
      // The same bytes each time: what the source allocates is not what is measured.
      const part = chunk.subarray(0, bytes - made);
      made += part.length;
      controller.enqueue(part);
      if (made === bytes) controller.close();
    },
  }, { highWaterMark: 0 });
}
