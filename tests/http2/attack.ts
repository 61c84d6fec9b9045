/**
 * A peer by hand on the server of `serve`, frame by frame.
 *
 * @module
 */

import type { Handler } from "@avx/semantics/handler";
import type { ServeHttp2Options } from "@avx/server";
import { serveInMemory } from "../server/memory_server.ts";
import { greeting, joined, Peer } from "./cores.ts";
import { Recorder } from "./together.ts";
import { Wire } from "./wire.ts";

/** What a test plays on. */
export interface Attack {
  readonly wire: Wire;
  readonly peer: Peer;
  readonly seen: Recorder;
  send(...frames: Uint8Array[]): Promise<void>;
  pass(ms: number): Promise<void>;
}

/** Runs a test with a peer by hand on a server in memory; an unfinished POST is on stream 1. */
export async function attacking(
  http2: ServeHttp2Options,
  run: (attack: Attack) => Promise<void>,
  handler: Handler = () => new Promise<Response>(() => {}),
  ...parameters: number[]
): Promise<void> {
  const seen = new Recorder();
  const { server, clock, dial } = serveInMemory({
    http2,
    observer: seen.observer,
    limits: { maxBodyBytes: 100_000 },
    timeouts: { body: 3_600_000, keepAlive: 3_600_000 },
  }, handler);
  const wire = new Wire(await dial());
  const peer = new Peer();
  async function pass(ms: number): Promise<void> {
    await clock.advance(ms);
    for (let turn = 0; turn < 8; turn++) await clock.advance(0);
  }
  async function send(...frames: Uint8Array[]): Promise<void> {
    await wire.send(joined(...frames));
    await pass(0);
  }
  await send(greeting(...parameters), peer.post(1));
  await run({ wire, peer, seen, send, pass });
  await wire.close();
  server.close();
  await server.finished;
}
