/**
 * Putting middleware around a handler.
 *
 * @module
 */

import type { Handler, Middleware } from "./handler.ts";

/**
 * Makes one handler of middleware and the handler they stand around. The first is the outermost: it
 * sees the request first and the response last.
 *
 * Nothing is awaited here, so where all of them answer synchronously the result does too, and what
 * one of them throws or rejects with is for the one around it to catch.
 *
 * @param parts The middleware, and the handler last.
 * @throws {TypeError} If there is no handler or a part is no function. The composed handler throws
 *   one into a middleware that calls `next` a second time for the same request.
 *
 * @example A field on every response
 * ```ts
 * import { compose } from "@avx/semantics/compose";
 * import type { ServeInfo } from "@avx/semantics/handler";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = compose(
 *   async (request, info, next) => {
 *     const response = await next(request, info);
 *     response.headers.set("x-frame-options", "DENY");
 *     return response;
 *   },
 *   () => new Response("hello"),
 * );
 *
 * const response = await handler(new Request("http://a.example/"), {} as ServeInfo);
 * assertEquals(response.headers.get("x-frame-options"), "DENY");
 * ```
 */
export function compose(...parts: [...middleware: Middleware[], handler: Handler]): Handler {
  for (const [index, part] of parts.entries()) {
    if (typeof part !== "function") {
      throw new TypeError(
        `Cannot compose as part ${index} must be a function: current type is ${typeof part}`,
      );
    }
  }
  if (parts.length === 0) throw new TypeError("Cannot compose as there must be a handler");
  const middleware = parts.slice(0, -1) as Middleware[];
  return middleware.reduceRight(around, parts[parts.length - 1] as Handler);
}

/** The handler that runs `middleware` around `inner`. */
function around(inner: Handler, middleware: Middleware): Handler {
  return (request, info) => {
    let called = false;
    return middleware(request, info, (innerRequest, innerInfo) => {
      if (called) {
        throw new TypeError("Cannot call next as it may be called only once: it was called before");
      }
      called = true;
      return inner(innerRequest, innerInfo);
    });
  };
}
