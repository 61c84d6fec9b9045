/**
 * Two connections that are open to each other, on a clock that stands still.
 *
 * @module
 */

import {
  ManualClock,
  memoryPair,
  type MemoryPairOptions,
  type MemoryTransport,
} from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import {
  type SocketCloseEvent,
  type WebSocketAgreement,
  webSocketConfig,
  WebSocketConnection,
  type WebSocketOptions,
} from "@avx/ws";
import { FULL_AGREEMENT } from "./cores.ts";

/** A handshake without results. */
export const PLAIN: WebSocketAgreement = {
  type: "agreed",
  protocol: "",
  extensions: "",
  deflate: undefined,
  lines: [],
};

/** Options of a pair. */
export interface PairOptions {
  both?: WebSocketOptions;
  client?: WebSocketOptions;
  server?: WebSocketOptions;
  link?: MemoryPairOptions;
}

/** A connection over `transport`, open from the next act on. */
export class Side {
  readonly socket: WebSocketConnection;
  readonly transport: MemoryTransport;
  /** All events, as text. */
  readonly events: string[] = [];
  readonly closed: Promise<SocketCloseEvent>;

  constructor(
    role: "client" | "server",
    transport: MemoryTransport,
    options: WebSocketOptions,
  ) {
    const config = webSocketConfig({ binaryType: "uint8array", ...options });
    this.socket = new WebSocketConnection({ role, url: "" }, config);
    this.transport = transport;
    this.socket.onopen = () => this.events.push("open");
    this.socket.onmessage = ({ data }) => this.events.push(`message ${data}`);
    this.socket.addEventListener("pong", ({ data }) => this.events.push(`pong ${data}`));
    this.socket.onerror = ({ message }) => this.events.push(`error ${message}`);
    this.closed = new Promise((resolve) => {
      this.socket.addEventListener("close", (event) => {
        this.events.push(`close ${event.code} ${event.reason} ${event.wasClean}`);
        resolve(event);
      });
    });
  }

  /** Opens it. */
  open(agreement: WebSocketAgreement = PLAIN): void {
    this.socket.establish({ transport: this.transport, received: new Uint8Array(0), agreement });
  }
}

/** See the module. */
export class SocketPair {
  readonly clock = new ManualClock();
  readonly timers = new Timers(this.clock);
  readonly client: Side;
  readonly server: Side;

  constructor({ both, client, server, link }: PairOptions = {}) {
    const { clock, timers } = this;
    const [near, far] = memoryPair({ clock, ...link });
    this.client = new Side("client", near, { timers, ...both, ...client });
    this.server = new Side("server", far, { timers, ...both, ...server });
    const compress = both?.compress ?? client?.compress;
    const deflate = compress ? FULL_AGREEMENT : undefined;
    this.client.open({ ...PLAIN, deflate });
    this.server.open({ ...PLAIN, deflate });
  }

  /** Lets time pass, and everything go that is under way. */
  async wait(ms = 0): Promise<void> {
    await this.clock.advance(ms);
    for (let turn = 0; turn < 20; turn++) await this.clock.advance(0);
  }

  /** Ends both. */
  async end(): Promise<void> {
    this.client.socket.terminate();
    this.server.socket.terminate();
    await Promise.all([this.client.closed, this.server.closed]);
    this.timers.close();
  }
}
