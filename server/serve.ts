/**
 * `serve`: the way in.
 *
 * @module
 */

import type { Address } from "@avx/runtime/ports/transport";
import type { Handler } from "@avx/semantics/handler";
import { type AnyServeOptions, parseOptions } from "./options.ts";
import type {
  ServeInit,
  ServeTcpOptions,
  ServeUnixOptions,
  TcpAddress,
  UnixAddress,
} from "./serve_options.ts";
import { type Server, startServer } from "./server.ts";

/**
 * Serves HTTP: the signatures of `Deno.serve`, with more behind the options.
 *
 * It listens when it returns. Errors of a handler are answered with 500 and written to the
 * console, unless `onError` says otherwise; where it listens is written to the console, unless
 * `onListen` is given.
 *
 * @param handler Answers each request.
 * @returns The running server.
 * @throws {TypeError} If an option has the wrong type or contradicts another, or if a certificate
 * or key is none.
 * @throws {RangeError} If a number among the options is outside its range.
 * @throws {NetworkError} If the address cannot be had: in use, not ours, not permitted.
 *
 * @example Serve, ask, shut down
 * ```ts
 * import { serve } from "@avx/server";
 * import { assertEquals } from "@std/assert";
 *
 * const server = serve(
 *   { hostname: "127.0.0.1", port: 0, onListen: () => {} },
 *   (request) => new Response(`You asked for ${new URL(request.url).pathname}`),
 * );
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/hello`);
 *
 * assertEquals(await response.text(), "You asked for /hello");
 * await server.shutdown({ graceMs: 1_000 });
 * ```
 */
export function serve(handler: Handler): Server<TcpAddress>;
/**
 * Serves HTTP on a unix socket.
 *
 * @param options Where and how.
 * @param handler Answers each request.
 * @returns The running server.
 */
export function serve(options: ServeUnixOptions, handler: Handler): Server<UnixAddress>;
/**
 * Serves HTTP on a TCP port.
 *
 * @param options Where and how.
 * @param handler Answers each request.
 * @returns The running server.
 */
export function serve(options: ServeTcpOptions, handler: Handler): Server<TcpAddress>;
/**
 * Serves HTTP on a unix socket, the handler being among the options.
 *
 * @param options Where, how, and who answers.
 * @returns The running server.
 */
export function serve(options: ServeUnixOptions & ServeInit): Server<UnixAddress>;
/**
 * Serves HTTP on a TCP port, the handler being among the options.
 *
 * @param options Where, how, and who answers.
 * @returns The running server.
 */
export function serve(options: ServeTcpOptions & ServeInit): Server<TcpAddress>;
export function serve(first: Handler | AnyServeOptions, second?: Handler): Server<Address> {
  const options = typeof first === "function" ? {} : first;
  const handler = typeof first === "function" ? first : second ?? first.handler;
  return startServer(parseOptions(options, handler));
}
