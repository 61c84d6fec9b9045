/**
 * Connections that may carry requests for other hosts than the one they were opened for.
 *
 * @module
 */

import { type Authority, authorityOf, canServe, mayCoalesce } from "./coalescing.ts";
import type { Lease } from "./lease.ts";
import type { Route } from "./route.ts";

interface Host {
  readonly route: Route;
  /** Whom it can speak for; looked at when somebody asks. */
  authority: Authority | "unasked" | undefined;
  /** The routes that use it as well. */
  readonly guests: string[];
}

/** The connections of a pool that all requests to their host share, over TLS and directly. */
export class PoolHosts {
  readonly #hosts = new Map<Lease, Host>();

  /** A connection over `route` has been opened. */
  add(lease: Lease, route: Route): void {
    if (!lease.isShared || !mayCoalesce(route)) return;
    this.#hosts.set(lease, { route, authority: "unasked", guests: [] });
  }

  /**
   * A connection is gone.
   *
   * @returns The routes that have used it as well.
   */
  delete(lease: Lease): readonly string[] {
    const host = this.#hosts.get(lease);
    this.#hosts.delete(lease);
    return host?.guests ?? NOBODY;
  }

  /** `route` uses a connection as well. */
  welcome(lease: Lease, route: Route): void {
    this.#hosts.get(lease)?.guests.push(route.key);
  }

  /** The connections that will do for a route whose name has these addresses. */
  *for(route: Route, addresses: readonly string[]): Generator<Lease> {
    if (!mayCoalesce(route)) return;
    for (const [lease, host] of this.#hosts) {
      if (host.authority === "unasked") {
        host.authority = authorityOf(host.route, lease.connection.transport);
      }
      const { authority } = host;
      if (authority === undefined || !canServe(host.route, authority, route, addresses)) continue;
      yield lease;
    }
  }
}

const NOBODY: readonly string[] = [];
