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
import { inFolder, modulesWith } from "./modules.ts";
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
    ...modulePeers(),
  ];
}

function modulePeers(): Peer[] {
  const found: Peer[] = [];
  const node = findProgram("node");
  const ws = modulesWith("ws");
  if (node !== undefined && ws !== undefined) {
    found.push(modulePeer("npm ws", inFolder(ws, [node, server("ws_node.mjs")])));
  }
  const modules = modulesWith("bun");
  const bun = findProgram("bun") ?? (modules && `${modules}/node_modules/.bin/bun`);
  if (bun !== undefined) found.push(modulePeer("Bun", [bun, server("ws_bun.js")]));
  return found;
}

function modulePeer(name: string, program: readonly string[]): Peer {
  return {
    name,
    ours: false,
    command: (route) =>
      withDescriptors(pin([...program, `--route=${route}`], "server"), DESCRIPTORS),
  };
}

function server(file: string): string {
  return new URL(`../servers/${file}`, import.meta.url).pathname;
}
