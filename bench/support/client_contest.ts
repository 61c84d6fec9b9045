/**
 * Clients, each in a process of its own, that ask the same server in turn.
 *
 * @module
 */

import { CA_CERT } from "../../tests/support/certificates.ts";
import { findProgram } from "../../tests/support/programs.ts";
import type { Contest, Contestant, Goal } from "./contest.ts";
import type { LoadResult } from "./load.ts";
import { pin, withDescriptors } from "./machine.ts";
import { inFolder, modulesWith } from "./modules.ts";
import { denoCommand, DESCRIPTORS } from "./peers.ts";
import { BenchProcess, turnOf } from "./process.ts";

/** A client. */
export interface ClientPeer {
  /** How results name it. */
  readonly name: string;
  /** Whether it is one of ours. */
  readonly ours: boolean;
  /** The command that runs it with arguments of `bench/clients/http_load.ts`. */
  command(args: readonly string[]): string[];
}

/** What clients are asked to do. */
export interface ClientWorkload {
  readonly name: string;
  readonly title: string;
  /** The file in `bench/servers/` that answers, and its arguments. */
  readonly server: readonly [file: string, ...args: string[]];
  /** What is asked for; the server serves it as its `--route`. */
  readonly route: string;
  readonly protocol: "http/1.1" | "h2";
  /** How many requests are under way at any time. */
  readonly inFlight: number;
  readonly goals: readonly Goal[];
}

/**
 * Ours, and those a user would pick instead. undici runs on Node where its module is in the folder
 * that `BENCH_MODULES` names (`npm install undici` there), and on Deno elsewhere.
 */
export const CLIENT_PEERS: readonly ClientPeer[] = [
  denoClient("avx request()", true, "avx-request"),
  denoClient("avx fetch()", true, "avx-fetch"),
  denoClient("Deno fetch", false, "deno-fetch"),
  undiciClient("undici request", "undici-request"),
  undiciClient("undici fetch", "undici-fetch"),
];

/** With a loop over sockets, which is as fast as it gets with small responses over HTTP/1.1. */
export const BARE_CLIENT: ClientPeer = denoClient("bare loop", false, "bare");

function denoClient(name: string, ours: boolean, client: string): ClientPeer {
  return {
    name,
    ours,
    command: (args) =>
      denoCommand("../clients/http_load.ts", "server", [`--client=${client}`, ...args]),
  };
}

function undiciClient(name: string, client: string): ClientPeer {
  const modules = modulesWith("undici");
  const node = findProgram("node");
  if (modules === undefined || node === undefined) {
    return denoClient(`${name} (on Deno)`, false, client);
  }
  const file = new URL("../clients/undici_load.mjs", import.meta.url).pathname;
  const command = inFolder(modules, [node, file, `--client=${client}`]);
  return {
    name,
    ours: false,
    command: (args) => withDescriptors(pin([...command, ...args], "server"), DESCRIPTORS),
  };
}

/**
 * The contest of `peers` under `workload`. What is measured is the client: it has the core that
 * servers have elsewhere, and the server has the others.
 */
export function clientContest(
  workload: ClientWorkload,
  peers: readonly ClientPeer[] = CLIENT_PEERS,
): Contest {
  const { name, title, goals, route, protocol, inFlight } = workload;
  return {
    name,
    title,
    goals,
    subject: "client",
    start: async (takesPart, adapt = (command) => command) => {
      const started: BenchProcess[] = [];
      const stop = async (): Promise<void> => {
        for (const process of started.toReversed()) await process.stop();
      };
      try {
        const [file, ...args] = workload.server;
        const server = await BenchProcess.start(
          denoCommand(`../servers/${file}`, "load", [`--route=${route}`, ...args]),
        );
        started.push(server);
        const contestants: Contestant[] = [];
        for (const peer of peers.filter(({ name }) => takesPart(name))) {
          const process = await BenchProcess.start(adapt(peer.command([
            `--protocol=${protocol}`,
            `--port=${server.port}`,
            `--route=${route}`,
            `--in-flight=${inFlight}`,
            `--ca=${btoa(CA_CERT)}`,
          ])));
          started.push(process);
          contestants.push(contestant(peer, process));
        }
        return { contestants, stop };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

function contestant({ name, ours }: ClientPeer, process: BenchProcess): Contestant {
  const run = async (seconds: number): Promise<LoadResult> => {
    await process.writeLine(String(seconds));
    const line = await process.nextLine();
    if (line === undefined) throw new Error(`Cannot measure ${name} as it has ended`);
    return JSON.parse(line);
  };
  return {
    name,
    ours,
    turn: (seconds) => turnOf(process, () => run(seconds)),
    residentBytes: () => process.residentBytes(),
  };
}
