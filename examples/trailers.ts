/**
 * Trailers both ways: a digest of what was sent, known only after it was sent.
 *
 *     deno run --allow-net examples/trailers.ts [port]
 *     curl -i --raw -d 'some words' http://localhost:8000/
 *
 * @module
 */

import { serve, stream } from "@avx/http";

const [port = "8000"] = Deno.args;

serve({ port: Number(port) }, (request, info) => {
  async function* shout(): AsyncGenerator<Uint8Array> {
    const encoder = new TextEncoder();
    let bytes = 0;
    for await (const text of request.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const chunk = encoder.encode(text.toUpperCase());
      bytes += chunk.length;
      yield chunk;
    }
    const received = await info.trailers;
    info.setTrailers({
      "bytes-sent": String(bytes),
      "trailers-received": [...received.keys()].join(", ") || "none",
    });
  }
  return stream(shout(), {
    headers: { "content-type": "text/plain; charset=utf-8", trailer: "bytes-sent" },
  });
});
