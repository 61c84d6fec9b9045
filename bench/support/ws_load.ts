/**
 * The load generator for WebSocket: a program in C where there is a compiler, and the same in
 * TypeScript elsewhere, which a fast server keeps waiting.
 *
 * @module
 */

import { findProgram, outputOf } from "../../tests/support/programs.ts";
import type { Load, LoadGenerator, LoadResult } from "./load.ts";
import { pin, withDescriptors } from "./machine.ts";
import { denoCommand, DESCRIPTORS } from "./peers.ts";
import { wsFrame } from "./ws_frame.ts";

/** The best generator here. It keeps what it makes in `folder`. */
export async function wsLoadGenerator(folder: string): Promise<LoadGenerator> {
  const compiler = findProgram("cc");
  if (compiler === undefined) {
    const command = denoCommand("../clients/ws_load.ts", "load", []);
    return { name: "ws_load in TypeScript", run: (load) => run(command, load, folder) };
  }
  const source = new URL("../clients/ws_load.c", import.meta.url).pathname;
  const program = `${folder}/ws_load`;
  await outputOf(compiler, ["-O2", "-o", program, source]);
  const command = withDescriptors(pin([program], "load"), DESCRIPTORS);
  return { name: "ws_load in C", run: (load) => run(command, load, folder) };
}

async function run(command: readonly string[], load: Load, folder: string): Promise<LoadResult> {
  const { bodyBytes: size = 0, compress = false, broadcast = false } = load;
  const file = `${folder}/frame`;
  await Deno.writeFile(file, await wsFrame({ size, compress, broadcast }));
  const [program, ...args] = [
    ...command,
    new URL(load.url).port,
    String(load.connections),
    String(load.pipeline ?? 1),
    String(load.seconds),
    file,
    ...(compress ? ["compress"] : []),
    ...(broadcast ? ["broadcast"] : []),
  ];
  const printed = await outputOf(program, args, { timeoutMs: load.seconds * 1000 + 20_000 });
  const { messages, total, seconds } = JSON.parse(printed);
  return {
    requests: total,
    requestsPerSecond: messages / seconds,
    p50Ms: null,
    p99Ms: null,
    failures: 0,
  };
}
