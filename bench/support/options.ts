/**
 * The options that every benchmark here takes.
 *
 * @module
 */

/** How a benchmark runs. */
export interface BenchOptions {
  /** Short rounds: to see that it works, not to measure. */
  readonly quick: boolean;
  /** The workloads to run; all where empty. */
  readonly only: readonly string[];
  /** The servers to compare; all where empty. */
  readonly peers: readonly string[];
  /** How many times each peer takes its turn. */
  readonly rounds: number;
  /** How long a turn is, in seconds. */
  readonly seconds: number;
  /** Whether `bench/results/` and `bench/README.md` are rewritten. */
  readonly write: boolean;
}

/** Reads `--quick`, `--only=a,b`, `--peers=a,b`, `--rounds=N`, `--seconds=N`, `--write` and `--no-write`. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const quick = args.includes("--quick");
  const value = (name: string): string | undefined =>
    args.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
  const names = (name: string): string[] =>
    value(name)?.split(",").filter((text) => text !== "") ?? [];
  const count = (name: string, otherwise: number): number => {
    const text = value(name);
    const number = text === undefined ? otherwise : Number(text);
    if (!(number > 0)) {
      throw new RangeError(`Cannot take --${name} as it must be a positive number: got "${text}"`);
    }
    return number;
  };
  return {
    quick,
    only: names("only"),
    peers: names("peers"),
    rounds: count("rounds", quick ? 1 : 3),
    seconds: count("seconds", quick ? 1 : 5),
    // A part of the peers is no comparison to publish.
    write: args.includes("--write") ||
      (!quick && !args.includes("--no-write") && names("peers").length === 0),
  };
}
