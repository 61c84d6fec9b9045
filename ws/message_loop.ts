/**
 * The loop of a connection: read, receive, next, transmit.
 *
 * @module
 */

import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { Deferred } from "@avx/runtime/deferred";
import type { Transport } from "@avx/runtime/ports/transport";
import { ReadSegments } from "@avx/runtime/read-segments";
import type { WebSocketConfig } from "./config.ts";
import { WebSocketCore } from "./proto/connection.ts";
import type { ClosedEvent, FailedEvent } from "./proto/events.ts";
import { MessageDeflate } from "./proto/message_deflate.ts";
import type { DeflateAgreement } from "./proto/permessage_deflate.ts";

const MAX_READ_BYTES = 256 * 1024;
const END_OF_INPUT: Uint8Array = new Uint8Array(0);

/** Hears of what comes; called within the loop, where whatever is sent leaves in one write. */
export interface MessageLoopOwner {
  /** A message of text. */
  onText(text: string): void;
  /** A message of bytes. Those that are lent change after the call. */
  onBinary(bytes: Uint8Array, lent: boolean): void;
  /** A pong. Its bytes are lent. */
  onPong(bytes: Uint8Array): void;
  /** The peer broke a rule. */
  onFailed(event: FailedEvent): void;
  /** No more messages will come; the transport is still to be closed. */
  onClosing(): void;
  /** All is over, the transport included. */
  onClosed(event: ClosedEvent, error: unknown): void;
}

/** What a loop needs besides its owner. */
export interface MessageLoopOptions {
  /** Which side it is. */
  readonly role: "server" | "client";
  /** What the connection is told. */
  readonly config: WebSocketConfig;
  /** The duplex; it belongs to the loop from now on. */
  readonly transport: Transport;
  /** What compression goes by. */
  readonly deflate: DeflateAgreement | undefined;
}

/** `open` while there is a core to feed; `ending` until the peer has ended, too; then `closed`. */
type Phase = "open" | "ending" | "closed";

/**
 * Runs a core over a transport. One write is in flight at a time, and the next read does not wait
 * for it.
 */
export class MessageLoop {
  /** The protocol. */
  readonly core: WebSocketCore;
  /** How it is compressed; `undefined` for not at all. */
  readonly deflate: MessageDeflate | undefined;

  readonly #owner: MessageLoopOwner;
  readonly #role: "server" | "client";
  readonly #config: WebSocketConfig;
  readonly #transport: Transport;
  readonly #segments: ReadSegments;
  readonly #alarm: ConnectionAlarm;
  #phase: Phase = "open";
  #paused = false;
  #now: number;
  /** Whether the peer has not said a word when it had to. */
  #silent = false;
  /** Whether the last of what there was to send has been sent. */
  #saidAll = false;
  #draining = false;
  #flushQueued = false;
  #writing: Uint8Array | undefined;
  #unpark: (() => void) | undefined;
  #drained: Deferred<void> | undefined;
  #outcome: ClosedEvent = { type: "closed", code: 1006, reason: "", clean: false };

  /** Makes one; {@linkcode run} starts it. */
  constructor(owner: MessageLoopOwner, options: MessageLoopOptions) {
    const { role, config, transport, deflate: agreement } = options;
    this.#owner = owner;
    this.#role = role;
    this.#config = config;
    this.#transport = transport;
    this.#now = config.timers.now();
    this.#segments = new ReadSegments(MAX_READ_BYTES, config.buffers);
    const { codecs, deflate } = config;
    if (agreement !== undefined && deflate !== undefined) {
      this.deflate = new MessageDeflate({ role, agreement, config: deflate, codecs });
    }
    this.core = new WebSocketCore({ ...config, role, deflate: this.deflate, now: this.#now });
    this.#alarm = new ConnectionAlarm(config.timers, (now) => this.#onDeadline(now));
  }

  /** How many bytes the peer has not been sent yet. */
  get queuedBytes(): number {
    return this.core.queuedBytes + (this.#writing?.length ?? 0);
  }

  /** Whether the transport is closed. */
  get closed(): boolean {
    return this.#phase === "closed";
  }

  /** Whether nothing is read because nobody wants it. */
  get paused(): boolean {
    return this.#paused;
  }

  /** See {@linkcode paused}. What was read already waits, too. */
  set paused(paused: boolean) {
    this.#paused = paused;
    if (!paused) this.flushSoon();
  }

  /**
   * Runs until the transport is closed. Never rejects.
   *
   * @param received What was read from the transport already.
   */
  async run(received: Uint8Array): Promise<void> {
    let error: unknown;
    try {
      if (received.length > 0) this.#receive(received);
      else this.#drain();
      while (this.#phase !== "closed") {
        if (!this.#mayRead()) {
          await new Promise<void>((resolve) => this.#unpark = resolve);
          continue;
        }
        this.#segments.settle(); // the core has given all of it, and whoever keeps some has a copy
        const count = await this.#transport.read(this.#segments.space());
        if (this.#phase === "ending" && count === null) break;
        this.#receive(count === null ? END_OF_INPUT : this.#segments.taken(count));
      }
    } catch (caught) {
      error = caught;
    }
    // What says goodbye is on its way, within its deadline.
    if (this.#writing !== undefined && error === undefined) {
      await new Promise<void>((resolve) => this.#unpark = resolve);
    }
    this.end(error);
  }

  /** Sends what is queued, and shows what waits, at the end of the turn. */
  flushSoon(): void {
    if (this.#draining || this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(this.#flushTurn);
  }

  readonly #flushTurn = (): void => {
    this.#flushQueued = false;
    this.#drain();
  };

  /** Waits while more is queued than a peer that reads slowly should be sent. */
  drained(): Promise<void> | undefined {
    if (this.queuedBytes <= this.#config.limits.highWaterBytes || this.#phase === "closed") {
      return undefined;
    }
    this.#drained ??= new Deferred();
    return this.#drained.promise;
  }

  /** Closes the transport at once. */
  end(error?: unknown): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#alarm.stop();
    this.#transport.close();
    this.core.release();
    this.#drained?.resolve();
    this.#wake();
    this.#owner.onClosed(this.#outcome, error);
  }

  // Input

  #mayRead(): boolean {
    if (this.#phase === "ending") return true;
    const { core } = this;
    return core.wantsInput && !(this.#paused && core.state === "open");
  }

  #receive(bytes: Uint8Array): void {
    if (this.#phase !== "open") return;
    this.#now = this.#config.timers.now();
    this.core.receive(bytes, this.#now);
    this.#drain();
  }

  /** Takes events until there are none, or nobody wants the next. */
  #drain(): void {
    if (this.#draining || this.#phase === "closed") return;
    this.#draining = true;
    const { core } = this;
    const owner = this.#owner;
    while (this.#phase === "open" && !(this.#paused && core.state === "open")) {
      const event = core.next();
      if (event === undefined) break;
      switch (event.type) {
        case "text":
          owner.onText(event.text);
          break;
        case "binary":
          owner.onBinary(event.bytes, event.lent);
          break;
        case "ping":
          break;
        case "pong":
          owner.onPong(event.bytes);
          break;
        case "failed":
          this.#silent = event.statusHint === undefined;
          owner.onFailed(event);
          break;
        case "closed":
          this.#outcome = event;
          this.#startEnding();
          break;
        default:
          event satisfies never;
      }
    }
    this.#draining = false;
    this.#flush();
    this.#readOn();
    // Whoever was told of an event may have ended the connection.
    if (!this.closed) this.#alarm.arm(core.deadline ?? Infinity);
  }

  /** Lets a loop that waits go on, if it may read now. */
  #readOn(): void {
    if (this.#unpark !== undefined && this.#mayRead()) this.#wake();
  }

  #wake(): void {
    const unpark = this.#unpark;
    this.#unpark = undefined;
    unpark?.();
  }

  // Output

  #flush(): void {
    if (this.#writing !== undefined || this.#phase === "closed") return;
    const bytes = this.core.transmit();
    if (bytes === undefined) this.#flushed();
    else this.#write(bytes);
  }

  #write(bytes: Uint8Array): void {
    this.#writing = bytes;
    this.#alarm.writeBy = this.#now + this.#config.timeouts.writeMs;
    this.#transport.write(bytes).then(this.#onWritten, this.#onWriteFailed);
  }

  readonly #onWritten = (count: number): void => {
    if (this.#phase === "closed") return;
    const written = this.#writing!;
    const bytes = count < written.length ? written.subarray(count) : this.core.transmit();
    if (bytes !== undefined) {
      this.#now = this.#config.timers.now();
      this.#write(bytes);
    } else {
      this.#writing = undefined;
      this.#alarm.writeBy = Infinity;
      this.#flushed();
    }
    this.#relieve();
  };

  readonly #onWriteFailed = (error: unknown): void => {
    this.#writing = undefined;
    this.end(error);
  };

  #relieve(): void {
    if (this.queuedBytes > this.#config.limits.highWaterBytes) return;
    this.#readOn();
    if (this.#drained === undefined) return;
    this.#drained.resolve();
    this.#drained = undefined;
  }

  /** Everything there was to write is written. */
  #flushed(): void {
    if (this.#phase !== "ending" || this.#saidAll) return;
    this.#saidAll = true;
    this.#wake();
    // RFC 6455 §7.1.1: the server ends the connection; so does whoever gives up.
    if (this.#role === "server" || !this.#outcome.clean) {
      this.#transport.closeWrite().catch((error) => this.end(error));
    }
  }

  // The end

  /**
   * Waits for the peer to end its half, within a deadline: closing with unread bytes would reset
   * the connection, and the reset would overtake the close frame.
   */
  #startEnding(): void {
    this.#phase = "ending";
    this.#alarm.lingerBy = this.#config.timers.now() + this.#config.timeouts.closeMs;
    this.#owner.onClosing();
    if (this.#silent) this.end();
  }

  #onDeadline(now: number): void {
    this.#now = now;
    const { writeBy, lingerBy } = this.#alarm;
    if (writeBy <= now || lingerBy <= now) return this.end();
    this.core.tick(now);
    this.#drain();
  }
}
