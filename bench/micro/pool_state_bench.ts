/**
 * What the client's pool decides for a request that finds a connection, over HTTP/1.1 and HTTP/2:
 * to take it and to give it back.
 *
 * @module
 */

import { type Capacity, PoolState } from "../../client/pool_state.ts";

const ROUTE = "https://example.com:443";
const REQUESTS = 1_000; // per iteration, so that the clock of the benchmark does not count

/** A pool with so many idle connections to one origin. */
function idlePool(connections: number, capacity: Capacity): PoolState<object, number> {
  const state = new PoolState<object, number>({
    maxConnections: 1_024,
    maxConnectionsPerOrigin: 128,
    maxMultiplexedPerOrigin: 1,
    maxRequestsPerConnection: Infinity,
    maxWaiting: 65_536,
  });
  const slots = Array.from({ length: connections }, (_, waiter) => {
    const [order] = state.acquire(ROUTE, waiter, capacity.shared);
    if (order.type !== "open") throw new Error(`The pool ordered "${order.type}"`);
    state.opened(order.slot, {}, capacity);
    return order.slot;
  });
  for (const slot of slots) state.release(slot);
  return state;
}

const pools = {
  "HTTP/1.1, 50 connections": idlePool(50, { streams: 1, shared: false }),
  "HTTP/2, 1 connection": idlePool(1, { streams: 100, shared: true }),
};

for (const [name, pool] of Object.entries(pools)) {
  Deno.bench(`${REQUESTS} requests, ${name}`, () => {
    for (let count = 0; count < REQUESTS; count++) pool.release(pool.take(ROUTE)!);
  });
}
