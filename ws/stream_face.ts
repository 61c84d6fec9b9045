/**
 * A connection as two streams of messages, in the manner of the Web's `WebSocketStream`: the writer
 * waits for the socket, and a reader that does not read stops the peer.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import type { OutgoingMessage, WebSocketConnection } from "./connection.ts";

/** A message of a stream: text, or bytes where they were received. */
export type StreamedMessage = string | Uint8Array;

/** What an open connection has. */
export interface OpenedWebSocket {
  /** The messages that come. Cancelling it closes the connection. */
  readonly readable: ReadableStream<StreamedMessage>;
  /** The messages that go. Closing it closes the connection. */
  readonly writable: WritableStream<OutgoingMessage>;
  /** The subprotocol that was agreed on; empty for none. */
  readonly protocol: string;
  /** The extensions that were agreed on; empty for none. */
  readonly extensions: string;
}

/** How a connection was closed, or is to be. */
export interface WebSocketCloseInfo {
  /** The close code. */
  readonly closeCode?: number;
  /** The reason. */
  readonly reason?: string;
}

/**
 * The streams of a connection. Make them before the connection opens, or at once after it.
 *
 * @example Upper case, with backpressure both ways
 * ```ts
 * import { WebSocketStreams } from "@avx/ws/streams";
 * import { upgradeWebSocket } from "@avx/ws/upgrade";
 * import { assertEquals } from "@std/assert";
 *
 * async function shout(streams: WebSocketStreams): Promise<void> {
 *   const { readable, writable } = await streams.opened;
 *   const writer = writable.getWriter();
 *   for await (const message of readable) {
 *     await writer.write(String(message).toUpperCase());
 *   }
 * }
 *
 * function handler(request: Request): Response {
 *   const { socket, response } = upgradeWebSocket(request);
 *   shout(new WebSocketStreams(socket));
 *   return response;
 * }
 *
 * assertEquals(typeof handler, "function");
 * ```
 */
export class WebSocketStreams {
  /** The streams, once the connection is open; rejects if it never is. */
  readonly opened: Promise<OpenedWebSocket>;
  /** How the connection was closed; rejects if it was lost, or never open. */
  readonly closed: Promise<WebSocketCloseInfo>;

  readonly #socket: WebSocketConnection;
  readonly #opened = new Deferred<OpenedWebSocket>();
  readonly #closed = new Deferred<WebSocketCloseInfo>();
  #reader: ReadableStreamDefaultController<StreamedMessage> | undefined;
  #writer: WritableStreamDefaultController | undefined;
  #error: Error | undefined;

  /** Takes `socket` over: its messages come by the stream from now on. */
  constructor(socket: WebSocketConnection) {
    this.#socket = socket;
    this.opened = this.#opened.promise;
    this.closed = this.#closed.promise;
    // Nobody has to look at both.
    this.opened.catch(() => {});
    this.closed.catch(() => {});
    socket.binaryType = "uint8array";
    // Nothing is read before the streams are there.
    socket.pause();
    socket.addEventListener("message", ({ data }) => {
      this.#reader?.enqueue(data as StreamedMessage);
      if ((this.#reader?.desiredSize ?? 0) <= 0) socket.pause();
    });
    socket.addEventListener("error", ({ error }) => this.#error = error);
    socket.addEventListener("close", (event) => this.#end(event));
    if (socket.readyState === socket.CONNECTING) {
      socket.addEventListener("open", () => this.#open(), { once: true });
    } else this.#open();
  }

  /** Closes the connection; see `WebSocketConnection.close`. */
  close({ closeCode, reason }: WebSocketCloseInfo = {}): void {
    this.#socket.close(closeCode, reason);
  }

  #open(): void {
    const socket = this.#socket;
    const readable = new ReadableStream<StreamedMessage>({
      start: (controller) => void (this.#reader = controller),
      pull: () => socket.resume(),
      cancel: () => {
        this.#reader = undefined;
        socket.close(1000);
      },
      // One message ahead: who only writes still hears of the end.
    }, { highWaterMark: 1 });
    const writable = new WritableStream<OutgoingMessage>({
      start: (controller) => void (this.#writer = controller),
      write: (message) => {
        socket.send(message);
        return socket.drained();
      },
      close: async () => {
        socket.close(1000);
        await this.closed;
      },
      abort: () => socket.close(1001),
    });
    const { protocol, extensions } = socket;
    this.#opened.resolve({ readable, writable, protocol, extensions });
  }

  #end(event: { code: number; reason: string; wasClean: boolean }): void {
    const { code: closeCode, reason, wasClean } = event;
    if (wasClean) {
      this.#reader?.close();
      this.#writer?.error(new TypeError("Cannot write as the connection is closed"));
      this.#closed.resolve({ closeCode, reason });
      return;
    }
    const error = this.#error ?? new TypeError("The connection was lost");
    this.#reader?.error(error);
    this.#writer?.error(error);
    this.#opened.reject(error);
    this.#closed.reject(error);
  }
}
