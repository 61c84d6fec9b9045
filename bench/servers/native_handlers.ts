/**
 * The handlers in the platform's own terms: what `Deno.serve` runs, and our native lane.
 *
 * @module
 */

import { HELLO, LARGE, RECORD, SMALL } from "./payloads.mjs";

/** A handler for one route. */
export function nativeHandler(route: string): (request: Request) => Response | Promise<Response> {
  switch (route) {
    case "hello":
      return () => new Response(HELLO);
    case "small":
      return () => Response.json(SMALL);
    case "json":
      return () => Response.json(RECORD);
    case "large":
      return () => new Response(LARGE);
    case "upload":
      return async (request) => new Response(String(await bodySize(request)));
    default:
      throw new TypeError(`Cannot serve route "${route}" as it is not known`);
  }
}

/** Reads a request's body to its end, and says how long it was. */
export async function bodySize(request: Request): Promise<number> {
  let size = 0;
  if (request.body === null) return size;
  for await (const chunk of request.body) size += chunk.byteLength;
  return size;
}
