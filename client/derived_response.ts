/**
 * Responses that interceptors make: of another one, or of nothing.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import type { Address } from "@avx/runtime/ports/transport";
import type { BodySource } from "@avx/semantics/body-source";
import { EditableFields } from "@avx/semantics/editable-fields";
import type { FieldInit } from "@avx/semantics/field-lines";
import type { FieldSection } from "@avx/semantics/field-section";
import { reasonPhrase } from "@avx/semantics/status";
import { ClientBody } from "./client_body.ts";
import type { ClientResponse, RequestTimings, SwitchedConnection } from "./response.ts";

/** What {@linkcode deriveResponse} changes. */
export interface ResponseChanges {
  /** Another status code. */
  readonly status?: number;
  /** Another reason phrase. */
  readonly statusText?: string;
  /** Another header section. */
  readonly headers?: FieldSection;
  /** Another body. Who takes the place of one that nobody reads cancels it. */
  readonly body?: ClientBody;
  /** Another URL. */
  readonly url?: string;
  /** Whether redirects led here. */
  readonly redirected?: boolean;
}

/** What {@linkcode makeResponse} makes a response of. */
export interface ResponseParts {
  /**
   * The status code.
   *
   * @default {200}
   */
  readonly status?: number;
  /**
   * The reason phrase.
   *
   * @default {the status code's}
   */
  readonly statusText?: string;
  /** Field lines. */
  readonly headers?: FieldInit;
  /** The body. */
  readonly body?: string | Uint8Array | BodySource;
  /**
   * The protocol it came over.
   *
   * @default {"http/1.1"}
   */
  readonly protocol?: ClientResponse["protocol"];
  /**
   * When its request was made, in milliseconds on the client's clock.
   *
   * @default {0}
   */
  readonly startedAt?: number;
}

/**
 * A response that is another one but for a few changes. What the other one's body does later, its
 * trailers and timings, shows here as well.
 *
 * @example A status of one's own
 * ```ts
 * import { deriveResponse, makeResponse } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const notFound = makeResponse("https://a.example/", { status: 404, body: "nothing here" });
 * const derived = deriveResponse(notFound, { status: 200 });
 * assertEquals([derived.status, derived.url], [200, "https://a.example/"]);
 * assertEquals(await derived.body.text(), "nothing here");
 * ```
 */
export function deriveResponse(
  response: ClientResponse,
  changes: ResponseChanges,
): ClientResponse {
  return new DerivedResponse(response, changes);
}

/**
 * A response that did not come over a connection.
 *
 * @param url What it answers for, without a fragment.
 * @throws {TypeError} If a field is not valid.
 *
 * @example An interceptor that answers by itself
 * ```ts
 * import { Client, makeResponse } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const client = new Client();
 * client.use((request, next) =>
 *   request.url.pathname === "/ping"
 *     ? Promise.resolve(makeResponse(request.url, { body: "pong" }))
 *     : next(request)
 * );
 *
 * const response = await client.request("https://a.example/ping");
 * assertEquals(await response.body.text(), "pong");
 * client.close();
 * ```
 */
export function makeResponse(url: string | URL, parts: ResponseParts = {}): ClientResponse {
  return new MadeResponse(url, parts);
}

class DerivedResponse implements ClientResponse {
  readonly #from: ClientResponse;
  readonly #changes: ResponseChanges;

  constructor(from: ClientResponse, changes: ResponseChanges) {
    this.#from = from;
    this.#changes = changes;
  }

  get status(): number {
    return this.#changes.status ?? this.#from.status;
  }

  get statusText(): string {
    return this.#changes.statusText ?? this.#from.statusText;
  }

  get headers(): FieldSection {
    return this.#changes.headers ?? this.#from.headers;
  }

  get body(): ClientBody {
    return this.#changes.body ?? this.#from.body;
  }

  get url(): string {
    return this.#changes.url ?? this.#from.url;
  }

  get redirected(): boolean {
    return this.#changes.redirected ?? this.#from.redirected;
  }

  get protocol(): ClientResponse["protocol"] {
    return this.#from.protocol;
  }

  get remoteAddr(): Address {
    return this.#from.remoteAddr;
  }

  get trailers(): FieldSection | undefined {
    return this.#changes.body?.trailers ?? this.#from.trailers;
  }

  get timings(): RequestTimings {
    return this.#from.timings;
  }

  get upgrade(): SwitchedConnection | undefined {
    return this.#from.upgrade;
  }
}

class MadeResponse implements ClientResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: FieldSection;
  readonly body: ClientBody;
  readonly url: string;
  readonly redirected = false;
  readonly protocol: ClientResponse["protocol"];
  readonly remoteAddr: Address = NOWHERE;
  readonly timings: RequestTimings;
  readonly upgrade = undefined;

  constructor(url: string | URL, parts: ResponseParts) {
    const { status = 200, body, startedAt = 0 } = parts;
    this.status = status;
    this.statusText = parts.statusText ?? reasonPhrase(status);
    this.headers = new EditableFields(parts.headers);
    this.body = new ClientBody(typeof body === "string" ? encodeUtf8(body) : body, undefined);
    this.url = withoutFragment(url);
    this.protocol = parts.protocol ?? "http/1.1";
    this.timings = { ...NO_TIME, startedAt };
  }

  get trailers(): FieldSection | undefined {
    return this.body.trailers;
  }
}

const NOWHERE: Address = Object.freeze({ transport: "memory", name: "" });

const NO_TIME: Omit<RequestTimings, "startedAt"> = Object.freeze({
  connectionMs: 0,
  reused: false,
  dnsMs: 0,
  connectMs: 0,
  proxyMs: 0,
  tlsMs: 0,
  headersMs: 0,
  totalMs: 0,
});

function withoutFragment(url: string | URL): string {
  const { href, hash } = new URL(url);
  return hash === "" ? href.replace(/#$/, "") : href.slice(0, -hash.length);
}
