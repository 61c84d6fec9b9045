/**
 * What is compared: contestants that take turns at the same task.
 *
 * @module
 */

import type { Latencies, LoadResult } from "./load.ts";

/** What one turn brought. */
export interface Turn extends LoadResult {
  /** Processor time of the contestant for each request, in microseconds; `NaN` if not known. */
  readonly processorMicroseconds: number;
}

/** One that takes turns, started and ready. */
export interface Contestant {
  /** How results name it. */
  readonly name: string;
  /** Whether it is one of ours. */
  readonly ours: boolean;
  /** Takes a turn. */
  turn(seconds: number): Promise<Turn>;
  /** Measures latencies apart, where turns do not tell them and something else can. */
  latencies?(): Promise<Latencies>;
  /** Its resident memory, in bytes. */
  residentBytes(): number;
}

/** All contestants of a contest, and what they need. */
export interface Field {
  readonly contestants: readonly Contestant[];
  /** Ends all of them. */
  stop(): Promise<void>;
}

/** Makes another command of the one that starts a contestant. */
export type Adapt = (command: readonly string[]) => readonly string[];

/** A ratio of ours to a peer that the project promises. */
export interface Goal {
  readonly ours: string;
  readonly peer: string;
  readonly atLeast: number;
}

/** A task, and who takes part. */
export interface Contest {
  /** What `--only` calls it. */
  readonly name: string;
  /** What it is. */
  readonly title: string;
  /** What the contestants are, as the head of a column. */
  readonly subject: "server" | "client";
  /** The ratios that are required: ours, the peer, at least. */
  readonly goals: readonly Goal[];
  /**
   * Starts those whose name `takesPart`.
   *
   * @param adapt Changes the command that starts a contestant.
   */
  start(takesPart: (name: string) => boolean, adapt?: Adapt): Promise<Field>;
}
