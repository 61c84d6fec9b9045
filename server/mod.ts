/**
 * An HTTP server with the signatures of `Deno.serve`, and every limit and timeout settable.
 *
 * @example Serve
 * ```ts
 * import { serve } from "@avx/server";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
 * const server = serve(options, () => new Response("hello"));
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 *
 * assertEquals(await response.text(), "hello");
 * await server.shutdown();
 * ```
 *
 * @module
 */

export { serve } from "./serve.ts";
export type { Server, ShutdownOptions } from "./server.ts";
export type {
  ServedProtocol,
  ServeHttp2Options,
  ServeInit,
  ServeOptions,
  ServeTcpOptions,
  ServeTlsOptions,
  ServeUnixOptions,
  TcpAddress,
  UnixAddress,
} from "./serve_options.ts";
export { DEFAULT_SERVE_TIMEOUTS, type ServeTimeouts } from "./timeouts.ts";
