/**
 * An HTTP client: connections that are kept and used again, streaming both ways, a timeout for
 * every phase, and errors that say what happened.
 *
 * {@linkcode Client} has two calls. `request` gives a plain record and is the fast one; `fetch` is
 * the platform's. {@linkcode fetch} alone is the same on a client that all callers share.
 *
 * @example Fetching with a client of one's own
 * ```ts
 * import { Client } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("hello"));
 * const client = new Client({ timeouts: { headers: 10_000 } });
 *
 * const response = await client.fetch(`http://127.0.0.1:${server.addr.port}/`);
 * assertEquals(await response.text(), "hello");
 *
 * client.close();
 * await server.shutdown();
 * ```
 *
 * ## Connections
 *
 * A client keeps its connections by origin, proxy and TLS options ({@linkcode PoolOptions}).
 * - Over HTTP/1.1 each carries one request at a time; over HTTP/2 all requests share one, and those
 *   that the server takes no more of wait for room on it, or go to another with
 *   `maxMultiplexedPerOrigin`.
 * - Who finds no room waits in line, for `timeouts.pool` at most; a place that becomes free goes to
 *   whoever has waited longest, whatever the origin. Beyond `maxWaiting`, `PoolFullError` says so.
 * - An idle connection is closed as soon as it ends or receives bytes that nobody asked for, after
 *   `timeouts.idle`, at `maxConnectionAge`, or when another origin needs its place.
 * - A request that finds its connection dead is sent again over a fresh one, if the server cannot
 *   have acted on it or may do so twice.
 * - After a change of network ({@linkcode Client.networkChanged}, or what looks like one) HTTP/2
 *   connections are asked whether they are still there, and idle HTTP/1.1 connections are closed.
 * - Hosts share an HTTP/2 connection where certificate and address allow it (RFC 9113 §9.1.1). The
 *   certificate is known on Deno 2.9 and with `node:tls`; where it is not, nothing is shared.
 *
 * {@linkcode Client.stats} shows all of it at one moment; an `observer` hears each step: `pool.wait`,
 * `pool.acquire`, `pool.release`, `pool.refuse`, `pool.evict`, `pool.probe`, `pool.coalesce`,
 * `connection.open`, `connection.close`.
 *
 * @example What the connections are doing
 * ```ts
 * import { Client } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("hello"));
 * const url = `http://127.0.0.1:${server.addr.port}/`;
 * const evicted: string[] = [];
 * const client = new Client({
 *   maxConnectionsPerOrigin: 1,
 *   observer: { "pool.evict": ({ reason }) => void evicted.push(reason) },
 * });
 *
 * const responses = await Promise.all([1, 2, 3].map(() => client.request(url)));
 * for (const { body } of responses) await body.text();
 * const { idle, opened, reused, origins } = client.stats();
 * assertEquals([idle, opened, reused], [1, 1, 2]);
 * assertEquals([...origins.values()].map(({ protocol }) => protocol), ["http/1.1"]);
 *
 * client.close();
 * assertEquals(evicted, ["closed"]);
 * await server.shutdown();
 * ```
 *
 * @module
 */

export { Client } from "./client.ts";
export { ClientBody, type ReadBodyOptions } from "./client_body.ts";
export {
  deriveResponse,
  makeResponse,
  type ResponseChanges,
  type ResponseParts,
} from "./derived_response.ts";
export { EventStream, type EventStreamContext, type EventStreamOptions } from "./event_stream.ts";
export { type ExtendOptions, type ExtendTimeouts } from "./extension.ts";
export {
  type ConnectingOptions,
  type HappyEyeballsOptions,
} from "./connecting/connecting_options.ts";
export { type ProxyOption } from "./connecting/proxy_choice.ts";
export {
  type ProxyInit,
  type ProxyOptions,
  type ProxyTlsOptions,
} from "./connecting/proxy_target.ts";
export {
  type DnsAnswer,
  type DnsOptions,
  type DnsResolveOptions,
} from "./connecting/dns_options.ts";
export { fetch, type FetchInit } from "./fetch.ts";
export { type Http2LimitOptions, type Http2Options } from "./http2_options.ts";
export { type ToFileOptions } from "./file_download.ts";
export { HttpStatusError } from "./http_status_error.ts";
export {
  type InterceptedRequest,
  type Interceptor,
  type InterceptorHooks,
  type Next,
} from "./interceptor.ts";
export {
  type ClientOptions,
  type ClientProtocol,
  type ClientTimeouts,
  type ClientTlsOptions,
  type CompleteTimeouts,
  DEFAULT_CLIENT_TIMEOUTS,
} from "./options.ts";
export {
  type CachedHead,
  type CachedResponse,
  type CacheMode,
  type CacheStore,
  type CacheWriter,
  MemoryCacheStore,
  type MemoryCacheStoreOptions,
} from "@avx/semantics/caching";
export { CookieJar, type CookieJarOptions } from "@avx/semantics/cookies";
export { type CacheOptions } from "./caching/cache_config.ts";
export { type RequestBodyInit } from "./outgoing_body.ts";
export { type PolicyOptions } from "./policies.ts";
export { type ContentCoding, type DecompressionOptions } from "./policy/decompression.ts";
export { type RedirectMode, type RedirectOptions } from "./policy/redirects.ts";
export { type PoolOptions } from "./pool_options.ts";
export { type DeduplicationOptions } from "./policy/deduplication.ts";
export { type DigestOptions } from "./policy/digests.ts";
export { type ProgressListener, type TransferProgress } from "./progress.ts";
export { type RecordOptions, recordTo } from "./recorder.ts";
export {
  type RecordedBody,
  type RecordedExchange,
  type RecordedRequest,
  type RecordedResponse,
  Recording,
  type RecordingJson,
} from "./recording.ts";
export { replayFrom, type ReplayOptions } from "./replayer.ts";
export { type RetryOptions } from "./policy/retries.ts";
export { type RetryBudgetOptions } from "./retry_budget.ts";
export { type PoolCounts } from "./pool_place.ts";
export { type ClientStats, type OriginStats } from "./pool_stats.ts";
export { type AcceptPushOptions, type PushedRequest } from "./pushed_request.ts";
export { type RequestOptions, type UpgradeOver } from "./request.ts";
export { type WayOptions } from "./way_options.ts";
export { type FormInit, type RequestContent } from "./request_content.ts";
export { ResponsePromise } from "./response_promise.ts";
export { type VerbOptions, Verbs } from "./verbs.ts";
export {
  type ClientResponse,
  type InformationalResponse,
  type RequestTimings,
  type SwitchedConnection,
} from "./response.ts";
export { type ClientWebSocketOptions } from "./web_sockets.ts";
