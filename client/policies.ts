/**
 * The policies of a client, and the order they stand in.
 *
 * Outermost first, and why:
 *
 * 1. **The user's interceptors** (`client.use`, `interceptors`): around everything, once for each
 *    call. They see what the caller asked for and what the caller gets.
 * 2. **Download progress**: of what the caller reads, whatever was done to it.
 * 3. **Status check**: takes what came in the end for an error, if that is wanted.
 * 4. **Deduplication**: one answer for all that ask for the same at the same time, whatever it
 *    takes to get it, so nothing below happens twice.
 * 5. **Redirects**: each step is a request of its own to all that follows, with its own cookies,
 *    cache entry and tries.
 * 6. **Cookies**: chosen for each step's URL. Above the cache, since a stored response may vary by
 *    `cookie` (RFC 9111 §4.1).
 * 7. **Decompression**: above the cache, which stores what was sent and so keeps validators and
 *    `vary: accept-encoding` true (RFC 9110 §8.4).
 * 8. **Cache**: answers without anything below it. Below decompression, above digests, so that
 *    nothing is stored whose digest was wrong.
 * 9. **Digests**: of the content as it was sent, codings included (RFC 9530 §2).
 * 10. **Retries**: the same step again. The innermost that sends more than once, so that a try
 *    repeats nothing but the exchange.
 * 11. **Hooks** (`onRequest`, `onResponse`): see what really goes out and comes in, every step and
 *     every try of it.
 * 12. The exchange itself. It sends what found its connection dead once more on its own
 *     (RFC 9112 §9.3.1).
 *
 * @module
 */

import { clock } from "@avx/runtime/platform";
import type { Clock } from "@avx/runtime/ports/clock";
import { guardedObserver } from "@avx/runtime/guarded-observer";
import type { Observer } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import type { CookieJar } from "@avx/semantics/cookies";
import type { CacheOptions } from "./caching/cache_config.ts";
import type { ResponseCache } from "./caching/response_cache.ts";
import type { Interceptor, InterceptorHooks } from "./interceptor.ts";
import { caching, responseCacheOf } from "./policy/cache.ts";
import { cookieJarOf, cookies } from "./policy/cookies.ts";
import {
  decompression,
  type DecompressionOptions,
  type DecompressionRules,
  decompressionRules,
} from "./policy/decompression.ts";
import {
  deduplication,
  type DeduplicationOptions,
  type DeduplicationRules,
  deduplicationRules,
} from "./policy/deduplication.ts";
import { type DigestOptions, digestOptionsOf, digests } from "./policy/digests.ts";
import { downloadProgress } from "./policy/download_progress.ts";
import {
  type RedirectMode,
  type RedirectOptions,
  type RedirectRules,
  redirectRules,
  redirects,
} from "./policy/redirects.ts";

import { retries, type RetryOptions, type RetryRules, retryRules } from "./policy/retries.ts";

import { statusCheck } from "./policy/status_check.ts";

/**
 * The policies that a client can be given: each is one option, and off where it is absent.
 *
 * @example A client for a service that is not always there
 * ```ts
 * import { Client, type PolicyOptions } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * let tries = 0;
 * const server = Deno.serve({ port: 0, onListen() {} }, () => {
 *   return ++tries < 3 ? new Response("busy", { status: 503 }) : new Response("hello");
 * });
 * const policies: PolicyOptions = {
 *   redirects: "follow",
 *   cookies: true,
 *   decompression: true,
 *   retries: { max: 3, backoff: { initialMs: 1 } },
 *   throwOnStatus: true,
 * };
 * const client = new Client(policies);
 *
 * const text = await client.get(`http://127.0.0.1:${server.addr.port}/`).text();
 * assertEquals([text, tries], ["hello", 3]);
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export interface PolicyOptions {
  /**
   * How redirects are followed; a mode alone is short for `{ mode }`.
   *
   * @default {"manual"}
   */
  readonly redirects?: RedirectMode | RedirectOptions;
  /**
   * Whether cookies are kept and sent: in a jar of the client's own, or in one that is given, which
   * several clients can share. Cookies that a request names in its own `cookie` field go along and
   * win by name.
   *
   * @default {false}
   */
  readonly cookies?: boolean | CookieJar;
  /**
   * Whether contents are decompressed, and within which limits. Where this is not set, those that
   * `fetch()` gives are, and those of a `request()` that asks for it; `true` and options mean all,
   * `false` none that does not ask for it.
   *
   * @default {for `fetch` only}
   */
  readonly decompression?: boolean | DecompressionOptions;
  /**
   * Whether responses are cached (RFC 9111), and how. The field `cache-status` (RFC 9211) of each
   * response tells what the cache had to do with it. The request's option `cache` says, in the words
   * of the Fetch standard, how one request uses it.
   *
   * `set-cookie` is not stored: a stored response sets no cookies again. A response is for those
   * credentials (`authorization`) alone that it was asked for with, unless it says `public`. What
   * `onRequest` adds to requests, the cache does not see. A client that is extended to another cookie
   * jar has a cache only where it is given one.
   *
   * @default {false}
   */
  readonly cache?: boolean | CacheOptions;
  /**
   * Whether what failed is sent again, and when.
   *
   * @default {false}
   */
  readonly retries?: boolean | RetryOptions;
  /**
   * Whether contents are compared with the digests that come with them (RFC 9530).
   *
   * @default {false}
   */
  readonly digests?: boolean | DigestOptions;
  /**
   * Whether safe requests for the same at the same time are sent once.
   *
   * @default {false}
   */
  readonly deduplication?: boolean | DeduplicationOptions;
  /**
   * Whether `request()` rejects with `HttpStatusError` where the response's status is 400 or more.
   *
   * @default {false}
   */
  readonly throwOnStatus?: boolean;
  /**
   * Functions around each call, the first of them outermost. `client.use` adds others.
   *
   * @default {[]}
   */
  readonly interceptors?: readonly Interceptor[];
  /** See {@linkcode InterceptorHooks.onRequest}. */
  readonly onRequest?: InterceptorHooks["onRequest"];
  /** See {@linkcode InterceptorHooks.onResponse}. */
  readonly onResponse?: InterceptorHooks["onResponse"];
}

/** The policies of one client, by what they do. They keep their state when a client is extended. */
export interface PolicySet {
  /** The time. */
  readonly clock: Clock;
  /** The client's timers. */
  readonly timers: Timers;
  /** Hears what happens. */
  readonly observer: Observer | undefined;
  /** How redirects are followed. */
  readonly redirects: RedirectRules;
  /** Where cookies are kept. */
  readonly cookies: CookieJar | undefined;
  /** How contents are decompressed. */
  readonly decompression: DecompressionRules;
  /** What answers in the place of origins. */
  readonly cache: ResponseCache | undefined;
  /** When requests are sent again. */
  readonly retries: RetryRules;
  /** What is done about digests. */
  readonly digests: DigestOptions | undefined;
  /** Which requests are sent once for several. */
  readonly deduplication: DeduplicationRules;
  /** Whether responses can be errors. */
  readonly throwOnStatus: boolean;
}

/** What policies are made of. */
export interface PolicyParts extends PolicyOptions {
  /** The time. @default {the platform's} */
  readonly clock?: Clock;
  /** The client's timers. @default {some of their own} */
  readonly timers?: Timers;
  /** Hears what happens. */
  readonly observer?: Observer;
}

/**
 * Makes policies of options.
 *
 * @param inherited Where they come from that `options` says nothing about.
 */
export function makePolicies(options: PolicyParts, inherited?: PolicySet): PolicySet {
  const time = inherited?.clock ?? options.clock ?? clock;
  const timers = inherited?.timers ?? options.timers ?? new Timers(time);
  const jar = options.cookies === undefined ? inherited?.cookies : cookieJarOf(options.cookies);
  // Another jar is another user, who must not see what the first one was given.
  const stored = jar === inherited?.cookies ? inherited?.cache : undefined;
  return {
    clock: time,
    timers,
    observer: inherited === undefined ? guardedObserver(options.observer) : inherited.observer,
    redirects: options.redirects === undefined && inherited !== undefined
      ? inherited.redirects
      : redirectRules(options.redirects),
    cookies: jar,
    decompression: options.decompression === undefined && inherited !== undefined
      ? inherited.decompression
      : decompressionRules(options.decompression),
    cache: options.cache === undefined ? stored : responseCacheOf(options.cache, time),
    retries: options.retries === undefined && inherited !== undefined
      ? inherited.retries
      : retryRules(options.retries),
    digests: options.digests === undefined ? inherited?.digests : digestOptionsOf(options.digests),
    deduplication: options.deduplication === undefined && inherited !== undefined
      ? inherited.deduplication
      : deduplicationRules(options.deduplication),
    throwOnStatus: options.throwOnStatus ?? inherited?.throwOnStatus ?? false,
  };
}

/** Whether policies do anything to a request that does not ask for it. */
export function arePoliciesInUse(policies: PolicySet): boolean {
  return policies.redirects.mode !== "manual" ||
    policies.cookies !== undefined ||
    policies.decompression.concerns === "all" ||
    policies.cache !== undefined ||
    policies.retries.concernsAll ||
    policies.throwOnStatus ||
    policies.digests !== undefined ||
    policies.deduplication.concernsAll;
}

/** The policies as interceptors, outermost first: all above redirects, and all from there on. */
export interface OrderedPolicies {
  /** What stands above redirects. */
  readonly above: readonly Interceptor[];
  /** What follows redirects. */
  readonly redirects: Interceptor;
  /** What stands below, and sees each step. */
  readonly below: readonly Interceptor[];
}

/** Puts policies into the order that this module describes. */
export function orderPolicies(policies: PolicySet): OrderedPolicies {
  const below: Interceptor[] = [];
  if (policies.cookies !== undefined) below.push(cookies(policies.cookies, policies.clock));
  below.push(decompression(policies.decompression));
  if (policies.cache !== undefined) below.push(caching(policies.cache));
  if (policies.digests !== undefined) below.push(digests(policies.digests));
  below.push(retries(policies.retries, policies));
  const above = [
    downloadProgress(),
    statusCheck(policies.throwOnStatus),
    deduplication(policies.deduplication, policies.timers),
  ];
  return { above, redirects: redirects(policies.redirects), below };
}
