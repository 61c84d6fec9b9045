/**
 * What `Client.request` takes.
 *
 * @module
 */

import type { CacheMode } from "@avx/semantics/caching";
import type { FieldInit } from "@avx/semantics/field-lines";
import { type OutgoingBody, outgoingBody } from "./outgoing_body.ts";
import { type Destinations, type PreparedRequest, prepareRequest } from "./prepared_request.ts";
import type { RedirectMode } from "./policy/redirects.ts";
import { type ProgressListener, watchedUpload } from "./progress.ts";
import { contentOf, type RequestContent } from "./request_content.ts";
import type { InformationalResponse } from "./response.ts";
import { choosesWay, type WayOptions } from "./way_options.ts";

/** How an upgrade is asked for. */
export type UpgradeOver = "auto" | "http/1.1" | "h2";

/** What a request says beside its URL. */
export interface RequestOptions extends RequestContent, WayOptions {
  /**
   * The method.
   *
   * @default {"GET"}
   */
  readonly method?: string;
  /** Field lines. They win over the client's own, each as a whole field. */
  readonly headers?: Headers | FieldInit;
  /** Gives the request up, and the reading of its response. */
  readonly signal?: AbortSignal | null;
  /**
   * For everything from the call to the end of the body, in milliseconds.
   *
   * @default {the client's `timeouts.total`}
   */
  readonly timeout?: number;
  /**
   * Hold the body back until the server asks for it with `100 Continue` (RFC 9110 §10.1.1), or
   * `timeouts.continue` is over. A number means bodies of so many bytes or more, and those of
   * unknown length. curl holds back from 1 MiB on.
   *
   * @default {the client's `expectContinue`}
   */
  readonly expectContinue?: boolean | number;
  /** The protocol to switch to (RFC 9110 §7.8), such as `websocket`. */
  readonly upgrade?: string;
  /**
   * How it is asked for. `http/1.1` is an upgrade, on a connection of its own. `h2` is an extended
   * CONNECT (RFC 8441) on the connection that all requests share, which fails where the server does
   * not take it; in clear text the client's `protocol` must be `h2`. `auto` is the latter where the
   * client speaks nothing else, or to `websocket` where there is a connection that is known to take
   * it; otherwise the former.
   *
   * @default {"auto"}
   */
  readonly upgradeOver?: UpgradeOver;
  /**
   * What is done about a redirect. A following `request` gives the last response, with
   * `redirected` and its `url`.
   *
   * @default {the client's `redirects.mode`}
   */
  readonly redirect?: RedirectMode;
  /**
   * Whether the content is decompressed.
   *
   * @default {the client's `decompression`, where that is for all}
   */
  readonly decompress?: boolean;
  /**
   * How the client's cache is used, where it has one; see {@linkcode CacheMode}. With
   * `only-if-cached`, what is not stored is a 504.
   *
   * @default {"default"}
   */
  readonly cache?: CacheMode;
  /**
   * Whether it is sent again where that may help.
   *
   * @default {whether the client has `retries`}
   */
  readonly retry?: boolean;
  /**
   * Whether it does no harm to serve it twice.
   *
   * @default {as its method says (RFC 9110 §9.2.2), or `true` with a field `idempotency-key`}
   */
  readonly idempotent?: boolean;
  /**
   * Hears how much of the body the connection has taken.
   */
  readonly onUploadProgress?: ProgressListener;
  /**
   * Hears how much of the response's content was read, with the codings taken off that the client
   * takes off.
   */
  readonly onDownloadProgress?: ProgressListener;
  /**
   * Whether it may be answered together with others that ask for the same at the same time.
   *
   * @default {whether the client has `deduplication`}
   */
  readonly deduplicate?: boolean;
  /**
   * Whether it rejects with `HttpStatusError` where the response's status is 400 or more.
   *
   * @default {the client's `throwOnStatus`}
   */
  readonly throwOnStatus?: boolean;
  /** Hears of interim responses (RFC 9110 §15.2), such as 103 Early Hints. */
  readonly onInformational?: (response: InformationalResponse) => void;
}

/** Whether a request asks for a policy, so that it cannot go straight to a connection. */
export function asksForPolicy(options: RequestOptions): boolean {
  return options.redirect !== undefined || options.decompress === true || options.retry === true ||
    options.throwOnStatus === true || options.deduplicate === true ||
    options.onDownloadProgress !== undefined;
}

/**
 * Makes what a caller asks for ready to be sent.
 *
 * @throws {TypeError} If the URL, the method, a field or the body is not valid.
 */
export function prepare(
  url: string | URL,
  options: RequestOptions | undefined,
  destinations: Destinations,
): PreparedRequest {
  const way = options !== undefined && choosesWay(options) ? options : undefined;
  const destination = destinations.of(url, way);
  if (options === undefined) return destination.get;
  const { method = "GET", headers, upgrade, upgradeOver } = options;
  let init = options.body;
  let contentType: string | undefined;
  if (options.json !== undefined || options.form !== undefined) {
    ({ body: init, contentType } = contentOf(options));
  }
  if (
    method === "GET" && headers === undefined && init == null && upgrade === undefined &&
    options.idempotent !== false
  ) {
    return destination.get;
  }
  let body = init == null ? undefined : outgoingBody(init);
  if (body !== undefined && contentType !== undefined) body = { ...body, contentType };
  const expectContinue = body !== undefined &&
    isHeldBack(body, options.expectContinue ?? destinations.expectContinue);
  if (body !== undefined && options.onUploadProgress !== undefined) {
    body = watchedUpload(body, options.onUploadProgress);
  }
  const route = upgrade === undefined
    ? destination.route
    : destinations.upgradeRoute(destination, upgrade, upgradeOver);
  const { idempotent } = options;
  const parts = { method, headers, body, upgrade, expectContinue, idempotent, route };
  return prepareRequest(destination, parts);
}

function isHeldBack({ length }: OutgoingBody, expectContinue: boolean | number): boolean {
  if (typeof expectContinue === "boolean") return expectContinue;
  if (expectContinue >= 0) return length === undefined || length >= expectContinue;
  throw new RangeError(
    `Cannot use options.expectContinue as it must be 0 or more: current value is ${expectContinue}`,
  );
}
