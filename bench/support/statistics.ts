/**
 * Medians, percentiles, and how figures are printed.
 *
 * @module
 */

/** The middle of `values`; the mean of the two in the middle of an even number. `NaN` of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The smallest value that `share` (0 to 1) of `values` do not exceed. */
export function percentile(values: readonly number[] | Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** A rate: `1.27 M`, `110 k`, `812`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 999_500) return `${(perSecond / 1e6).toFixed(2)} M`;
  if (perSecond >= 99_950) return `${(perSecond / 1e3).toFixed(0)} k`;
  if (perSecond >= 1_000) return `${(perSecond / 1e3).toFixed(1)} k`;
  return perSecond.toFixed(0);
}

/** A duration: `12 µs`, `1.23 ms`, `1.2 s`; a dash where it is not known. */
export function formatMs(ms: number | null): string {
  if (ms === null) return "–";
  // autocannon counts whole milliseconds.
  if (ms === 0) return "< 1 ms";
  if (ms < 1) return `${(ms * 1000).toFixed(ms < 0.1 ? 1 : 0)} µs`;
  return ms < 1000 ? `${ms.toFixed(2)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** Microseconds: `7.1 µs`; a dash where they are not known. */
export function formatMicroseconds(microseconds: number | null): string {
  if (microseconds === null) return "–";
  return `${microseconds.toFixed(microseconds < 10 ? 2 : microseconds < 100 ? 1 : 0)} µs`;
}

/** A size in bytes: `43.0 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(1)} MB`;
  return bytes >= 1e3 ? `${(bytes / 1e3).toFixed(1)} KB` : `${bytes.toFixed(0)} B`;
}

/** A ratio: `1.08 ×`. */
export function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : "–";
}
