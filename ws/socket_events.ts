/**
 * The events of a connection: what the Web's have, and cheap enough to make one for each message.
 *
 * @module
 */

const NO_PORTS: readonly MessagePort[] = Object.freeze([]);

/**
 * An event: `open`, and the base of the others. It is an `Event` to every observer.
 *
 * @example An event is an Event
 * ```ts
 * import { SocketEvent } from "@avx/ws";
 * import { assert } from "@std/assert";
 *
 * assert(new SocketEvent("open", new EventTarget()) instanceof Event);
 * ```
 */
export class SocketEvent {
  /** As in `Event`. */
  static readonly NONE = 0;
  /** As in `Event`. */
  static readonly CAPTURING_PHASE = 1;
  /** As in `Event`. */
  static readonly AT_TARGET = 2;
  /** As in `Event`. */
  static readonly BUBBLING_PHASE = 3;

  /** Its name. */
  readonly type: string;
  /** The connection. */
  readonly target: EventTarget;
  #stopped = false;

  /** Makes an event of `target`. */
  constructor(type: string, target: EventTarget) {
    this.type = type;
    this.target = target;
  }

  /** Whether `event` was told to reach no further listener. */
  static isStopped(event: SocketEvent): boolean {
    return event.#stopped;
  }

  /** As in `Event`. */
  get currentTarget(): EventTarget {
    return this.target;
  }

  /** As in `Event`. */
  get srcElement(): EventTarget {
    return this.target;
  }

  /** As in `Event`: at the target. */
  get eventPhase(): number {
    return SocketEvent.AT_TARGET;
  }

  /** As in `Event`. */
  get bubbles(): boolean {
    return false;
  }

  /** As in `Event`. */
  get cancelable(): boolean {
    return false;
  }

  /** As in `Event`. */
  get composed(): boolean {
    return false;
  }

  /** As in `Event`. */
  get defaultPrevented(): boolean {
    return false;
  }

  /** As in `Event`. */
  get isTrusted(): boolean {
    return true;
  }

  /** As in `Event`; 0, as nobody looks at the clock for each message. */
  get timeStamp(): number {
    return 0;
  }

  /** As in `Event`. */
  composedPath(): EventTarget[] {
    return [this.target];
  }

  /** As in `Event`: does nothing. */
  preventDefault(): void {}

  /** As in `Event`: does nothing, as there is no other target. */
  stopPropagation(): void {}

  /** As in `Event`. */
  stopImmediatePropagation(): void {
    this.#stopped = true;
  }
}

/** What a message is to its listener. */
export type MessageData = string | ArrayBuffer | Blob | Uint8Array;

/**
 * A message, or a pong, has come. It has the members of the Web's `MessageEvent`.
 *
 * @example Its data
 * ```ts
 * import { SocketMessageEvent } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new SocketMessageEvent(new EventTarget(), "hello").data, "hello");
 * ```
 */
export class SocketMessageEvent extends SocketEvent {
  /** The message. */
  readonly data: MessageData;

  /** Makes one. */
  constructor(target: EventTarget, data: MessageData, type = "message") {
    super(type, target);
    this.data = data;
  }

  /** As in `MessageEvent`; servers have none to tell. */
  get origin(): string {
    const { url } = this.target as { readonly url?: string };
    return url ? new URL(url).origin : "";
  }

  /** As in `MessageEvent`. */
  get lastEventId(): string {
    return "";
  }

  /** As in `MessageEvent`. */
  get source(): null {
    return null;
  }

  /** As in `MessageEvent`. */
  get ports(): readonly MessagePort[] {
    return NO_PORTS;
  }
}

/**
 * The connection is over. It has the members of the Web's `CloseEvent`.
 *
 * @example Its code
 * ```ts
 * import { SocketCloseEvent } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new SocketCloseEvent(new EventTarget(), 1000, "", true).code, 1000);
 * ```
 */
export class SocketCloseEvent extends SocketEvent {
  /** The peer's close code; 1005 where it gave none, 1006 where no close frame came. */
  readonly code: number;
  /** The peer's reason. */
  readonly reason: string;
  /** Whether both sides have sent a close frame. */
  readonly wasClean: boolean;

  /** Makes one. */
  constructor(target: EventTarget, code: number, reason: string, wasClean: boolean) {
    super("close", target);
    this.code = code;
    this.reason = reason;
    this.wasClean = wasClean;
  }
}

/**
 * Something went wrong; `close` follows.
 *
 * @example Its error
 * ```ts
 * import { SocketErrorEvent } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * const event = new SocketErrorEvent(new EventTarget(), new TypeError("wrong"));
 * assertEquals(event.message, "wrong");
 * ```
 */
export class SocketErrorEvent extends SocketEvent {
  /** What it was. */
  readonly error: Error;

  /** Makes one. */
  constructor(target: EventTarget, error: Error) {
    super("error", target);
    this.error = error;
  }

  /** The message of {@linkcode error}. */
  get message(): string {
    return this.error.message;
  }
}

Object.setPrototypeOf(SocketEvent.prototype, Event.prototype);
