/**
 * What the connections of a client are doing.
 *
 * @module
 */

import type { PoolCounts } from "./pool_place.ts";
import type { PoolSlot } from "./pool_slot.ts";
import type { PoolState } from "./pool_state.ts";

/** What the connections to one origin are doing. */
export interface OriginStats extends PoolCounts {
  /** What is spoken there, as far as a connection has told. */
  readonly protocol: "http/1.1" | "h2" | undefined;
}

/**
 * What a client's connections are doing. `opened`, `closed` and `reused` count from the beginning,
 * all others are of this moment.
 */
export interface ClientStats extends PoolCounts {
  /**
   * The same for each origin that has a connection, or a request that waits for one; counted from
   * when it had the first of these. By `scheme://host:port`, followed by what else tells its
   * connections apart: a proxy, a unix socket, other TLS options, HTTP/1.1 for an upgrade.
   */
  readonly origins: ReadonlyMap<string, OriginStats>;
}

/** A connection, as far as it is counted. */
interface Spoken {
  readonly protocol: "http/1.1" | "h2";
}

/** Counts what a pool holds. */
export function statsOf<C extends Spoken, W>(state: PoolState<C, W>): ClientStats {
  const origins = new Map<string, OriginStats>();
  for (const [route, counts] of state.counts()) {
    origins.set(route, { ...counts, protocol: protocolOf(state.slots(route)) });
  }
  return { ...state.total(), origins };
}

function protocolOf(slots: Iterable<PoolSlot<Spoken, unknown>>): OriginStats["protocol"] {
  let protocol: OriginStats["protocol"];
  for (const { connection } of slots) protocol = connection?.protocol ?? protocol;
  return protocol;
}
