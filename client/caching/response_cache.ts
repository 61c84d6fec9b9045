/**
 * A cache between requests and their connections (RFC 9111).
 *
 * The rules are those of `@avx/semantics/caching`; what is here carries them out.
 *
 * @module
 */

import type { Clock } from "@avx/runtime/ports/clock";
import {
  type CachedHead,
  type CachedResponse,
  type CacheStatus,
  conditionLines,
  formatCacheStatus,
  type Freshness,
  freshnessOf,
  invalidatedUrls,
  isSameByHead,
  isStorable,
  lookUp,
  mayBeOffered,
  parseRequestDirectives,
  parseResponseDirectives,
  type ReceivedResponse,
  refreshedHead,
  storedHead,
  validatedHead,
} from "@avx/semantics/caching";
import { FieldList, fieldValueOf } from "@avx/semantics/field-lines";
import { isSafe } from "@avx/semantics/method";
import type { ClientBody } from "../client_body.ts";
import { deriveResponse, makeResponse } from "../derived_response.ts";
import type { InterceptedRequest, Next } from "../interceptor.ts";
import type { ClientResponse } from "../response.ts";
import type { CacheConfig } from "./cache_config.ts";
import {
  forwardedFields,
  keyOf,
  linesOf,
  modeOf,
  pairsOf,
  sameOriginKey,
} from "./cache_request.ts";
import { type Forwarding, isCollapsible } from "./forwarding.ts";
import { isOriginFailure, isOutage, isSuccessor } from "./outcome.ts";
import { PendingFills } from "./pending_fills.ts";
import { reusedResponse } from "./reused_response.ts";
import { Shelf } from "./shelf.ts";

/** Answers requests with what it has stored, and stores what comes for the others. */
export class ResponseCache {
  readonly #config: CacheConfig;
  readonly #clock: Clock;
  readonly #shelf: Shelf;
  readonly #fills: PendingFills;
  /** What is being validated in the background. */
  readonly #refreshing = new Set<string>();

  /** Makes one over the store of its configuration. */
  constructor(config: CacheConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
    this.#shelf = new Shelf(config.store, config.maxBodyBytes);
    this.#fills = new PendingFills(clock, config.maxCollapseWaitMs);
  }

  /**
   * Answers a request, by asking `next` where that is necessary.
   *
   * @throws {TypeError} If its option `cache` is no known mode.
   * @throws The reason of its signal, if that is aborted.
   */
  async answer(request: InterceptedRequest, next: Next): Promise<ClientResponse> {
    if (request.upgrade !== undefined) return next(request);
    request.signal?.throwIfAborted();
    const { method, headers } = request;
    const mode = modeOf(request);
    const key = keyOf(request.url);
    const isReusing = (method === "GET" || method === "HEAD") && request.body === undefined;
    for (let collapsed = false;; collapsed = true) {
      const stored = isReusing && mode !== "no-store" ? await this.#shelf.find(key) : [];
      const heads = stored.map(({ head }) => head);
      const nowMs = this.#clock.wallNow();
      const verdict = lookUp({ method, headers, mode }, heads, nowMs, this.#config.rules);
      if (verdict.type === "unavailable") return this.#unavailable(request);
      const asked = { request, next, key, mode, collapsed, settled: ignore };
      if (verdict.type === "hit") {
        const selected = stored.find(({ head }) => head === verdict.head)!;
        const { freshness } = verdict;
        const status = { hit: true, ttl: ttlOf(freshness), collapsed };
        const reused = await this.#reuse(request, selected, freshness, status);
        if (reused !== undefined) {
          const forwarding = {
            ...asked,
            reason: "stale",
            stored,
            selected,
            fallbackUntilMs: 0,
          } as const;
          if (verdict.refresh) this.#refresh(forwarding);
          return reused;
        }
      }
      const offered = stored.filter(({ head }) => mayBeOffered(head, headers));
      const forwarding: Forwarding = verdict.type === "validate"
        ? {
          ...asked,
          reason: verdict.reason,
          stored: offered,
          selected: stored.find(({ head }) => head === verdict.head),
          fallbackUntilMs: nowMs + verdict.fallbackMs,
        }
        : {
          ...asked,
          // Of a hit, the body has gone meanwhile.
          reason: verdict.type === "hit" ? "uri-miss" : verdict.reason,
          stored: verdict.type === "hit" ? [] : offered,
          selected: undefined,
          fallbackUntilMs: 0,
        };
      if (!isReusing) return this.#forwardUncached(forwarding);
      if (!this.#config.collapse || !isCollapsible(forwarding)) return this.#forward(forwarding);
      if (collapsed || !this.#fills.has(key)) {
        return this.#forward({ ...forwarding, settled: this.#fills.begin(key) });
      }
      const leftMs = request.startedAt + request.timeout - this.#clock.now();
      await this.#fills.wait(key, request.signal, leftMs);
    }
  }

  /** Forwards what is not answered from a cache, and drops what it changes (RFC 9111 §4.4). */
  async #forwardUncached({ request, next, key, reason }: Forwarding): Promise<ClientResponse> {
    const { method, url } = request;
    const response = await next(request);
    if (!isSafe(method)) {
      const exchange = {
        method,
        url: key,
        status: response.status,
        lines: linesOf(response.headers),
      };
      const gone = invalidatedUrls(exchange, (reference) => sameOriginKey(reference, url));
      for (const one of gone) await this.#shelf.clear(one);
    }
    return this.#marked(response, { forward: reason });
  }

  async #forward(forwarding: Forwarding): Promise<ClientResponse> {
    try {
      return await this.#ask(forwarding);
    } catch (error) {
      const reused = isOriginFailure(error) ? await this.#fallBack(forwarding) : undefined;
      forwarding.settled();
      if (reused === undefined) throw error;
      return reused;
    }
  }

  /** Asks the origin, with a condition where something stored may still hold (RFC 9111 §4.3). */
  async #ask(forwarding: Forwarding): Promise<ClientResponse> {
    const { request, next, selected, stored, reason, mode } = forwarding;
    const heads = stored.map(({ head }) => head);
    const asks = request.method === "GET" && (selected !== undefined || reason === "vary-miss");
    const conditions = asks ? conditionLines(selected?.head, heads) : [];
    const headers = forwardedFields(request.headers, mode);
    for (const [name, value] of pairsOf(conditions)) headers.append(name, value);
    const requestMs = this.#clock.wallNow();
    const response = await next({ ...request, headers });
    const received: ReceivedResponse = {
      status: response.status,
      reason: response.statusText,
      lines: linesOf(response.headers),
      requestMs,
      responseMs: this.#clock.wallNow(),
    };
    if (received.status === 304 && conditions.length > 0) {
      response.body.cancel();
      return await this.#validated(forwarding, received, response) ??
        // It speaks of nothing that is stored, or of what has gone meanwhile.
        await this.#ask({ ...forwarding, reason: "uri-miss", stored: [], selected: undefined });
    }
    if (isOutage(received.status)) {
      const reused = await this.#fallBack(forwarding, received.status);
      if (reused !== undefined) {
        response.body.cancel();
        forwarding.settled();
        return reused;
      }
    }
    return await this.#filled(forwarding, received, response);
  }

  /** What a 304 makes of the stored response that it speaks of. */
  async #validated(
    { request, key, selected, stored, reason, collapsed, settled }: Forwarding,
    received: ReceivedResponse,
    response: ClientResponse,
  ): Promise<ClientResponse | undefined> {
    const heads = stored.map(({ head }) => head);
    const found = validatedHead(received.lines, selected?.head, heads);
    const cached = stored.find(({ head }) => head === found);
    if (cached === undefined) return undefined;
    const answer = { ...received, request: request.headers };
    const head = refreshedHead(cached.head, answer, this.#config.rules);
    await this.#shelf.update(key, cached.head.variant, head);
    const freshness = this.#freshness(head);
    const status = { forward: reason, forwardStatus: 304, ttl: ttlOf(freshness), collapsed };
    const refreshed: CachedResponse = { head, open: () => cached.open() };
    // Cookies are not stored, but those that the 304 sets are set now.
    const cookies = response.headers.getAll("set-cookie").flatMap((value) => ["set-cookie", value]);
    const reused = await this.#reuse(request, refreshed, freshness, status, cookies);
    if (reused === undefined) return undefined;
    settled();
    const { headers, body, statusText } = reused;
    return deriveResponse(response, { status: reused.status, statusText, headers, body });
  }

  /** A response that came whole, on its way to the caller and perhaps to the store. */
  async #filled(
    { request, key, mode, selected, reason, collapsed, settled }: Forwarding,
    received: ReceivedResponse,
    response: ClientResponse,
  ): Promise<ClientResponse> {
    const { method, headers } = request;
    const { rules } = this.#config;
    if (method === "HEAD") {
      await this.#compare(key, selected, { ...received, request: headers });
    }
    const asked = parseRequestDirectives(headers.get("cache-control"), headers.get("pragma"));
    const exchange = { ...received, method, request: headers, asked };
    const mark: CacheStatus = { forward: reason, collapsed };
    if (mode !== "no-store" && isStorable(exchange, rules)) {
      const head = storedHead(received, headers, rules);
      const body = await this.#shelf.fill(key, head, response, settled);
      return this.#marked(response, { ...mark, stored: body !== undefined }, body);
    }
    settled();
    const isReplaced = method === "GET" && selected !== undefined && isSuccessor(received.status);
    if (isReplaced) await this.#shelf.clear(key);
    return this.#marked(response, mark);
  }

  /** Keeps or drops a stored response by what a HEAD says of it (RFC 9111 §4.3.5). */
  async #compare(
    key: string,
    cached: CachedResponse | undefined,
    answer: ReceivedResponse & { readonly request: InterceptedRequest["headers"] },
  ): Promise<void> {
    if (cached === undefined || answer.status >= 500) return;
    const { head } = cached;
    if (!isSameByHead(head, answer.status, answer.lines)) return await this.#shelf.clear(key);
    const refreshed = refreshedHead(head, answer, this.#config.rules);
    await this.#shelf.update(key, head.variant, refreshed);
  }

  /** The stale response that stands in for an error, as long as it may (RFC 5861 §4). */
  async #fallBack(
    { request, selected, fallbackUntilMs, reason }: Forwarding,
    forwardStatus?: number,
  ): Promise<ClientResponse | undefined> {
    if (selected === undefined || this.#clock.wallNow() >= fallbackUntilMs) return undefined;
    const freshness = this.#freshness(selected.head);
    const detail = "stale-if-error";
    const status = { forward: reason, forwardStatus, ttl: ttlOf(freshness), detail };
    return await this.#reuse(request, selected, freshness, status);
  }

  /** Validates in the background what was given stale (RFC 5861 §3), once at a time. */
  #refresh(forwarding: Forwarding): void {
    const { key, request, selected } = forwarding;
    const id = `${selected?.head.variant} ${key}`;
    if (this.#refreshing.has(id)) return;
    this.#refreshing.add(id);
    const background = {
      ...request,
      method: "GET",
      headers: request.headers.clone(),
      signal: undefined,
      onInformational: undefined,
      startedAt: this.#clock.now(),
    };
    background.headers.delete("range"); // only the whole can be stored
    this.#forward({ ...forwarding, request: background })
      .then(({ body }) => drain(body))
      .catch(ignore) // it is only as stale as it was
      .finally(() => this.#refreshing.delete(id));
  }

  /** A stored response as an answer; `undefined` where its body has gone. */
  async #reuse(
    request: InterceptedRequest,
    cached: CachedResponse,
    { ageMs }: Freshness,
    status: CacheStatus,
    lines: readonly string[] = [],
  ): Promise<ClientResponse | undefined> {
    const isHead = request.method === "HEAD";
    const body = isHead ? undefined : await this.#shelf.open(cached);
    if (body === undefined && !isHead) return undefined;
    return reusedResponse(request, {
      head: cached.head,
      body,
      ageMs,
      validated: status.forwardStatus === 304,
      extraLines: [...lines, ...this.#statusLine(status)],
    });
  }

  #freshness(head: CachedHead): Freshness {
    const said = parseResponseDirectives(fieldValueOf(head.lines, "cache-control"));
    return freshnessOf(head, said, this.#config.rules, this.#clock.wallNow());
  }

  #unavailable({ url, startedAt }: InterceptedRequest): ClientResponse {
    const headers = this.#statusLine({ detail: "only-if-cached" });
    return makeResponse(url, { status: 504, headers: pairsOf(headers), startedAt });
  }

  #marked(response: ClientResponse, status: CacheStatus, body?: ClientBody): ClientResponse {
    const lines = [...linesOf(response.headers), ...this.#statusLine(status)];
    return deriveResponse(response, { headers: new FieldList(lines), body });
  }

  #statusLine(status: CacheStatus): readonly string[] {
    return ["cache-status", formatCacheStatus(this.#config.name, status)];
  }
}

function ignore(): void {}

function ttlOf({ lifetimeMs, ageMs }: Freshness): number {
  return Math.floor((lifetimeMs - ageMs) / 1000);
}

async function drain(body: ClientBody): Promise<void> {
  const source = body.source();
  for (let chunk = await source.pull(); chunk !== undefined; chunk = await source.pull()) {
    source.release?.(chunk);
  }
}
