/**
 * A client in memory and a peer that does exactly what a test wants.
 *
 * @module
 */

import { Client, type ClientOptions } from "@avx/client";
import { ManualClock, type MemoryListener, MemoryNetwork } from "@avx/runtime/memory";
import type { ConnectPlan, MemoryTransport } from "@avx/runtime/memory";
import type { ConnectOptions, TlsListenOptions } from "@avx/runtime/ports/transport";
import { TimeoutError, type TimeoutPhase } from "@avx/runtime/errors";
import { assertEquals, assertRejects } from "../support/assert.ts";

/** Where the peer of {@linkcode onStage} is. */
export const URL_ROOT = "http://a.example";

/** The server's end of a connection, read and written as text, a character a byte. */
export class Peer {
  readonly transport: MemoryTransport;
  #rest = "";

  constructor(transport: MemoryTransport) {
    this.transport = transport;
  }

  /** The next head, up to its empty line. */
  async head(): Promise<string> {
    while (!this.#rest.includes("\r\n\r\n")) await this.#more();
    const end = this.#rest.indexOf("\r\n\r\n") + 4;
    const head = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return head;
  }

  /** The next `count` characters. */
  async read(count: number): Promise<string> {
    while (this.#rest.length < count) await this.#more();
    const text = this.#rest.slice(0, count);
    this.#rest = this.#rest.slice(count);
    return text;
  }

  /** What has come and was not read: waits for nothing. */
  get rest(): string {
    return this.#rest;
  }

  /** Writes all of it. */
  async send(text: string): Promise<void> {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    for (let at = 0; at < bytes.length;) at += await this.transport.write(bytes.subarray(at));
  }

  /** Answers with a body of known length. */
  answer(body: string, ...lines: string[]): Promise<void> {
    const head = ["HTTP/1.1 200 OK", `content-length: ${body.length}`, ...lines];
    return this.send(`${head.join("\r\n")}\r\n\r\n${body}`);
  }

  /** Waits until the client ends the connection; reads away what comes. */
  async ended(): Promise<"closed" | "reset"> {
    const into = new Uint8Array(16 * 1024);
    try {
      while (await this.transport.read(into) !== null);
      return "closed";
    } catch {
      return "reset";
    } finally {
      this.transport.close();
    }
  }

  async #more(): Promise<void> {
    const into = new Uint8Array(16 * 1024);
    const count = await this.transport.read(into);
    if (count === null) throw new Error(`The client closed after ${JSON.stringify(this.#rest)}`);
    this.#rest += String.fromCharCode(...into.subarray(0, count));
  }
}

/** What a test plays on. */
export interface Stage {
  readonly client: Client;
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly listener: MemoryListener;
  /** The next connection. */
  accept(): Promise<Peer>;
  /** The connections that {@linkcode accept} gave. */
  readonly peers: readonly Peer[];
  /** Another place to listen at. */
  listen(hostname: string, port?: number, tls?: TlsListenOptions): MemoryListener;
}

/** How {@linkcode onStage} sets the stage. */
export interface StageOptions extends ClientOptions {
  /** What becomes of connections. */
  readonly plan?: (target: ConnectOptions, attempt: number) => ConnectPlan | undefined;
}

/**
 * Runs a test with a client and a listener at {@linkcode URL_ROOT}, then closes everything and
 * checks that the client left nothing: no connection, no timer.
 */
export async function onStage(
  run: (stage: Stage) => Promise<void>,
  options: StageOptions = {},
): Promise<void> {
  const { plan, ...clientOptions } = options;
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock, plan: (target, attempt) => plan?.(target, attempt) });
  const listeners: MemoryListener[] = [];
  const peers: Peer[] = [];
  const client = new Client({ network, clock, ...clientOptions });
  function listen(hostname: string, port = 80, tls?: TlsListenOptions): MemoryListener {
    const listener = network.listen({ hostname, port, tls });
    listeners.push(listener);
    return listener;
  }
  const listener = listen("a.example");
  async function accept(): Promise<Peer> {
    const peer = new Peer(await listener.accept());
    peers.push(peer);
    return peer;
  }
  try {
    await run({ client, clock, network, listener, accept, peers, listen });
  } finally {
    client.close();
    await clock.settle();
    for (const one of listeners) one.close();
  }
  const { active, idle, opening, waiting } = client.stats();
  assertEquals([active, idle, opening, waiting], [0, 0, 0, 0]);
  assertEquals(clock.pending, 0, "leaves no timer");
  for (const peer of peers) {
    if (!peer.transport.closed) await peer.ended(); // hangs if the client left it open
  }
}

/** Carries one request over a fresh connection, which is idle afterwards. */
export async function useOnce(stage: Stage): Promise<Peer> {
  const asked = stage.client.request(URL_ROOT);
  const peer = await stage.accept();
  await peer.head();
  await peer.answer("ok");
  assertEquals((await asked).status, 200);
  return peer;
}

/** Checks that a promise rejects as the given phase does. */
export async function assertTimeout(promise: Promise<unknown>, phase: TimeoutPhase): Promise<void> {
  const error = await assertRejects(() => promise, TimeoutError);
  assertEquals(error.phase, phase);
}

/** A promise that nobody has to handle yet. */
export function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
