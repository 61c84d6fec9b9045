/**
 * The core of a WebSocket connection after its handshake: bytes in, events out, and acts in, bytes
 * out (RFC 6455 §5 to §7).
 *
 * ```text
 *            close()                   the peer's close frame
 *   OPEN ───────────────▶ CLOSING ────────────────────────────▶ CLOSED
 *     │                      └─ closeMs, a fault, end of input ───▶ ▲
 *     └─ the peer's close frame (answered), a fault, end of input ──┘
 * ```
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import type { Random } from "@avx/runtime/ports/random";
import { writeUtf8 } from "@avx/runtime/utf8";
import { checkClose, MAX_REASON_BYTES, parseClose } from "./close.ts";
import { ABNORMAL, GOING_AWAY, NO_STATUS } from "./close_code.ts";
import { ControlReader } from "./control_reader.ts";
import type { FailedEvent, WebSocketCoreEvent } from "./events.ts";
import { failed } from "./failure.ts";
import * as head from "./frame_head.ts";
import { FAULT, FrameReader, MORE } from "./frame_reader.ts";
import { FrameWriter } from "./frame_writer.ts";
import type { WebSocketLimits, WebSocketTimeouts } from "./limits.ts";
import { MaskKeys } from "./mask.ts";
import { MessageReader } from "./message_reader.ts";
import type { MessageDeflate } from "./message_deflate.ts";
import { PeerWatch } from "./peer_watch.ts";
import type { SharedFrame } from "./shared_frame.ts";

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** What {@linkcode WebSocketCore} needs to know. */
export interface WebSocketCoreOptions {
  /** Which side it is. */
  readonly role: "server" | "client";
  /** How much the peer may send. */
  readonly limits: WebSocketLimits;
  /** How long the peer may take. */
  readonly timeouts: WebSocketTimeouts;
  /** Where buffers for sending come from. */
  readonly buffers: BufferPool;
  /** Where a client's masks come from. */
  readonly random: Random;
  /** Compression, where it was agreed on. */
  readonly deflate: MessageDeflate | undefined;
  /** The time, in ms. */
  readonly now: number;
}

/** Where a connection is in its life. */
export type WebSocketCoreState = "open" | "closing" | "closed";

/**
 * One side of a connection. Time and randomness are passed in, and nothing is awaited.
 *
 * @example A message there and back
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { random } from "@avx/runtime/platform";
 * import { WebSocketCore } from "@avx/ws/core";
 * import { DEFAULT_WEB_SOCKET_LIMITS, DEFAULT_WEB_SOCKET_TIMEOUTS } from "@avx/ws/limits";
 *
 * const options = {
 *   limits: DEFAULT_WEB_SOCKET_LIMITS,
 *   timeouts: DEFAULT_WEB_SOCKET_TIMEOUTS,
 *   buffers: new BufferPool(),
 *   random,
 *   deflate: undefined,
 *   now: 0,
 * };
 * const client = new WebSocketCore({ role: "client", ...options });
 * const server = new WebSocketCore({ role: "server", ...options });
 *
 * client.sendText("hello");
 * server.receive(client.transmit()!, 1);
 * assertEquals(server.next(), { type: "text", text: "hello" });
 *
 * server.close(1000, "bye");
 * client.receive(server.transmit()!, 2);
 * assertEquals(client.next(), { type: "closed", code: 1000, reason: "bye", clean: true });
 * ```
 */
export class WebSocketCore {
  readonly #limits: WebSocketLimits;
  readonly #timeouts: WebSocketTimeouts;
  readonly #deflate: MessageDeflate | undefined;
  readonly #reader: FrameReader;
  readonly #controls: ControlReader;
  readonly #messages: MessageReader;
  readonly #writer: FrameWriter;
  readonly #watch: PeerWatch;
  readonly #readsUntilBytes: number;
  #state: WebSocketCoreState = "open";
  #now: number;
  #ended = false;
  /** Events that no input brought. */
  #due: WebSocketCoreEvent[] | undefined;
  #closeBy = Infinity;

  /** Makes the core of a connection that is open. */
  constructor(options: WebSocketCoreOptions) {
    const { role, limits, timeouts, buffers, deflate, now } = options;
    this.#limits = limits;
    this.#timeouts = timeouts;
    this.#deflate = deflate;
    this.#now = now;
    this.#reader = new FrameReader({
      masked: role === "server",
      compression: deflate !== undefined,
      maxFrameBytes: limits.maxFrameBytes,
    });
    this.#controls = new ControlReader(limits.maxControlFrames);
    this.#messages = new MessageReader(limits, deflate, buffers);
    this.#writer = new FrameWriter(
      buffers,
      role === "client" ? new MaskKeys(options.random) : undefined,
    );
    this.#watch = new PeerWatch(timeouts, now);
    // Were both ends to listen only to who listens, both could wait for the other for ever.
    this.#readsUntilBytes = role === "server" ? limits.highWaterBytes : Infinity;
  }

  /** Where the connection is in its life. */
  get state(): WebSocketCoreState {
    return this.#state;
  }

  /** How many bytes wait to be transmitted. */
  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  /** Whether the driver should read on. */
  get wantsInput(): boolean {
    return this.#state !== "closed" && !this.#ended &&
      this.#writer.queuedBytes <= this.#readsUntilBytes;
  }

  /** When {@linkcode tick} wants to be called, in ms; `undefined` for never. */
  get deadline(): number | undefined {
    if (this.#state === "closed") return undefined;
    const at = this.#state === "closing" ? this.#closeBy : this.#watch.deadline;
    return at === Infinity ? undefined : at;
  }

  /**
   * Takes in what was read; an empty array is the end of input. The bytes belong to the core from
   * now on, until `next` has given all it holds: they are unmasked where they lie, and messages point
   * at them.
   *
   * @param bytes What was read.
   * @param now The time, in ms.
   */
  receive(bytes: Uint8Array, now: number): void {
    this.#now = now;
    if (this.#state === "closed") return;
    if (bytes.length === 0) this.#ended = true;
    else {
      this.#watch.heard(now);
      this.#reader.receive(bytes);
    }
  }

  /** The next event; `undefined` if there is none yet. What the last one lent is taken back. */
  next(): WebSocketCoreEvent | undefined {
    this.#messages.release();
    if (this.#due !== undefined) return this.#takeDue();
    const reader = this.#reader;
    while (this.#state !== "closed") {
      const found = reader.read();
      if (found === MORE) return this.#ended ? this.#lose() : undefined;
      if (found === FAULT) return this.#fail(reader.failure!);
      const event = reader.opcode >= head.CLOSE ? this.#takeControl() : this.#takeData();
      if (event !== undefined) return event;
    }
    return this.#due === undefined ? undefined : this.#takeDue();
  }

  /** Acts on the time. */
  tick(now: number): void {
    this.#now = now;
    if (this.#state === "closed") return;
    if (this.#state === "closing") {
      if (now < this.#closeBy) return;
      const { closeMs } = this.#timeouts;
      this.#raise(failed("CLOSE_TIMEOUT", `No close frame came within ${closeMs} ms`));
      return;
    }
    switch (this.#watch.tick(now)) {
      case "ping":
        this.#sendControl(head.PING, NO_BYTES);
        break;
      case "idle":
        this.close(GOING_AWAY, "Idle");
        break;
      case "lost": {
        const { pongMs } = this.#timeouts;
        this.#raise(failed("PONG_TIMEOUT", `Nothing came within ${pongMs} ms of a ping`));
        break;
      }
      case undefined:
        break;
    }
  }

  /** The next bytes to write, `undefined` if there are none. They are good until the next call. */
  transmit(): Uint8Array | undefined {
    return this.#writer.transmit();
  }

  /**
   * Sends a message of text. A lone surrogate becomes U+FFFD.
   *
   * @throws {TypeError} If the connection is not open.
   */
  sendText(text: string): void {
    this.#checkOpen();
    const deflate = this.#deflate;
    if (deflate !== undefined && deflate.worth(text.length)) {
      const room = new Uint8Array(text.length * 3);
      const bytes = room.subarray(0, writeUtf8(room, 0, text));
      this.#writer.bytes(head.FIN | head.RSV1 | head.TEXT, deflate.deflate(bytes));
    } else this.#writer.text(text);
    this.#sent();
  }

  /**
   * Sends a message of bytes, which are copied.
   *
   * @throws {TypeError} If the connection is not open.
   */
  sendBinary(bytes: Uint8Array): void {
    this.#checkOpen();
    const deflate = this.#deflate;
    if (deflate !== undefined && deflate.worth(bytes.length)) {
      this.#writer.bytes(head.FIN | head.RSV1 | head.BINARY, deflate.deflate(bytes));
    } else this.#writer.bytes(head.FIN | head.BINARY, bytes);
    this.#sent();
  }

  /**
   * Sends a message that many are sent. For servers: a client's frames are masked each on its own.
   *
   * @throws {TypeError} If the connection is not open.
   */
  sendShared(frame: SharedFrame): void {
    this.#checkOpen();
    const deflate = this.#deflate;
    if (deflate !== undefined && deflate.worth(frame.payload.length)) {
      this.#writer.whole(frame.compressed(deflate));
      deflate.skip();
    } else this.#writer.whole(frame.plain);
    this.#sent();
  }

  /**
   * Sends a ping.
   *
   * @throws {TypeError} If the connection is not open, or `bytes` are more than 125.
   */
  ping(bytes: Uint8Array = NO_BYTES): void {
    this.#checkOpen();
    this.#checkControl(bytes);
    this.#sendControl(head.PING, bytes);
  }

  /**
   * Sends a pong that nobody asked for: a sign of life.
   *
   * @throws {TypeError} If the connection is not open, or `bytes` are more than 125.
   */
  pong(bytes: Uint8Array = NO_BYTES): void {
    this.#checkOpen();
    this.#checkControl(bytes);
    this.#sendControl(head.PONG, bytes);
  }

  /**
   * Begins to close: no message can be sent any more, and none that comes is shown. Does nothing
   * where that has begun.
   *
   * @param code Why, as RFC 6455 §7.4 lists it; left out, none is said.
   * @param reason More about it, in 123 bytes of UTF-8.
   * @throws {TypeError} If the code is not for the wire or the reason is too long.
   */
  close(code?: number, reason = ""): void {
    checkClose(code, reason);
    if (this.#state !== "open") return;
    this.#sendClose(code, reason);
    this.#state = "closing";
    this.#closeBy = this.#now + this.#timeouts.closeMs;
  }

  /** Frees what compression holds. */
  release(): void {
    this.#deflate?.close();
  }

  // Input

  #takeData(): WebSocketCoreEvent | undefined {
    this.#controls.endRow();
    const event = this.#messages.take(this.#reader);
    if (event === undefined) return undefined;
    if (event.type === "failed") return this.#fail(event);
    this.#watch.used(this.#now);
    return this.#state === "open" ? event : undefined;
  }

  #takeControl(): WebSocketCoreEvent | undefined {
    const controls = this.#controls;
    if (!controls.take(this.#reader)) return undefined;
    const { bytes, start, end } = controls;
    const { opcode } = this.#reader;
    if (opcode === head.CLOSE) return this.#takeClose(bytes, start, end);
    const fault = controls.count(this.#now);
    if (fault !== undefined) return this.#fail(fault);
    const payload = bytes.subarray(start, end);
    if (opcode === head.PONG) return { type: "pong", bytes: payload };
    // RFC 6455 §5.5.2: unless a close frame has been sent or received.
    if (this.#state === "open") this.#sendControl(head.PONG, payload);
    return { type: "ping", bytes: payload };
  }

  #takeClose(bytes: Uint8Array, start: number, end: number): WebSocketCoreEvent {
    const status = parseClose(bytes, start, end);
    if (status.type === "failed") return this.#fail(status);
    const { code, reason } = status;
    if (this.#state === "open") this.#sendClose(code === NO_STATUS ? undefined : code, "");
    this.#end();
    return { type: "closed", code, reason, clean: true };
  }

  /** The end of input without a close frame. */
  #lose(): WebSocketCoreEvent {
    this.#end();
    return { type: "closed", code: ABNORMAL, reason: "", clean: false };
  }

  /** RFC 6455 §7.1.7: says why, and reads no more. */
  #fail(failure: FailedEvent): WebSocketCoreEvent {
    const { statusHint, reason } = failure;
    if (this.#state === "open" && statusHint !== undefined) this.#sendClose(statusHint, reason);
    this.#end();
    this.#due = [{ type: "closed", code: ABNORMAL, reason: "", clean: false }];
    return failure;
  }

  #raise(failure: FailedEvent): void {
    const event = this.#fail(failure);
    this.#due!.unshift(event);
  }

  #end(): void {
    this.#state = "closed";
    this.#reader.clear();
    this.#messages.clear();
  }

  #takeDue(): WebSocketCoreEvent | undefined {
    const event = this.#due!.shift();
    if (this.#due!.length === 0) this.#due = undefined;
    return event;
  }

  // Output

  #checkOpen(): void {
    if (this.#state !== "open") {
      throw new TypeError(
        `Cannot send as the connection must be open: current state is "${this.#state}"`,
      );
    }
  }

  #checkControl(bytes: Uint8Array): void {
    if (bytes.length > head.MAX_CONTROL_BYTES) {
      throw new TypeError(
        `Cannot send as a ping or pong carries at most ${head.MAX_CONTROL_BYTES} bytes: ` +
          `current length is ${bytes.length}`,
      );
    }
  }

  #sent(): void {
    this.#watch.used(this.#now);
    if (
      this.#writer.queuedBytes > this.#limits.maxQueuedBytes && this.#limits.slowPeer === "close"
    ) {
      const { maxQueuedBytes } = this.#limits;
      this.#raise(failed("SLOW_PEER", `More than ${maxQueuedBytes} bytes wait for the peer`));
    }
  }

  #sendControl(opcode: number, bytes: Uint8Array): void {
    this.#writer.bytes(head.FIN | opcode, bytes);
  }

  #sendClose(code: number | undefined, reason: string): void {
    const payload = new Uint8Array(2 + MAX_REASON_BYTES);
    if (code === undefined) return this.#sendControl(head.CLOSE, NO_BYTES);
    payload[0] = code >>> 8;
    payload[1] = code;
    this.#sendControl(head.CLOSE, payload.subarray(0, writeUtf8(payload, 2, reason)));
  }
}
