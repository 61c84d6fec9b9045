/**
 * One end of a WebSocket connection, with the face of the Web's `WebSocket`.
 *
 * @module
 */

import { NetworkError } from "@avx/runtime/errors";
import type { Address, Transport } from "@avx/runtime/ports/transport";
import { isClosedError, translateError } from "@avx/runtime/translate-error";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { SocketBinaryType, WebSocketConfig } from "./config.ts";
import { bytesOf, isBinaryType, shownAs } from "./message_data.ts";
import { MessageLoop, type MessageLoopOwner } from "./message_loop.ts";
import { OutgoingOrder } from "./outgoing_order.ts";
import { checkClose } from "./proto/close.ts";
import type { ClosedEvent, FailedEvent } from "./proto/events.ts";
import type { WebSocketAgreement } from "./proto/handshake.ts";
import type { SharedFrame } from "./proto/shared_frame.ts";
import {
  SocketCloseEvent,
  SocketErrorEvent,
  SocketEvent,
  SocketMessageEvent,
} from "./socket_events.ts";
import { SocketTarget } from "./socket_target.ts";

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** What can be sent as a message. */
export type OutgoingMessage = string | ArrayBufferLike | ArrayBufferView | Blob;

/** What a connection is made over. */
export interface WebSocketDuplex {
  /** The bytes. */
  readonly transport: Transport;
  /** What was read from it already. */
  readonly received: Uint8Array;
  /** What the handshake has agreed on. */
  readonly agreement: WebSocketAgreement;
}

/** Who a connection is. */
export interface WebSocketIdentity {
  /** Which side it is. */
  readonly role: "server" | "client";
  /** The URL; empty on servers. */
  readonly url: string;
}

/**
 * A connection: the members and events of the Web's `WebSocket`, and what that lacks: pings,
 * `pause` and `resume`, `drained`, `terminate`, and `uint8array` as a binary type.
 *
 * Messages that came in one read are shown in one turn, one after the other, and whatever is sent
 * meanwhile leaves in one write. Unlike in browsers, {@linkcode close} takes every code that may be
 * on the wire, such as 1001: servers need them.
 *
 * @example Two ends in memory
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { WebSocketConnection, webSocketConfig } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * const agreement = {
 *   type: "agreed", protocol: "", extensions: "", deflate: undefined, lines: [],
 * } as const;
 * const [near, far] = memoryPair();
 * const config = webSocketConfig({});
 * const client = new WebSocketConnection({ role: "client", url: "ws://memory/" }, config);
 * const server = new WebSocketConnection({ role: "server", url: "" }, config);
 * server.onmessage = (event) => server.send(`${event.data}!`);
 * client.onopen = () => client.send("hello");
 * client.onmessage = (event) => {
 *   assertEquals(event.data, "hello!");
 *   client.close(1000);
 * };
 * const closed = new Promise((resolve) => client.onclose = resolve);
 *
 * const received = new Uint8Array(0);
 * server.establish({ transport: far, received, agreement });
 * client.establish({ transport: near, received, agreement });
 * await closed;
 * ```
 */
export class WebSocketConnection extends SocketTarget implements MessageLoopOwner {
  /** The handshake is under way. */
  static readonly CONNECTING = 0;
  /** Messages can be sent. */
  static readonly OPEN = 1;
  /** One side has said that it closes. */
  static readonly CLOSING = 2;
  /** The connection is over. */
  static readonly CLOSED = 3;

  /** {@linkcode WebSocketConnection.CONNECTING}. */
  readonly CONNECTING = 0;
  /** {@linkcode WebSocketConnection.OPEN}. */
  readonly OPEN = 1;
  /** {@linkcode WebSocketConnection.CLOSING}. */
  readonly CLOSING = 2;
  /** {@linkcode WebSocketConnection.CLOSED}. */
  readonly CLOSED = 3;

  /** The URL; empty on servers. */
  readonly url: string;
  /** Which side it is. */
  readonly role: "server" | "client";

  readonly #config: WebSocketConfig;
  readonly #order = new OutgoingOrder();
  #state = 0;
  #agreement: WebSocketAgreement | undefined;
  #transport: Transport | undefined;
  #loop: MessageLoop | undefined;
  #binaryType: SocketBinaryType;
  #lostBytes = 0;
  #paused = false;

  /** Makes one whose handshake is under way; {@linkcode establish} or {@linkcode abandon} ends it. */
  constructor({ role, url }: WebSocketIdentity, config: WebSocketConfig) {
    super();
    this.role = role;
    this.url = url;
    this.#config = config;
    this.#binaryType = config.binaryType;
  }

  /** Where the connection is in its life: 0 connecting, 1 open, 2 closing, 3 closed. */
  get readyState(): 0 | 1 | 2 | 3 {
    return this.#state as 0 | 1 | 2 | 3;
  }

  /** The subprotocol that was agreed on; empty for none. */
  get protocol(): string {
    return this.#agreement?.protocol ?? "";
  }

  /** The extensions that were agreed on; empty for none. */
  get extensions(): string {
    return this.#agreement?.extensions ?? "";
  }

  /**
   * How many bytes have been sent that the system has not taken yet, frame heads and compression
   * included. Grows on when the connection is over, as the standard says.
   */
  get bufferedAmount(): number {
    return (this.#loop?.queuedBytes ?? 0) + this.#order.heldBytes + this.#lostBytes;
  }

  /** What the bytes of messages are shown as. */
  get binaryType(): SocketBinaryType {
    return this.#binaryType;
  }

  /** See the getter. Other values are ignored. */
  set binaryType(type: SocketBinaryType) {
    if (isBinaryType(type)) this.#binaryType = type;
  }

  /** The peer; `undefined` before the connection is open. */
  get remoteAddr(): Address | undefined {
    return this.#transport?.remoteAddr;
  }

  /**
   * Sends a message: text for a string, bytes for anything else. Bytes are copied. Once the
   * connection closes, nothing is sent, as the standard says.
   *
   * @param message The message. A `Blob` is read first; what is sent after it waits for it.
   * @throws {TypeError} If the connection is not open yet.
   */
  send(message: OutgoingMessage): void {
    if (this.#state === 0) {
      throw new TypeError("Cannot send as the connection must be open: it is connecting");
    }
    if (this.#order.holding || message instanceof Blob) {
      this.#order.hold(message, (ready) => this.#send(ready));
    } else if (typeof message === "string") this.#send(message);
    else this.#send(bytesOf(message));
  }

  /**
   * Sends a ping; the pong comes as an event `pong`. Does nothing once the connection closes.
   *
   * @param bytes What the pong will carry, too; 125 at most.
   * @throws {TypeError} If the connection is not open yet, or `bytes` are too many.
   */
  ping(bytes: Uint8Array = NO_BYTES): void {
    if (this.#state === 0) {
      throw new TypeError("Cannot ping as the connection must be open: it is connecting");
    }
    if (this.#state !== 1) return;
    this.#loop!.core.ping(bytes);
    this.#loop!.flushSoon();
  }

  /**
   * Begins to close: what was sent before still goes out.
   *
   * @param code Why, 1000 for "done"; left out, none is said.
   * @param reason More about it, in 123 bytes of UTF-8.
   * @throws {TypeError} If the code is not for the wire or the reason is too long.
   */
  close(code?: number, reason = ""): void {
    checkClose(code, reason);
    if (this.#state === 0) return this.abandon(new NetworkError("Closed before it was open"));
    if (this.#state !== 1) return;
    this.#state = 2;
    this.#order.after(() => {
      this.#loop!.core.close(code, reason);
      this.#loop!.flushSoon();
    });
  }

  /** Ends the connection at once, without goodbye. */
  terminate(): void {
    if (this.#state === 0) this.abandon(new NetworkError("Closed before it was open"));
    else this.#loop?.end();
  }

  /** Reads no more until {@linkcode resume}: the peer has to wait. */
  pause(): void {
    this.#paused = true;
    if (this.#loop !== undefined) this.#loop.paused = true;
  }

  /** Reads on. */
  resume(): void {
    this.#paused = false;
    if (this.#loop !== undefined) this.#loop.paused = false;
  }

  /**
   * For senders that wait for the peer.
   *
   * @returns A promise that settles when less than `highWaterBytes` is queued or the connection is
   * over; `undefined` where there is nothing to wait for.
   */
  drained(): Promise<void> | undefined {
    return this.#loop?.drained();
  }

  /**
   * Sends a message that many connections are sent; see `Topics`.
   *
   * @internal
   * @returns Whether it was sent.
   */
  sendShared(frame: SharedFrame): boolean {
    const loop = this.#loop;
    if (this.#state !== 1 || loop === undefined) return false;
    const { maxQueuedBytes, slowPeer } = this.#config.limits;
    if (slowPeer === "pause" && loop.queuedBytes > maxQueuedBytes) return false;
    if (this.role === "client" || this.#order.holding) {
      this.send(frame.message);
      return true;
    }
    loop.core.sendShared(frame);
    loop.flushSoon();
    return true;
  }

  // The handshake's end

  /**
   * The handshake is complete: opens the connection. For those who did the handshake.
   *
   * @param duplex The bytes; they belong to the connection from now on.
   */
  establish({ transport, received, agreement }: WebSocketDuplex): void {
    if (this.#state !== 0) return transport.close();
    this.#state = 1;
    this.#transport = transport;
    this.#agreement = agreement;
    const loop = new MessageLoop(this, {
      role: this.role,
      config: this.#config,
      transport,
      deflate: agreement.deflate,
    });
    this.#loop = loop;
    loop.paused = this.#paused;
    this.tellOpen(new SocketEvent("open", this));
    loop.run(received);
  }

  /**
   * The handshake came to nothing: `error` and `close` follow, in a turn of their own.
   *
   * @param error Why.
   */
  abandon(error: Error): void {
    if (this.#state !== 0) return;
    this.#state = 2;
    queueMicrotask(() => {
      this.#state = 3;
      this.#fail(error);
      this.tellClose(new SocketCloseEvent(this, 1006, "", false));
    });
  }

  // MessageLoopOwner

  /**
   * Shows a message of text.
   *
   * @internal
   */
  onText(text: string): void {
    if (this.#state === 1) this.tellMessage(new SocketMessageEvent(this, text));
  }

  /**
   * Shows a message of bytes.
   *
   * @internal
   */
  onBinary(bytes: Uint8Array, lent: boolean): void {
    if (this.#state !== 1 || !this.hears("message")) return;
    this.tellMessage(new SocketMessageEvent(this, shownAs(this.#binaryType, bytes, lent)));
  }

  /**
   * Shows a pong.
   *
   * @internal
   */
  onPong(bytes: Uint8Array): void {
    if (!this.hears("pong")) return;
    const event = new SocketMessageEvent(this, shownAs(this.#binaryType, bytes, true), "pong");
    this.tellPong(event);
  }

  /**
   * Hears that the peer broke a rule.
   *
   * @internal
   */
  onFailed({ code, reason }: FailedEvent): void {
    this.#fail(new RemoteProtocolError(reason, { code }));
  }

  /**
   * Hears that no more messages will come.
   *
   * @internal
   */
  onClosing(): void {
    this.#state = 2;
  }

  /**
   * Hears that all is over.
   *
   * @internal
   */
  onClosed({ code, reason, clean }: ClosedEvent, error: unknown): void {
    this.#state = 3;
    // Who has said goodbye may hang up as it likes.
    if (error !== undefined && !clean && !isClosedError(error)) {
      this.#fail(translateError(error, "read"));
    }
    this.tellClose(new SocketCloseEvent(this, code, reason, clean));
  }

  #send(message: string | Uint8Array): void {
    const loop = this.#loop!;
    if (loop.core.state !== "open" || loop.closed) {
      this.#lostBytes += message.length;
      return;
    }
    if (typeof message === "string") loop.core.sendText(message);
    else loop.core.sendBinary(message);
    loop.flushSoon();
  }

  #fail(error: Error): void {
    this.tellError(new SocketErrorEvent(this, error));
  }
}
