/**
 * The policy that asks once for what several want at the same time.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { AbortError, TimeoutError } from "@avx/runtime/errors";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { bufferBody } from "../buffered_body.ts";
import { ClientBody } from "../client_body.ts";
import { deriveResponse } from "../derived_response.ts";
import type { InterceptedRequest, Interceptor, Next } from "../interceptor.ts";
import type { ClientResponse } from "../response.ts";
import { choosesWay } from "../way_options.ts";

/**
 * How requests are put together.
 *
 * @example Two callers, one request
 * ```ts
 * import { Client, type DeduplicationOptions } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * let served = 0;
 * const server = Deno.serve({ port: 0, onListen() {} }, () => new Response(`answer ${++served}`));
 * const deduplication: DeduplicationOptions = { maxBytes: 64 * 1024 };
 * const client = new Client({ deduplication, baseUrl: `http://127.0.0.1:${server.addr.port}` });
 *
 * const texts = await Promise.all([client.get("/").text(), client.get("/").text()]);
 * assertEquals(texts, ["answer 1", "answer 1"]);
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export interface DeduplicationOptions {
  /**
   * The longest body that is kept for all who want it, in bytes. Where one is longer, each asks for
   * itself.
   *
   * @default {1048576}
   */
  readonly maxBytes?: number;
}

/** {@linkcode DeduplicationOptions}, complete. */
export interface DeduplicationRules {
  /** Whether it concerns requests that do not ask for it. */
  readonly concernsAll: boolean;
  /** The longest body that is kept. */
  readonly maxBytes: number;
}

/**
 * Completes and checks options.
 *
 * @throws {RangeError} If the limit is negative.
 */
export function deduplicationRules(
  options: boolean | DeduplicationOptions | undefined,
): DeduplicationRules {
  const { maxBytes = 1024 * 1024 } = typeof options === "object" ? options : {};
  if (!(maxBytes >= 0)) {
    throw new RangeError(
      `Cannot use options.deduplication.maxBytes as it must be 0 or more: it is ${maxBytes}`,
    );
  }
  return Object.freeze({ concernsAll: options !== undefined && options !== false, maxBytes });
}

/** What became of the request that others wait for. */
type Outcome =
  | { readonly type: "shared"; readonly response: ClientResponse; readonly bytes: Uint8Array }
  | { readonly type: "failed"; readonly error: unknown }
  /** Its body is too long for all, or never ends: each asks for itself. */
  | { readonly type: "unshared" }
  /** Its caller gave it up: the others ask again, together. */
  | { readonly type: "abandoned" };

/** A request that others may wait for, until its head has come. */
interface Leader {
  readonly joined: Deferred<Outcome>[];
}

/**
 * Sends a safe request once for all callers that want the same at the same time, as the request's
 * option `deduplicate` or the rules say.
 *
 * The first is sent as if it were alone. Who comes before the head of its response gets a copy of
 * the response, once its body is complete; who comes later is the first again. Each caller's signal
 * and timeout concern that caller only.
 */
export function deduplication(rules: DeduplicationRules, timers: Timers): Interceptor {
  const leaders = new Map<string, Leader>();
  const ask: Interceptor = (request, next) => {
    if (!(request.deduplicate ?? rules.concernsAll) || !canBeShared(request)) return next(request);
    const key = keyOf(request);
    const leader = leaders.get(key);
    if (leader !== undefined) return join(request, next, leader);
    const own: Leader = { joined: [] };
    const asking = next(request); // where it throws, there is nobody to wait for
    leaders.set(key, own);
    const forget = () => {
      if (leaders.get(key) === own) leaders.delete(key);
    };
    return asking.then(
      (response) => {
        forget();
        return own.joined.length === 0 ? response : share(response, request, own, rules);
      },
      (error) => {
        forget();
        settle(own, isOwnFault(error, request) ? { type: "abandoned" } : { type: "failed", error });
        throw error;
      },
    );
  };
  async function join(
    request: InterceptedRequest,
    next: Next,
    leader: Leader,
  ): Promise<ClientResponse> {
    const outcome = await waitFor(leader, request, timers);
    switch (outcome.type) {
      case "shared": {
        const { response, bytes } = outcome;
        const body = new ClientBody(bytes.slice(), response.trailers);
        return deriveResponse(response, { body });
      }
      case "failed":
        throw outcome.error;
      case "unshared":
        return await next(request);
      case "abandoned":
        return await ask(request, next);
      default:
        return outcome satisfies never;
    }
  }
  return ask;
}

/** Gives the leader's response to all who wait, and to the leader. */
async function share(
  response: ClientResponse,
  request: InterceptedRequest,
  leader: Leader,
  rules: DeduplicationRules,
): Promise<ClientResponse> {
  if ((response.body.declaredLength ?? 0) > rules.maxBytes || neverEnds(response)) {
    settle(leader, { type: "unshared" });
    return response;
  }
  try {
    const { bytes, source } = await bufferBody(response.body, rules.maxBytes);
    const body = new ClientBody(
      source ?? bytes,
      source === undefined ? response.trailers : undefined,
    );
    const derived = deriveResponse(response, { body });
    settle(
      leader,
      source === undefined ? { type: "shared", response: derived, bytes } : { type: "unshared" },
    );
    return derived;
  } catch (error) {
    settle(leader, isOwnFault(error, request) ? { type: "abandoned" } : { type: "failed", error });
    throw error;
  }
}

function settle({ joined }: Leader, outcome: Outcome): void {
  for (const one of joined) one.resolve(outcome);
}

/** Waits for the leader's outcome, as long as the request's own signal and timeout allow. */
async function waitFor(
  leader: Leader,
  request: InterceptedRequest,
  timers: Timers,
): Promise<Outcome> {
  const { signal, startedAt, timeout } = request;
  if (signal?.aborted) throw signal.reason;
  const outcome = new Deferred<Outcome>();
  leader.joined.push(outcome);
  const abort = () => outcome.reject(signal?.reason ?? new AbortError());
  const timer = new WheelTimer(() => outcome.reject(new TimeoutError("total", timeout)));
  signal?.addEventListener("abort", abort);
  if (timeout !== Infinity) timers.scheduleAt(timer, startedAt + timeout);
  try {
    return await outcome.promise;
  } finally {
    signal?.removeEventListener("abort", abort);
    timers.cancel(timer);
    leader.joined.splice(leader.joined.indexOf(outcome), 1);
  }
}

/** Whether a failure comes from what the caller of the failed request wanted for itself. */
function isOwnFault(error: unknown, { signal }: InterceptedRequest): boolean {
  return signal?.aborted === true || error instanceof TimeoutError && error.phase === "total";
}

function canBeShared(request: InterceptedRequest): boolean {
  const { method, body, upgrade, onInformational } = request;
  return !choosesWay(request) && (method === "GET" || method === "HEAD") && body === undefined &&
    upgrade === undefined &&
    onInformational === undefined;
}

function neverEnds({ headers }: ClientResponse): boolean {
  const type = headers.get("content-type")?.toLowerCase() ?? "";
  return type.startsWith("text/event-stream") || type.startsWith("multipart/x-mixed-replace");
}

/** The same for requests that will get the same response. */
function keyOf(request: InterceptedRequest): string {
  const { method, url, headers, redirect, decompress, retry, cache, throwOnStatus } = request;
  const lines = [...headers].map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort();
  const options = [redirect, decompress, retry, cache, throwOnStatus].join();
  // A line break stands in none of them.
  return [method, url.href, options, ...lines].join("\n");
}
