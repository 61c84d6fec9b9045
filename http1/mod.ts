/**
 * HTTP/1.1 (RFC 9112): two cores without input or output, and the drivers that run them over a
 * transport.
 *
 * Most users want `serve` of `@avx/server` and `Client` of `@avx/client`. This module is for those
 * who build something else on the protocol.
 *
 * @example A core answers a request
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ServerCore } from "@avx/http1";
 *
 * const core = new ServerCore({ buffers: new BufferPool() });
 * core.receive(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: example.com\r\n\r\n"), 0);
 * const event = core.next();
 * assertEquals(event?.type === "request" && event.head.target, "/");
 * core.sendWhole(200, "", ["content-type", "text/plain"], "hello");
 * const sent = new TextDecoder().decode(core.transmit());
 * assertEquals(sent.startsWith("HTTP/1.1 200"), true);
 * assertEquals(sent.endsWith("\r\n\r\nhello"), true);
 * ```
 *
 * @module
 */

export * from "./client_connection.ts";
export * from "./proto/client_core.ts";
export * from "./proto/events.ts";
export * from "./proto/limits.ts";
export * from "./proto/outgoing_head.ts";
export * from "./proto/request_head.ts";
export * from "./proto/response_head.ts";
export * from "./proto/server_core.ts";
export * from "./server_config.ts";
export * from "./server_connection.ts";
