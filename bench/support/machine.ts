/**
 * What a figure was measured on, and on which of its cores.
 *
 * @module
 */

import { findProgram } from "../../tests/support/programs.ts";

/** The facts that go with every figure. */
export interface Machine {
  readonly date: string;
  readonly os: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  /** Runnable processes over the last minute, at the start: more than a trace spoils the figures. */
  readonly loadAverage: number;
  readonly deno: string;
  readonly v8: string;
  readonly pinned: boolean;
}

/** The facts of this machine, now. */
export function machineFacts(): Machine {
  return {
    date: new Date().toISOString().slice(0, 16) + "Z",
    os: `${Deno.build.os} ${Deno.osRelease()} ${Deno.build.arch}`,
    cpu: cpuModel(),
    cores: navigator.hardwareConcurrency,
    memoryMiB: Math.round(Deno.systemMemoryInfo().total / 1024 / 1024),
    loadAverage: Math.round(Deno.loadavg()[0] * 100) / 100,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    pinned: canPin(),
  };
}

/** Which end of a benchmark a process is. */
export type Role = "server" | "load";

/**
 * `command` kept to its share of the cores: servers on core 0, load on the others. As it is where
 * there is one core only, or no `taskset`.
 */
export function pin(command: readonly string[], role: Role): string[] {
  if (!canPin()) return [...command];
  const last = navigator.hardwareConcurrency - 1;
  const cores = role === "server" ? "0" : last === 1 ? "1" : `1-${last}`;
  return ["taskset", "-c", cores, ...command];
}

/** How many threads a load generator may use. */
export function loadThreads(): number {
  return canPin() ? Math.min(4, navigator.hardwareConcurrency - 1) : 1;
}

/** `command` with as many file descriptors as the system allows, up to `count`. */
export function withDescriptors(command: readonly string[], count: number): string[] {
  if (Deno.build.os === "windows") return [...command];
  return [
    "sh",
    "-c",
    `ulimit -n ${count} 2>/dev/null || ulimit -n "$(ulimit -H -n)"; exec "$@"`,
    "sh",
    ...command,
  ];
}

function canPin(): boolean {
  return navigator.hardwareConcurrency > 1 && findProgram("taskset") !== undefined;
}

function cpuModel(): string {
  try {
    const facts = Deno.readTextFileSync("/proc/cpuinfo");
    return /^model name\s*:\s*(.*)$/m.exec(facts)?.[1].trim() ?? "unknown";
  } catch {
    return "unknown";
  }
}
