/**
 * Handing a connection over to another protocol (RFC 9110 §7.8).
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { hasField } from "../field_lines.ts";
import { headerLines } from "./header_lines.ts";
import { LazyRequest } from "./lazy_request.ts";
import { lightResponse } from "./light_response.ts";
import type { UpgradedConnection } from "./response_parts.ts";

/** How {@linkcode upgradeConnection} answers. */
export interface UpgradeOptions {
  /** The protocol that follows, as the `Upgrade` field names it. Not used for CONNECT. */
  readonly protocol?: string;
  /** Further header fields of the 101 (or, for CONNECT, the 200) response. */
  readonly headers?: HeadersInit;
}

/** What {@linkcode upgradeConnection} gives. */
export interface Upgrade {
  /** To be returned by the handler. */
  readonly response: Response;
  /**
   * The connection, once the response is out. Rejects with a `NetworkError` where the connection
   * was lost before.
   */
  readonly connection: Promise<UpgradedConnection>;
}

/**
 * Takes the connection of a request over: return the `response` from the handler, then use the
 * `connection`. It is the caller's from then on, to be closed by the caller.
 *
 * @example Only a request that a server handed out can be upgraded
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { upgradeConnection } from "@avx/semantics/web";
 *
 * const request = new Request("http://localhost/");
 * assertThrows(() => upgradeConnection(request, { protocol: "echo" }), TypeError);
 * ```
 *
 * @param request The request that a handler was called with.
 * @param options The protocol and the response's header fields.
 * @returns The response to return and a promise of the connection.
 * @throws {TypeError} If the request did not come from a server of ours, or asked for no upgrade.
 */
export function upgradeConnection(request: Request, options: UpgradeOptions = {}): Upgrade {
  const source = LazyRequest.source(request);
  if (source === undefined) {
    throw new TypeError("Cannot upgrade connection: the request was not received by this server");
  }
  const isConnect = source.method === "CONNECT";
  if (!isConnect && !source.fields.has("upgrade")) {
    throw new TypeError("Cannot upgrade connection: the request has no Upgrade field");
  }
  const lines = [...headerLines(options.headers)];
  if (!isConnect) {
    if (options.protocol === undefined) {
      throw new TypeError("Cannot upgrade connection: options.protocol must name the new protocol");
    }
    if (!hasField(lines, "upgrade")) lines.push("upgrade", options.protocol);
  }
  const taken = new Deferred<UpgradedConnection>();
  // A handler that lost interest must not turn a lost connection into an unhandled rejection.
  taken.promise.catch(() => {});
  const response = lightResponse({
    status: isConnect ? 200 : 101,
    statusText: "",
    lines,
    body: undefined,
    upgrade: {
      take: (connection) => taken.resolve(connection),
      fail: (error) => taken.reject(error),
    },
  });
  return { response, connection: taken.promise };
}
