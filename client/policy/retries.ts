/**
 * The policy that sends a request again.
 *
 * @module
 */

import { Backoff, type BackoffOptions } from "@avx/runtime/backoff";
import { AbortError, ConnectError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Clock } from "@avx/runtime/ports/clock";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Timers } from "@avx/runtime/timers";
import { PoolClosedError } from "@avx/semantics/errors";
import { isIdempotent } from "@avx/semantics/method";
import { parseRetryAfter } from "@avx/semantics/retry-after";
import type { InterceptedRequest, Interceptor, Next } from "../interceptor.ts";
import { isReplayable } from "../outgoing_body.ts";
import type { ClientResponse } from "../response.ts";
import { RetryBudget, type RetryBudgetOptions } from "../retry_budget.ts";

/**
 * When and how often requests are sent again.
 *
 * Again is sent what may be served twice (by its method, a field `idempotency-key`, or the option
 * `idempotent`) and has a body that can be sent twice, after one of `statuses`, after a
 * `NetworkError`, and after a `TimeoutError` in phase `request` or `headers`; and whatever its method,
 * after a `ConnectError` or a `TimeoutError` in phase `dns`, `connect` or `tls`, for then nothing was
 * sent.
 *
 * @example A POST that may be sent twice
 * ```ts
 * import { Client, type RetryOptions } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * let tries = 0;
 * const server = Deno.serve({ port: 0, onListen() {} }, () => {
 *   return new Response(null, { status: ++tries === 1 ? 429 : 201, headers: { "retry-after": "0" } });
 * });
 * const retries: RetryOptions = { backoff: { initialMs: 1 }, budget: { ratio: 0.1 } };
 * const client = new Client({ retries });
 *
 * const response = await client.post(`http://127.0.0.1:${server.addr.port}/orders`, {
 *   json: { item: 17 },
 *   headers: { "idempotency-key": crypto.randomUUID() },
 * });
 * assertEquals([response.status, tries], [201, 2]);
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export interface RetryOptions {
  /**
   * How often a request is sent again, after it was sent once. urllib3 3, the AWS SDKs 2.
   *
   * @default {2}
   */
  readonly max?: number;
  /**
   * Responses that are asked for again. Each says that the request was not served for a reason that
   * may pass (RFC 9110 §15.5.9, §15.6; RFC 6585 §4).
   *
   * @default {[408, 429, 502, 503, 504]}
   */
  readonly statuses?: readonly number[];
  /**
   * How the pauses grow. A `retry-after` of the server makes one longer, never shorter.
   *
   * @default {100 ms, twice as long each time, at most 10 s, all of it left to chance}
   */
  readonly backoff?: BackoffOptions;
  /**
   * The longest `retry-after` that is waited for, in milliseconds. A response that asks for more is
   * the caller's. Kubernetes' client waits for any, ky has `maxRetryAfter`.
   *
   * @default {60000}
   */
  readonly maxRetryAfter?: number;
  /** How many of the client's requests may be retries. */
  readonly budget?: RetryBudgetOptions;
}

/** {@linkcode RetryOptions}, complete. */
export interface RetryRules {
  /** Whether it concerns requests that do not ask for it. */
  readonly concernsAll: boolean;
  /** How often a request is sent again. */
  readonly max: number;
  /** What is asked for again. */
  readonly statuses: ReadonlySet<number>;
  /** How the pauses grow. */
  readonly backoff: BackoffOptions;
  /** Milliseconds. */
  readonly maxRetryAfterMs: number;
  /** Shared by all requests of a client, and of those that were extended from it. */
  readonly budget: RetryBudget;
}

/** What retries stand on. */
export interface RetryContext {
  /** The time of day. */
  readonly clock: Clock;
  /** What pauses wait on. */
  readonly timers: Timers;
  /** Hears of them. */
  readonly observer: Observer | undefined;
}

/** What became of a try. */
export type RetryOutcome =
  | { readonly response: ClientResponse; readonly error?: undefined }
  | { readonly response?: undefined; readonly error: unknown };

/**
 * Completes and checks options.
 *
 * @throws {RangeError} If a number is out of its range.
 */
export function retryRules(options: boolean | RetryOptions | undefined): RetryRules {
  const given = typeof options === "object" ? options : {};
  const { max = 2, maxRetryAfter = 60_000 } = given;
  if (!(Number.isInteger(max) && max >= 0)) throw outOfRange("max", max);
  if (!(maxRetryAfter >= 0)) throw outOfRange("maxRetryAfter", maxRetryAfter);
  const backoff = { initialMs: 100, maxMs: 10_000, ...given.backoff };
  new Backoff(backoff); // throws where it cannot be used
  return Object.freeze({
    concernsAll: options !== undefined && options !== false,
    max,
    statuses: new Set(given.statuses ?? [408, 429, 502, 503, 504]),
    backoff,
    maxRetryAfterMs: maxRetryAfter,
    budget: new RetryBudget(given.budget),
  });
}

/** Sends again what failed, as the request's option `retry` or the rules say. */
export function retries(rules: RetryRules, context: RetryContext): Interceptor {
  return (request, next) =>
    request.retry ?? rules.concernsAll ? tried(request, next, rules, context) : next(request);
}

async function tried(
  request: InterceptedRequest,
  next: Next,
  rules: RetryRules,
  context: RetryContext,
): Promise<ClientResponse> {
  const { timers, clock, observer } = context;
  const backoff = new Backoff(rules.backoff);
  rules.budget.deposit();
  for (let tries = 1;; tries++) {
    const outcome = await outcomeOf(next({ ...request, headers: request.headers.clone() }));
    const pauseMs = mayRetry(request, outcome, rules) && tries <= rules.max
      ? pauseOf(outcome, backoff.next(), rules, clock.wallNow())
      : undefined;
    const leftMs = request.startedAt + request.timeout - timers.now();
    // What cannot be answered in time is not worth a wait.
    if (pauseMs === undefined || pauseMs >= leftMs || !rules.budget.withdraw()) {
      if (outcome.response === undefined) throw outcome.error;
      return outcome.response;
    }
    outcome.response?.body.cancel();
    observer?.["request.retry"]?.({
      origin: request.url.origin,
      method: request.method,
      tries,
      status: outcome.response?.status ?? 0,
      error: outcome.error instanceof Error ? outcome.error : undefined,
      pauseMs,
    });
    await pause(pauseMs, request.signal, timers);
  }
}

async function outcomeOf(asked: Promise<ClientResponse>): Promise<RetryOutcome> {
  try {
    return { response: await asked };
  } catch (error) {
    return { error };
  }
}

/** Whether a request may be sent again after what became of it, and whether that may help. */
export function mayRetry(
  request: InterceptedRequest,
  outcome: RetryOutcome,
  rules: Pick<RetryRules, "statuses">,
): boolean {
  const { body, signal } = request;
  if (signal?.aborted || body !== undefined && !isReplayable(body)) return false;
  const { response, error } = outcome;
  if (response !== undefined) {
    return rules.statuses.has(response.status) && isRepeatable(request);
  }
  // Nothing of it was sent, so it does not matter what it would have done.
  // A proxy that does not know the password will not do so the next time, and may lock its owner out.
  if (error instanceof ConnectError) return error.code !== "PROXY_AUTHENTICATION_REQUIRED";
  if (error instanceof TimeoutError) {
    if (error.phase === "dns" || error.phase === "connect" || error.phase === "tls") return true;
    return (error.phase === "request" || error.phase === "headers") && isRepeatable(request);
  }
  return error instanceof NetworkError && isRepeatable(request);
}

/** Whether a request may be served twice: by its method, or because its sender says so. */
function isRepeatable({ method, headers, idempotent }: InterceptedRequest): boolean {
  return idempotent ?? (isIdempotent(method) || headers.has("idempotency-key"));
}

/** How long to wait, in milliseconds; `undefined` where the server asks for longer than we wait. */
function pauseOf(
  { response }: RetryOutcome,
  backoffMs: number,
  rules: RetryRules,
  wallNow: number,
): number | undefined {
  const value = response?.headers.get("retry-after");
  const askedMs = value === undefined ? undefined : parseRetryAfter(value, wallNow);
  if (askedMs === undefined) return backoffMs;
  return askedMs > rules.maxRetryAfterMs ? undefined : Math.max(askedMs, backoffMs);
}

async function pause(
  pauseMs: number,
  signal: AbortSignal | undefined,
  timers: Timers,
): Promise<void> {
  try {
    await timers.sleep(pauseMs, signal);
  } catch (error) {
    // The timers end with the client.
    throw error instanceof AbortError && !signal?.aborted ? new PoolClosedError() : error;
  }
}

function outOfRange(name: string, value: number): RangeError {
  return new RangeError(
    `Cannot use options.retries.${name} as it must be 0 or more: current value is ${value}`,
  );
}
