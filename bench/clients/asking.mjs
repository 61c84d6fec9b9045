/**
 * A client kept busy, on any runtime.
 *
 * @module
 */

/** Of how many requests, the latest ones, it is remembered how long they took. */
const MAX_TIMES = 50_000;
const times = new Float64Array(MAX_TIMES);

/**
 * Sends requests for so long, as many at once as it is told.
 *
 * @param {() => Promise<unknown>} ask Sends one and reads its body; rejects where anything goes wrong.
 * @param {number} inFlight How many at once.
 * @param {number} seconds For how long.
 * @returns {Promise<import("../support/load.ts").LoadResult>} What came of it.
 */
export async function keepAsking(ask, inFlight, seconds) {
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  let failures = 0;
  const worker = async () => {
    for (let began = start; began < end;) {
      try {
        await ask();
      } catch {
        failures++;
      }
      const now = performance.now();
      times[count % MAX_TIMES] = now - began;
      count++;
      began = now;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsedMs = performance.now() - start;
  const sorted = times.slice(0, Math.min(count, MAX_TIMES)).sort();
  return {
    requests: count,
    requestsPerSecond: count / elapsedMs * 1000,
    p50Ms: sorted[Math.ceil(sorted.length * 0.5) - 1],
    p99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1],
    failures,
  };
}
