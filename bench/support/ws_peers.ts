/**
 * The WebSocket servers that are compared.
 *
 * npm `ws` and `bun` are looked for in the folder that `BENCH_MODULES` names
 * (`npm install ws bun` there); those that are not found are left out.
 *
 * @module
 */

import { findProgram } from "../../tests/support/programs.ts";
import { pin, withDescriptors } from "./machine.ts";
import { denoPeer, DESCRIPTORS, type Peer } from "./peers.ts";

/** The route under which servers compress. */
export const COMPRESSED = "compressed";

/** The peers; with `compresses`, those that can. */
export function wsPeers(compresses: boolean): Peer[] {
  return [
    denoPeer("avx", true, "ws_ours.ts"),
    denoPeer("avx lent", true, "ws_ours.ts", ["--lent"]),
    // It has no permessage-deflate.
    ...(compresses ? [] : [denoPeer("Deno.upgradeWebSocket", false, "ws_deno.ts")]),
    ...modulePeers(Deno.env.get("BENCH_MODULES") ?? "."),
  ];
}

function modulePeers(modules: string): Peer[] {
  const found: Peer[] = [];
  const node = findProgram("node");
  if (node !== undefined && exists(`${modules}/node_modules/ws`)) {
    found.push(modulePeer("npm ws", [node, server("ws_node.mjs")], modules));
  }
  const bun = findProgram("bun") ?? `${modules}/node_modules/.bin/bun`;
  if (exists(bun)) found.push(modulePeer("Bun", [bun, server("ws_bun.js")], modules));
  return found;
}

function modulePeer(name: string, program: readonly string[], modules: string): Peer {
  // A program finds its modules beside the folder it runs in.
  const inFolder = ["sh", "-c", 'cd "$0" && exec "$@"', modules];
  return {
    name,
    ours: false,
    command: (route) =>
      withDescriptors(pin([...inFolder, ...program, `--route=${route}`], "server"), DESCRIPTORS),
  };
}

function server(file: string): string {
  return new URL(`../servers/${file}`, import.meta.url).pathname;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
