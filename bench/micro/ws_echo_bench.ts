/**
 * An echo of messages that came in one read: the core alone, and with its driver and events.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { random } from "@avx/runtime/platform";
import type { Transport } from "@avx/runtime/ports/transport";
import { webSocketConfig, WebSocketConnection, WebSocketCore } from "@avx/ws";
import { DEFAULT_WEB_SOCKET_LIMITS, DEFAULT_WEB_SOCKET_TIMEOUTS } from "@avx/ws/limits";

const MESSAGES = 500; // in one read
const common = {
  limits: DEFAULT_WEB_SOCKET_LIMITS,
  timeouts: DEFAULT_WEB_SOCKET_TIMEOUTS,
  buffers: new BufferPool(),
  random,
  deflate: undefined,
  now: 0,
};

function written(message: string | Uint8Array): Uint8Array {
  const client = new WebSocketCore({ role: "client", ...common });
  for (let index = 0; index < MESSAGES; index++) {
    if (typeof message === "string") client.sendText(message);
    else client.sendBinary(message);
  }
  const parts: number[] = [];
  for (let part = client.transmit(); part; part = client.transmit()) parts.push(...part);
  return new Uint8Array(parts);
}

/** A transport that is read from by hand, and that takes all. */
class Feed {
  readonly localAddr = { transport: "memory", name: "local" } as const;
  readonly remoteAddr = { transport: "memory", name: "remote" } as const;
  readonly tls = undefined;
  readonly encrypted = false;
  #bytes: Uint8Array;
  #left: number;
  #at = 0;
  done: () => void = () => {};

  constructor(bytes: Uint8Array, times: number) {
    this.#bytes = bytes;
    this.#left = times;
  }
  read(into: Uint8Array): Promise<number | null> {
    if (this.#at === this.#bytes.length) {
      this.#at = 0;
      this.#left--;
    }
    if (this.#left === 0) {
      this.done();
      return Promise.resolve(null);
    }
    const part = this.#bytes.subarray(this.#at, this.#at + into.length);
    into.set(part);
    this.#at += part.length;
    return Promise.resolve(part.length);
  }
  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }
  closeWrite(): Promise<void> {
    return Promise.resolve();
  }
  close(): void {}
  handshake(): Promise<void> {
    return Promise.resolve();
  }
  ref(): void {}
  unref(): void {}
}

const agreement = {
  type: "agreed",
  protocol: "",
  extensions: "",
  deflate: undefined,
  lines: [],
} as const;

for (
  const [name, message] of [
    ["64 B of text", "x".repeat(64)],
    ["64 B of text, not ASCII", "é".repeat(32)],
    ["64 B of bytes", new Uint8Array(64)],
  ] as const
) {
  const bytes = written(message);
  const group = `${name} × ${MESSAGES * 20}`;

  Deno.bench(`core, ${group}`, { group }, () => {
    const core = new WebSocketCore({ role: "server", ...common });
    for (let round = 0; round < 20; round++) {
      core.receive(bytes.slice(), 0);
      for (let event = core.next(); event !== undefined; event = core.next()) {
        if (event.type === "text") core.sendText(event.text);
        else if (event.type === "binary") core.sendBinary(event.bytes);
      }
      while (core.transmit() !== undefined);
    }
  });

  Deno.bench(`driver, ${group}`, { group }, async () => {
    const config = webSocketConfig({ binaryType: "uint8array" });
    const socket = new WebSocketConnection({ role: "server", url: "" }, config);
    socket.onmessage = (event) => socket.send(event.data as string | Uint8Array);
    const transport = new Feed(bytes, 20);
    const closed = new Promise((resolve) => socket.onclose = resolve);
    socket.establish({
      transport: transport as Transport,
      received: new Uint8Array(0),
      agreement,
    });
    await closed;
  });
}
