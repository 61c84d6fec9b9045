/**
 * What a client can be told that shares the connections of another one.
 *
 * @module
 */

import { type FieldInit, fieldLinesOf, overlayFields } from "@avx/semantics/field-lines";
import { baseUrlOf, type ClientConfig, type ClientTlsOptions, totalTimeoutOf } from "./options.ts";
import type { PolicyOptions } from "./policies.ts";

/** What `Client.extend` takes. What it leaves out is as it was. */
export interface ExtendOptions extends PolicyOptions {
  /** What relative URLs are relative to; it may be relative itself. */
  readonly baseUrl?: string | URL;
  /** Field lines, which win over those that there are, each as a whole field. */
  readonly headers?: FieldInit;
  /**
   * TLS. Connections are shared by those clients only that have the same: the same authorities, the
   * same certificate of their own, the same `serverName` and `verify`. Where it is another than
   * before, the cache that there was stays behind: `cache` gives one of its own.
   */
  readonly tls?: ClientTlsOptions;
  /** Timeouts. Those of single phases belong to the connections, which are shared. */
  readonly timeouts?: ExtendTimeouts;
}

/** The timeouts that a client can have of its own, in milliseconds. */
export interface ExtendTimeouts {
  /** For everything from the call to the end of the response's body, redirects included. */
  readonly total?: number;
}

/**
 * The configuration of an extended client.
 *
 * @throws {RangeError} If a time is not positive.
 * @throws {TypeError} If a field or the base URL is not valid.
 */
export function extendConfig(config: ClientConfig, options: ExtendOptions): ClientConfig {
  const { baseUrl, headers, timeouts, tls } = options;
  const total = timeouts?.total;
  return Object.freeze({
    ...config,
    baseUrl: baseUrl === undefined ? config.baseUrl : baseUrlOf(baseUrl, config.baseUrl),
    headers: headers === undefined
      ? config.headers
      : Object.freeze(overlayFields(config.headers, fieldLinesOf(headers))),
    tls: tls === undefined ? config.tls : config.tlsIdentities.of(tls, config.tls),
    timeouts: total === undefined
      ? config.timeouts
      : Object.freeze({ ...config.timeouts, total: totalTimeoutOf(total) }),
  });
}
