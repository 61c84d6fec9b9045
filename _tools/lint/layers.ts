/**
 * The architecture as a table: who may import whom.
 *
 * @module
 */

/** Each member, and the members it may import. What is not listed is refused. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  semantics: ["runtime"],
  http1: ["semantics", "runtime"],
  http2: ["semantics", "runtime"],
  http3: ["semantics", "runtime"],
  ws: ["semantics", "runtime"],
  telemetry: ["semantics", "runtime"],
  client: ["http1", "http2", "http3", "ws", "semantics", "runtime"],
  server: ["http1", "http2", "http3", "ws", "semantics", "runtime"],
  latam: ["client", "semantics", "runtime"],
  // The umbrella package: the root's `mod.ts`.
  http: [
    "runtime",
    "semantics",
    "http1",
    "http2",
    "http3",
    "ws",
    "telemetry",
    "client",
    "server",
    "latam",
  ],
};

/** The scope that all packages share. */
export const SCOPE = "@avx/";

/** The only published folder in which `Deno` and `node:` may be named. */
export const PLATFORM_FOLDER = "runtime/platform/";

/** What Node 20 lacks, by the expression that would name it, and what to use instead. */
export const MISSING_ON_NODE_20: Readonly<Record<string, string>> = {
  "Promise.withResolvers": "`Deferred` of @avx/runtime",
  "Promise.try": "an async function",
  "Array.fromAsync": "a `for await` loop",
  "Object.groupBy": "a loop over a Map",
  "Map.groupBy": "a loop over a Map",
  "Iterator.from": "a generator",
  "Uint8Array.fromBase64": "a decoder of our own",
  "Uint8Array.fromHex": "a decoder of our own",
  "DisposableStack": "`try` and `finally`",
  "AsyncDisposableStack": "`try` and `finally`",
  "URLPattern": "the router's own patterns",
};
