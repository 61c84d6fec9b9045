/**
 * A client that has asked one thing of a server which a test plays by hand, frame by frame.
 *
 * @module
 */

import { Client, type ClientOptions } from "@avx/client";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { PREFACE } from "../../http2/frame/preface.ts";
import { frameOf, joined, Peer, settingsFrame } from "./cores.ts";
import { Recorder, URL_ROOT } from "./together.ts";
import { Wire } from "./wire.ts";

/** What a test plays on. */
export interface Defence {
  readonly wire: Wire;
  readonly peer: Peer;
  readonly seen: Recorder;
  readonly clock: ManualClock;
  readonly client: Client;
  /** What became of the request: its body, or the error's name and code. */
  readonly outcome: Promise<string>;
  send(...frames: Uint8Array[]): Promise<void>;
}

/** Runs a test with a server by hand and a client that has asked one thing of it, on stream 1. */
export async function defending(
  http2Limits: ClientOptions["http2Limits"],
  run: (defence: Defence) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const listener = network.listen({ hostname: "memory", port: 80 });
  const seen = new Recorder();
  const client = new Client({
    network,
    clock,
    protocol: "h2",
    http2Limits,
    observer: seen.observer,
    ...options,
  });
  const outcome = client.request(URL_ROOT).then(({ body }) => body.text())
    .catch((error) => `${error.name} ${error.code}`);
  const wire = new Wire(await listener.accept(), PREFACE.length);
  async function send(...frames: Uint8Array[]): Promise<void> {
    await wire.send(joined(...frames));
    for (let turn = 0; turn < 8; turn++) await clock.advance(0);
  }
  await send(settingsFrame(), frameOf(0x04, 0x01, 0));
  await run({ wire, peer: new Peer(), seen, clock, client, outcome, send });
  client.close();
  listener.close();
  await wire.close();
}
