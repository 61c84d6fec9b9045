/**
 * What an idle connection costs a server, held by a client in another process.
 *
 * @module
 */

import { denoCommand } from "./peers.ts";
import { BenchProcess } from "./process.ts";
import { markdownTable } from "./report.ts";
import { formatBytes } from "./statistics.ts";

/** What came of one server. */
export interface IdleCost {
  readonly name: string;
  readonly beforeBytes: number;
  readonly afterBytes: number;
  readonly bytesPerConnection: number;
}

/** What is measured. */
export interface IdleTask {
  /** How results name the server. */
  readonly name: string;
  /** What starts it. */
  readonly command: readonly string[];
  /** The file in `bench/clients/` that holds connections. */
  readonly holder: string;
  /** How many. */
  readonly connections: number;
}

/** Resident memory of a server before and with its idle connections. */
export async function idleCost(task: IdleTask): Promise<IdleCost> {
  const { name, connections } = task;
  const server = await BenchProcess.start(task.command);
  const hold = (count: number): Promise<BenchProcess> => {
    const args = [`--port=${server.port}`, `--connections=${count}`];
    return BenchProcess.start(denoCommand(`../clients/${task.holder}`, "load", args), 60_000);
  };
  try {
    // What loads with the first requests is not what a connection costs.
    const first = await hold(200);
    await first.stop();
    await settle();
    const beforeBytes = server.residentBytes();
    const client = await hold(connections);
    await settle();
    const afterBytes = server.residentBytes();
    await client.stop();
    const bytesPerConnection = (afterBytes - beforeBytes) / connections;
    return { name, beforeBytes, afterBytes, bytesPerConnection };
  } finally {
    await server.stop();
  }
}

/** The results as a table; `subject` is what the connections are. */
export function idleTable(results: readonly IdleCost[], subject: string): string {
  return markdownTable(
    ["server", "before", `with the ${subject}`, "each"],
    results.map(({ name, beforeBytes, afterBytes, bytesPerConnection }) => [
      name,
      formatBytes(beforeBytes),
      formatBytes(afterBytes),
      formatBytes(bytesPerConnection),
    ]),
  );
}

/** A moment for the server to close what was closed, and to become idle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500));
}
