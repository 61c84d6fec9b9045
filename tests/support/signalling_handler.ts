/**
 * A handler for foreign clients: all that HTTP/2 carries beside heads and bodies.
 *
 * @module
 */

import type { Handler } from "@avx/semantics/handler";
import { text } from "@avx/semantics/web";
import { sampleHandler } from "./sample_handler.ts";

/**
 * Answers `/hints` behind a 103, `/trailers` with trailers, `/checksum` with the length of the body
 * and the request's trailer `x-sum`, `/leave` a moment after it has called `leave`, `/endless` without
 * an end, and all else as the sample handler does. `gaveUp` hears of each answer that nobody waits for.
 */
export function signallingHandler(leave: () => void, gaveUp: () => void): Handler {
  return async (request, info) => {
    switch (new URL(request.url).pathname) {
      case "/hints":
        info.informational(103, { link: "</style.css>; rel=preload" });
        return text("hinted");
      case "/trailers":
        info.setTrailers({ "x-checksum": "abc" });
        return text("body");
      case "/checksum": {
        const { byteLength } = await request.arrayBuffer();
        return text(`${byteLength} ${(await info.trailers).get("x-sum")}`);
      }
      case "/leave":
        leave();
        await new Promise((resolve) => setTimeout(resolve, 100));
        return text("left");
      case "/endless":
        request.signal.addEventListener("abort", gaveUp);
        return new Response(
          new ReadableStream({ pull: (sink) => sink.enqueue(new Uint8Array(10_000)) }),
        );
      default:
        return sampleHandler(request, info);
    }
  };
}
