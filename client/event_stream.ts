/**
 * A client of server-sent events, which connects again where a stream ends (HTML standard §9.2).
 *
 * @module
 */

import { Backoff } from "@avx/runtime/backoff";
import { AbortError, ConnectError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Timers } from "@avx/runtime/timers";
import { PoolClosedError, RemoteProtocolError } from "@avx/semantics/errors";
import { EventStreamParser, type ServerSentEvent } from "@avx/semantics/event-stream";
import { overlayFields } from "@avx/semantics/field-lines";
import type { FieldInit } from "@avx/semantics/field-lines";
import { parseRetryAfter } from "@avx/semantics/retry-after";
import { requestLines } from "./prepared_request.ts";
import type { RequestOptions } from "./request.ts";
import type { ClientResponse } from "./response.ts";

/** What an event stream is asked for with. */
export interface EventStreamOptions {
  /** The method. @default {"GET"} */
  readonly method?: string;
  /** Field lines. */
  readonly headers?: Headers | FieldInit;
  /** The body, for servers that want one; it has to be one that can be sent again. */
  readonly body?: string | Uint8Array;
  /** Ends it. */
  readonly signal?: AbortSignal;
  /**
   * Where to go on from.
   *
   * @default {from the beginning}
   */
  readonly lastEventId?: string;
  /**
   * The pause before it connects again, in milliseconds, until the server says another one
   * (`retry:`). It doubles, up to `maxRetry`, while no event comes. Chrome 3 s, Firefox 5 s.
   *
   * @default {3000}
   */
  readonly retry?: number;
  /**
   * The longest pause, in milliseconds, where the server does not ask for a longer one.
   *
   * @default {30000}
   */
  readonly maxRetry?: number;
  /**
   * The longest pause that a server may ask for, by `retry:` or `retry-after`, in milliseconds. Who
   * asks for more gets this.
   *
   * @default {3600000}
   */
  readonly maxServerRetry?: number;
  /**
   * How often in a row it connects again without an event having come, before it rejects with what
   * went wrong last. Browsers never give up.
   *
   * @default {Infinity}
   */
  readonly maxReconnects?: number;
  /**
   * The most bytes that one event may have, before it rejects with code `EVENT_TOO_LARGE`.
   *
   * @default {1048576}
   */
  readonly maxEventBytes?: number;
}

/** What an event stream stands on. */
export interface EventStreamContext {
  /** Asks for the stream. */
  readonly request: (url: string | URL, options: RequestOptions) => Promise<ClientResponse>;
  /** What pauses wait on. */
  readonly timers: Timers;
  /** The time of day, in milliseconds since the Unix epoch. */
  readonly wallNow: () => number;
}

/** Responses that say that the stream may be there later. */
const PASSING = new Set([429, 500, 502, 503, 504]);

/**
 * The events of a server, over as many connections as it takes. Read it once, with `for await`; to
 * leave the loop, or {@linkcode close}, ends it.
 *
 * It ends by itself with a status of 204, which says that there is no more. It fails with
 * `RemoteProtocolError` where what comes is no event stream.
 *
 * @example The first two events
 * ```ts
 * import { Client } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => {
 *   const headers = { "content-type": "text/event-stream" };
 *   return new Response("id: 1\ndata: one\n\nid: 2\ndata: two\n\n", { headers });
 * });
 * const client = new Client();
 *
 * const seen: string[] = [];
 * for await (const { data } of client.sse(`http://127.0.0.1:${server.addr.port}/`)) {
 *   seen.push(data);
 *   if (seen.length === 2) break;
 * }
 * assertEquals(seen, ["one", "two"]);
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export class EventStream implements AsyncIterable<ServerSentEvent> {
  readonly #url: string | URL;
  readonly #options: EventStreamOptions;
  readonly #context: EventStreamContext;
  readonly #closing = new AbortController();
  #lastEventId: string;
  #retryMs: number;
  readonly #maxServerRetryMs: number;
  #isUsed = false;

  /**
   * Makes one that has not connected yet: it does when it is read.
   *
   * @throws {RangeError} If a time or a limit is not positive.
   */
  constructor(url: string | URL, options: EventStreamOptions, context: EventStreamContext) {
    this.#url = url;
    this.#options = options;
    this.#context = context;
    this.#lastEventId = options.lastEventId ?? "";
    this.#retryMs = positive("retry", options.retry ?? 3_000);
    positive("maxRetry", options.maxRetry ?? 30_000);
    this.#maxServerRetryMs = positive("maxServerRetry", options.maxServerRetry ?? 3_600_000);
    positive("maxReconnects", options.maxReconnects ?? Infinity);
    positive("maxEventBytes", options.maxEventBytes ?? 1);
  }

  /** The id to go on from: that of the last event, or what was given. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** Ends it. Who reads it gets no further event. */
  close(): void {
    this.#closing.abort(new AbortError("The event stream was closed"));
  }

  /** Connects, and gives each event as it comes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ServerSentEvent, void, undefined> {
    if (this.#isUsed) throw new TypeError("Cannot read event stream as it has been read already");
    this.#isUsed = true;
    const { signal } = this.#options;
    const forward = () => this.#closing.abort(signal?.reason);
    if (signal?.aborted) forward();
    signal?.addEventListener("abort", forward);
    try {
      yield* this.#connections();
    } catch (error) {
      // To close it is not an error; the caller's own signal is.
      if (!this.#closing.signal.aborted || signal?.aborted) throw error;
    } finally {
      signal?.removeEventListener("abort", forward);
      this.close();
    }
  }

  async *#connections(): AsyncGenerator<ServerSentEvent, void, undefined> {
    const { maxReconnects = Infinity } = this.#options;
    let backoff: Backoff | undefined;
    for (let reconnects = 0;; reconnects++) {
      let cause: unknown;
      let askedMs = 0;
      try {
        const response = await this.#ask();
        if (response.status === 204) return response.body.cancel();
        if (PASSING.has(response.status)) {
          askedMs = retryAfterOf(response, this.#context.wallNow());
          cause = refused(response);
        } else {
          for await (const event of this.#events(response)) {
            reconnects = 0;
            backoff = undefined;
            yield event;
          }
          cause = new NetworkError("The event stream ended", { code: "STREAM_ENDED" });
        }
      } catch (error) {
        if (!isPassing(error)) throw error;
        cause = error;
      }
      if (reconnects >= maxReconnects) throw cause;
      backoff ??= this.#newBackoff();
      await this.#pause(Math.max(backoff.next(), Math.min(askedMs, this.#maxServerRetryMs)));
    }
  }

  #newBackoff(): Backoff {
    const initialMs = Math.max(1, this.#retryMs);
    const maxMs = Math.max(initialMs, this.#options.maxRetry ?? 30_000);
    // Never shorter than the server wants it, so chance only ever adds: see `#pause`.
    return new Backoff({ initialMs, maxMs, jitter: 0 });
  }

  #ask(): Promise<ClientResponse> {
    const { method, headers, body } = this.#options;
    const defaults = ["accept", "text/event-stream", "cache-control", "no-store"];
    const own = headers === undefined ? [] : requestLines(headers);
    const lines = overlayFields(defaults, own);
    if (this.#lastEventId !== "") lines.push("last-event-id", encoded(this.#lastEventId));
    return this.#context.request(this.#url, {
      method,
      headers: pairsOf(lines),
      body,
      redirect: "follow",
      throwOnStatus: false,
      deduplicate: false,
      retry: false, // to connect again is done here
      cache: "no-store",
      timeout: Infinity, // no stream of events is ever over
      signal: this.#closing.signal,
    });
  }

  async *#events(response: ClientResponse): AsyncGenerator<ServerSentEvent, void, undefined> {
    const type = response.headers.get("content-type")?.toLowerCase() ?? "";
    if (response.status !== 200 || !/^text\/event-stream *(;|$)/.test(type)) {
      throw refused(response);
    }
    const parser = new EventStreamParser({
      maxBytes: this.#options.maxEventBytes,
      lastEventId: this.#lastEventId,
    });
    for await (const chunk of response.body) {
      parser.push(chunk);
      for (let event; (event = parser.next()) !== undefined;) {
        this.#lastEventId = event.id;
        yield event;
      }
      this.#lastEventId = parser.lastEventId;
      if (parser.retryMs !== undefined) {
        this.#retryMs = Math.min(parser.retryMs, this.#maxServerRetryMs);
      }
      if (parser.isTooLarge) {
        throw new RemoteProtocolError(
          `Cannot read event as it is larger than ${
            this.#options.maxEventBytes ?? 1024 * 1024
          } bytes`,
          { code: "EVENT_TOO_LARGE" },
        );
      }
    }
  }

  async #pause(pauseMs: number): Promise<void> {
    const { signal } = this.#closing;
    try {
      await this.#context.timers.sleep(pauseMs, signal);
    } catch (error) {
      throw error instanceof AbortError && !signal.aborted ? new PoolClosedError() : error;
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof ConnectError || error instanceof NetworkError ||
    error instanceof TimeoutError && error.phase !== "total";
}

function refused(response: ClientResponse): RemoteProtocolError {
  response.body.cancel();
  const { status } = response;
  const type = response.headers.get("content-type") ?? "no type";
  return new RemoteProtocolError(
    `Cannot read events as the server answered ${status} with ${JSON.stringify(type)}`,
    { code: "NO_EVENT_STREAM" },
  );
}

function retryAfterOf({ headers }: ClientResponse, wallNow: number): number {
  const value = headers.get("retry-after");
  return value === undefined ? 0 : parseRetryAfter(value, wallNow) ?? 0;
}

/** UTF-8 as a field carries it (HTML standard §9.2.3: the id goes as it is). */
function encoded(id: string): string {
  return Array.from(new TextEncoder().encode(id), (byte) => String.fromCharCode(byte)).join("");
}

function* pairsOf(lines: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at < lines.length; at += 2) yield [lines[at], lines[at + 1]];
}

function positive(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`Cannot use options.${name} as it must be positive: it is ${value}`);
}
