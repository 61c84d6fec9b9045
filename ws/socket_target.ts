/**
 * Who hears of a connection: the event attributes and listeners of the Web's `WebSocket`.
 *
 * @module
 */

import { Listeners, type SocketListener, type SocketListenerOptions } from "./listeners.ts";
import type {
  SocketCloseEvent,
  SocketErrorEvent,
  SocketEvent,
  SocketMessageEvent,
} from "./socket_events.ts";

/** The events of a connection by their names. */
export interface WebSocketEventMap {
  /** Messages can be sent. */
  readonly open: SocketEvent;
  /** A message has come. */
  readonly message: SocketMessageEvent;
  /** A pong has come; its bytes are the `data`. */
  readonly pong: SocketMessageEvent;
  /** Something went wrong. */
  readonly error: SocketErrorEvent;
  /** The connection is over. */
  readonly close: SocketCloseEvent;
}

/**
 * An `EventTarget` for the events of {@linkcode WebSocketEventMap} and no others.
 *
 * @example Heard once
 * ```ts
 * import { SocketTarget } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * class Some extends SocketTarget {}
 *
 * const target = new Some();
 * let heard = 0;
 * target.addEventListener("open", () => heard++, { once: true });
 * target.dispatchEvent(new Event("open"));
 * target.dispatchEvent(new Event("open"));
 * assertEquals(heard, 1);
 * ```
 */
export abstract class SocketTarget extends EventTarget {
  readonly #onOpen = new Listeners<SocketEvent>();
  readonly #onMessage = new Listeners<SocketMessageEvent>();
  readonly #onPong = new Listeners<SocketMessageEvent>();
  readonly #onError = new Listeners<SocketErrorEvent>();
  readonly #onClose = new Listeners<SocketCloseEvent>();

  /** Called when messages can be sent. */
  get onopen(): ((event: SocketEvent) => void) | null {
    return this.#onOpen.handler;
  }

  /** See the getter. */
  set onopen(handler: ((event: SocketEvent) => void) | null) {
    this.#onOpen.handler = handler;
  }

  /** Called with each message. */
  get onmessage(): ((event: SocketMessageEvent) => void) | null {
    return this.#onMessage.handler;
  }

  /** See the getter. */
  set onmessage(handler: ((event: SocketMessageEvent) => void) | null) {
    this.#onMessage.handler = handler;
  }

  /** Called when something goes wrong; `onclose` follows. */
  get onerror(): ((event: SocketErrorEvent) => void) | null {
    return this.#onError.handler;
  }

  /** See the getter. */
  set onerror(handler: ((event: SocketErrorEvent) => void) | null) {
    this.#onError.handler = handler;
  }

  /** Called when the connection is over. */
  get onclose(): ((event: SocketCloseEvent) => void) | null {
    return this.#onClose.handler;
  }

  /** See the getter. */
  set onclose(handler: ((event: SocketCloseEvent) => void) | null) {
    this.#onClose.handler = handler;
  }

  /** As in `EventTarget`, for the events of {@linkcode WebSocketEventMap}. */
  override addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener:
      | ((event: WebSocketEventMap[K]) => void)
      | { handleEvent(event: WebSocketEventMap[K]): void }
      | null,
    options?: SocketListenerOptions | boolean,
  ): void;
  /** As in `EventTarget`; no event of another name ever comes. */
  override addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: SocketListenerOptions | boolean,
  ): void;
  override addEventListener(
    type: string,
    listener: unknown,
    options: SocketListenerOptions | boolean = {},
  ): void {
    if (listener === null) return;
    const some = typeof options === "boolean" ? {} : options;
    this.#listeners(type)?.add(listener as SocketListener<SocketEvent>, some);
  }

  /** As in `EventTarget`. */
  override removeEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener:
      | ((event: WebSocketEventMap[K]) => void)
      | { handleEvent(event: WebSocketEventMap[K]): void }
      | null,
    options?: EventListenerOptions | boolean,
  ): void;
  /** As in `EventTarget`. */
  override removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: EventListenerOptions | boolean,
  ): void;
  override removeEventListener(type: string, listener: unknown): void {
    if (listener !== null) this.#listeners(type)?.remove(listener as SocketListener<SocketEvent>);
  }

  /** As in `EventTarget`. */
  override dispatchEvent(event: Event): boolean {
    this.#listeners(event.type)?.dispatch(event as unknown as SocketEvent, this);
    return !event.defaultPrevented;
  }

  /** Whether anybody listens to messages, or to pongs. */
  protected hears(type: "message" | "pong"): boolean {
    return !(type === "message" ? this.#onMessage : this.#onPong).empty;
  }

  /** Tells who listens to `open`. */
  protected tellOpen(event: SocketEvent): void {
    this.#onOpen.dispatch(event, this);
  }

  /** Tells who listens to `message`. */
  protected tellMessage(event: SocketMessageEvent): void {
    this.#onMessage.dispatch(event, this);
  }

  /** Tells who listens to `pong`. */
  protected tellPong(event: SocketMessageEvent): void {
    this.#onPong.dispatch(event, this);
  }

  /** Tells who listens to `error`. */
  protected tellError(event: SocketErrorEvent): void {
    this.#onError.dispatch(event, this);
  }

  /** Tells who listens to `close`. */
  protected tellClose(event: SocketCloseEvent): void {
    this.#onClose.dispatch(event, this);
  }

  #listeners(type: string): Listeners<SocketEvent> | undefined {
    return this.#listenersOf(type) as Listeners<SocketEvent> | undefined;
  }

  #listenersOf(type: string): unknown {
    switch (type) {
      case "message":
        return this.#onMessage;
      case "open":
        return this.#onOpen;
      case "close":
        return this.#onClose;
      case "error":
        return this.#onError;
      case "pong":
        return this.#onPong;
      default:
        return undefined;
    }
  }
}
