/**
 * The servers that are compared: ours in its lanes, and those a user would pick instead.
 *
 * @module
 */

import { findProgram } from "../../tests/support/programs.ts";
import { pin, withDescriptors } from "./machine.ts";

/** One server of a comparison. */
export interface Peer {
  /** How results name it. */
  readonly name: string;
  /** Whether it is one of ours. */
  readonly ours: boolean;
  /** The command that serves `route`. */
  command(route: string): string[];
}

/** Descriptors that a server and a client of 10,000 connections need. */
export const DESCRIPTORS = 20_000;

/** The peers in clear text. */
export function clearTextPeers(): Peer[] {
  const node = findProgram("node");
  return [
    denoPeer("avx text()", true, "ours.ts", ["--lane=fast"]),
    denoPeer("avx native", true, "ours.ts", ["--lane=native"]),
    denoPeer("Deno.serve", false, "deno_serve.ts"),
    ...(node === undefined ? [] : [nodePeer(node)]),
    denoPeer("bare loop", false, "bare_loop.ts"),
  ];
}

/** The peers over TLS. */
export function tlsPeers(): Peer[] {
  return [
    denoPeer("avx node:tls", true, "ours.ts", ["--lane=fast", "--tls=node"]),
    denoPeer("avx listenTls", true, "ours.ts", ["--lane=fast", "--tls=deno"]),
    denoPeer("Deno.serve", false, "deno_serve.ts", ["--tls=deno"]),
  ];
}

/** The peer of a file in `bench/servers/`. */
export function denoPeer(
  name: string,
  ours: boolean,
  file: string,
  args: readonly string[] = [],
): Peer {
  return {
    name,
    ours,
    command: (route) => denoCommand(`../servers/${file}`, "server", [`--route=${route}`, ...args]),
  };
}

/** A Deno process that runs a file beside this one, on its role's share of the cores. */
export function denoCommand(
  file: string,
  role: "server" | "load",
  args: readonly string[],
): string[] {
  const path = new URL(file, import.meta.url).pathname;
  const command = [Deno.execPath(), "run", "--quiet", "--no-check", "-A", path];
  return withDescriptors(pin([...command, ...args], role), DESCRIPTORS);
}

function nodePeer(node: string): Peer {
  const file = new URL("../servers/node_http.mjs", import.meta.url).pathname;
  return {
    name: "node:http",
    ours: false,
    command: (route) =>
      withDescriptors(pin([node, file, `--route=${route}`], "server"), DESCRIPTORS),
  };
}
