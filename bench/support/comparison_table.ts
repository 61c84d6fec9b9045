/**
 * A comparison as Markdown, and as lines for the terminal.
 *
 * @module
 */

import type { Comparison, Ratio } from "./comparison.ts";
import { markdownTable } from "./report.ts";
import {
  formatBytes,
  formatMicroseconds,
  formatMs,
  formatRate,
  formatRatio,
} from "./statistics.ts";

/** A workload's heading and table: a row a peer, a column for each of ours against it. */
export function comparisonTable(comparison: Comparison): string {
  const lanes = comparison.peers.filter((peer) => peer.ours).map((peer) => peer.name);
  const header = [
    comparison.subject ?? "server",
    "a second",
    "p50",
    "p99",
    "processor",
    "memory",
    ...lanes.map((lane) => `${lane} / it`),
  ];
  const rows = comparison.peers.map((peer) => [
    peer.name,
    formatRate(peer.requestsPerSecond),
    formatMs(peer.p50Ms),
    formatMs(peer.p99Ms),
    formatMicroseconds(peer.processorMicroseconds),
    formatBytes(peer.residentBytes) + (peer.failures > 0 ? ` (${peer.failures} failures)` : ""),
    ...lanes.map((lane) => ratioCell(comparison.ratios, lane, peer.name)),
  ]);
  return `**${comparison.title}** (${comparison.date})\n\n${markdownTable(header, rows)}`;
}

/** The ratios that are required and missed, a line each. */
export function missedGoals(comparisons: readonly Comparison[]): string[] {
  return comparisons.flatMap(({ workload, ratios }) =>
    ratios.filter(({ ratio, atLeast }) => atLeast !== undefined && !(ratio >= atLeast)).map((
      { ours, peer, ratio, atLeast },
    ) => `${workload}: ${ours} / ${peer} is ${formatRatio(ratio)}, at least ${atLeast} is required`)
  );
}

function ratioCell(ratios: readonly Ratio[], ours: string, peer: string): string {
  const found = ratios.find((ratio) => ratio.ours === ours && ratio.peer === peer);
  if (found === undefined) return "";
  const goal = found.atLeast === undefined ? "" : ` (≥ ${found.atLeast})`;
  return formatRatio(found.ratio) + goal;
}
