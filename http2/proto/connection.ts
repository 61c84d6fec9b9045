/**
 * A connection, whichever its role: the parts it is made of, and which part a frame goes to.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { OutputQueue } from "@avx/runtime/output-queue";
import {
  ENHANCE_YOUR_CALM,
  FRAME_SIZE_ERROR,
  PROTOCOL_ERROR,
  STREAM_CLOSED,
} from "../frame/error_code.ts";
import { COMPLETE, FrameReader, INCOMPLETE } from "../frame/frame_reader.ts";
import * as frame from "../frame/frame_type.ts";
import { writeReset, writeWindowUpdate } from "../frame/frame_writer.ts";
import { DEFAULT_WINDOW_BYTES } from "../frame/settings.ts";
import { HpackDecoder, HpackEncoder } from "../hpack/mod.ts";
import { type AbuseKind, AbuseMeter } from "./abuse_meter.ts";
import { BandwidthEstimate } from "./bandwidth_estimate.ts";
import { ConnectionClock } from "./connection_clock.ts";
import { EventQueue } from "./event_queue.ts";
import type { Http2Event, Http2Failed } from "./events.ts";
import { failed, type FaultDetails } from "./failure.ts";
import type { SendCredit } from "./flow_window.ts";
import { Goaway } from "./goaway.ts";
import { HeaderBlock } from "./header_block.ts";
import type { Http2Limits, Http2Timeouts } from "./limits.ts";
import { onContinuation } from "./on_continuation.ts";
import { onData } from "./on_data.ts";
import { onGoaway } from "./on_goaway.ts";
import { onHeaders } from "./on_headers.ts";
import { onPing } from "./on_ping.ts";
import { onPriority } from "./on_priority.ts";
import { onPriorityUpdate } from "./on_priority_update.ts";
import { onPushPromise } from "./on_push_promise.ts";
import { onRstStream } from "./on_rst_stream.ts";
import { onSettings } from "./on_settings.ts";
import { onWindowUpdate } from "./on_window_update.ts";
import { FOR_BANDWIDTH, PingKeeper } from "./ping_keeper.ts";
import type { Priority } from "@avx/semantics/priority";
import { giveBack, type ReceiveCredit, reopen } from "./receive_window.ts";
import { RequestHeadReader } from "./request_head.ts";
import { SendScheduler } from "./send_scheduler.ts";
import { SettingsExchange } from "./settings_exchange.ts";
import type { Stream } from "./stream.ts";
import * as life from "./stream_state.ts";
import { FORGOTTEN, Streams } from "./streams.ts";
import type { Http2Witness } from "./witness.ts";

/** What a connection is made of. */
export interface ConnectionOptions {
  /** Whether we are the server. */
  readonly isServer: boolean;
  /** Where buffers come from and go back to. */
  readonly buffers: BufferPool;
  /** How much the peer may send. */
  readonly limits: Http2Limits;
  /** How long it may take. */
  readonly timeouts: Http2Timeouts;
  /** When the connection was opened, in ms. */
  readonly now: number;
  /** Whether pushed responses are taken (client). */
  readonly push: boolean;
  /** Whether extended CONNECT is offered (server). */
  readonly connectProtocol: boolean;
  /** Fields that are never put into a compression table, beside those that never are. */
  readonly neverIndexed: readonly string[];
}

/** The state that the behaviours in the `on_*.ts` files share. It decides nothing by itself. */
export class Connection implements SendCredit, ReceiveCredit {
  /** Whether we are the server. */
  readonly isServer: boolean;
  /** How much the peer may send. */
  readonly limits: Http2Limits;
  /** How long it may take. */
  readonly timeouts: Http2Timeouts;
  /** Whether pushed responses are taken. */
  readonly push: boolean;
  /** Whether extended CONNECT is offered. */
  readonly connectProtocol: boolean;

  /** What is to be written. */
  readonly output: OutputQueue;
  /** The frames that come. */
  readonly frames: FrameReader = new FrameReader();
  /** Decodes field sections. */
  readonly decoder: HpackDecoder;
  /** Encodes them. */
  readonly encoder: HpackEncoder;
  /** The section that is coming in. */
  readonly block: HeaderBlock = new HeaderBlock();
  /** Makes heads of requests. */
  readonly requestHeads: RequestHeadReader = new RequestHeadReader();
  /** The streams. */
  readonly streams: Streams;
  /** What both ends have told. */
  readonly settings: SettingsExchange;
  /** Who sends next. */
  readonly scheduler: SendScheduler = new SendScheduler();
  /** How large our windows are. */
  readonly bandwidth: BandwidthEstimate;
  /** The PINGs on their way. */
  readonly pings: PingKeeper = new PingKeeper();
  /** The end. */
  readonly goaway: Goaway = new Goaway();
  /** What the peer does too often. */
  readonly abuse: AbuseMeter;
  /** When something is due. */
  readonly clock: ConnectionClock;
  /** What is to be told. */
  readonly events: EventQueue = new EventQueue();
  /** Priorities of streams that do not exist yet. */
  readonly earlyPriorities: Map<number, Priority> = new Map();

  /** Who is told what happens, if anybody is. */
  witness: Http2Witness | undefined = undefined;
  /** The time, in ms. */
  now: number;
  /** How much we may send. */
  sendWindow: number = DEFAULT_WINDOW_BYTES;
  /** How much the peer may send. */
  available: number = DEFAULT_WINDOW_BYTES;
  /** How much of what it has sent nobody has taken. */
  outstanding = 0;
  /** How much of it came on streams that the server has promised (client). */
  pushedBytes = 0;
  /** How much content waits to be sent on all streams. */
  queuedBytes = 0;
  /** How much has been sent since the connection's window is waited for. */
  stallBytes = 0;
  /** Whether somebody was told that content waits for the connection's window. */
  stalled = false;
  /** Whether nothing further is interpreted: a fault, or the end. */
  over = false;

  /** Makes one for a connection just opened. Nothing is sent yet. */
  constructor(options: ConnectionOptions) {
    const { limits, timeouts, now, isServer } = options;
    this.isServer = isServer;
    this.limits = limits;
    this.timeouts = timeouts;
    this.push = options.push;
    this.connectProtocol = options.connectProtocol;
    this.now = now;
    this.output = new OutputQueue(options.buffers);
    this.frames.maxFrameBytes = limits.maxFrameBytes;
    this.decoder = new HpackDecoder({
      maxTableBytes: Math.max(4096, limits.maxDecoderTableBytes),
      maxListBytes: limits.maxHeaderListBytes,
    });
    this.encoder = new HpackEncoder({
      maxTableBytes: limits.maxEncoderTableBytes,
      neverIndexed: options.neverIndexed,
    });
    this.streams = new Streams(isServer);
    this.settings = new SettingsExchange(limits, options);
    this.bandwidth = new BandwidthEstimate(
      Math.max(limits.connectionWindowBytes, DEFAULT_WINDOW_BYTES),
      limits.streamWindowBytes,
      limits.maxConnectionWindowBytes,
      limits.maxStreamWindowBytes,
    );
    this.abuse = new AbuseMeter(limits.abuse, now);
    this.clock = new ConnectionClock(timeouts, now);
  }

  /** Sends our SETTINGS and opens the connection's window. */
  begin(): void {
    this.settings.send(this.output);
    const increment = this.bandwidth.connectionBytes - this.available;
    if (increment > 0) {
      this.available += increment;
      writeWindowUpdate(this.output, 0, increment);
    }
  }

  /** Tells `witness` what happens from now on, and first what our SETTINGS say. */
  observe(witness: Http2Witness): void {
    this.witness = this.goaway.witness = witness;
    witness.settings("sent", this.settings.own);
  }

  /** The next event of those that wait, or of the frames that have come. */
  next(): Http2Event | undefined {
    for (;;) {
      const waiting = this.events.shift();
      if (waiting !== undefined) return waiting;
      if (this.over) return undefined;
      const read = this.frames.read();
      if (read === INCOMPLETE) {
        // A connection at rest holds on to nothing that it has read.
        if (this.frames.input.at === this.frames.input.end) this.frames.clear();
        return undefined;
      }
      const event = read === COMPLETE ? this.#route() : this.#tooLarge();
      if (event !== undefined) return event;
    }
  }

  /** Ends the connection because of the peer. */
  fail(code: number, reason: string, details?: FaultDetails): Http2Failed {
    if (!this.over) this.goaway.send(this.output, this.streams.lastPeerId, code, reason);
    this.stop();
    return this.crossed(failed(0, code, reason, details));
  }

  /** Tells of a fault if it is one that a limit has found. */
  crossed(failure: Http2Failed): Http2Failed {
    // That a connection was idle for long is nobody's fault.
    if (this.witness !== undefined && failure.limit !== undefined && failure.limit !== "idleMs") {
      this.witness.limit(failure, this.abuse.counts);
    }
    return failure;
  }

  /** Resets a stream because of the peer, whether it is one still or not. */
  failStream(
    streamId: number,
    code: number,
    reason: string,
    details?: FaultDetails,
  ): Http2Failed {
    const stream = this.streams.find(streamId);
    this.sendReset(streamId, code);
    if (stream === undefined) this.streams.skip(streamId, life.CLOSED_BY_US);
    else this.close(stream, life.CLOSED_BY_US);
    const failure = this.crossed(failed(streamId, code, reason, details));
    return this.count("maxProvokedResets") ?? failure;
  }

  /** Tells the peer that a stream is given up. */
  sendReset(streamId: number, code: number): void {
    writeReset(this.output, streamId, code);
    this.witness?.reset("sent", streamId, code);
  }

  /** Counts one more of something. Returns the end of the connection if it is too much. */
  count(kind: AbuseKind): Http2Failed | undefined {
    if (this.abuse.count(kind, this.now)) return undefined;
    return this.fail(ENHANCE_YOUR_CALM, `The peer went over ${kind}`, { limit: kind });
  }

  /** Ends the connection or a stream as a verdict of the state table says. */
  judge(verdict: number, streamId: number): Http2Failed | undefined {
    switch (verdict) {
      case life.IGNORED:
        return undefined;
      case life.CONNECTION_STREAM_CLOSED:
        return this.fail(STREAM_CLOSED, this.#unexpected(streamId));
      case life.STREAM_STREAM_CLOSED:
        return this.failStream(streamId, STREAM_CLOSED, this.#unexpected(streamId));
      default:
        return this.fail(PROTOCOL_ERROR, this.#unexpected(streamId));
    }
  }

  /** Does what is due for a frame on a stream that is none: idle, closed, or forgotten. */
  judgeMissing(streamId: number, input: number): Http2Failed | undefined {
    const state = this.streams.stateOf(streamId);
    if (state !== FORGOTTEN) return this.judge(life.transition(state, input), streamId);
    // Skipped ids and streams closed long ago look alike; content and resets may be late.
    if (input === life.RECEIVE_HEADERS) return this.judge(life.CONNECTION_PROTOCOL_ERROR, streamId);
    return input === life.RECEIVE_DATA
      ? this.judge(life.STREAM_STREAM_CLOSED, streamId)
      : undefined;
  }

  /** Takes a stream out. `state` is one of the closed ones. */
  close(stream: Stream, state: number): void {
    this.scheduler.remove(stream);
    if (stream.queue !== undefined) this.queuedBytes -= stream.queue.byteCount;
    stream.state = state;
    this.streams.remove(stream);
    if (this.streams.count === 0) this.clock.beginIdle(this.now);
  }

  /** Waits for content of the peer's on a stream. */
  awaitBody(stream: Stream): void {
    if (this.timeouts.bodyMs === Infinity) return;
    stream.bodySince = this.now;
    this.clock.watch(this.now);
  }

  /** Waits, but not for long, for the end of content that nobody wants. */
  awaitDrain(stream: Stream): void {
    stream.bodySince = this.now;
    this.clock.watch(this.now);
  }

  /** Counts content that came, and measures now and then how much comes within a round trip. */
  arrived(byteCount: number): void {
    const { bandwidth, now, pings } = this;
    this.#reopen();
    if (!bandwidth.count(byteCount, now) || !pings.canSend) return;
    bandwidth.begin(now);
    pings.send(this.output, FOR_BANDWIDTH, now);
  }

  /** Gives room back for content that was taken or dropped. The stream may be none any more. */
  consume(stream: Stream | undefined, byteCount: number): void {
    if (byteCount === 0) return;
    this.outstanding -= byteCount;
    this.#reopen();
    if (stream === undefined) return;
    const more = giveBack(stream, byteCount, this.bandwidth.streamBytes);
    // Whoever has ended its half needs no more room.
    if (more > 0 && life.isRemoteOpen(stream.state)) {
      writeWindowUpdate(this.output, stream.id, more);
    }
  }

  /** Interprets nothing further and lets go of everything but what is to be written. */
  stop(): void {
    this.over = true;
    this.frames.clear();
    this.block.end();
    for (const stream of [...this.streams.all()]) this.close(stream, life.CLOSED_BY_US);
    this.earlyPriorities.clear();
    this.clock.stop();
  }

  /** Opens the connection's window as far as what nobody has read allows. */
  #reopen(): void {
    const { connectionBytes } = this.bandwidth;
    const mostBytes = Math.max(connectionBytes, this.limits.maxUnreadBytes);
    const increment = reopen(this, connectionBytes, mostBytes);
    if (increment > 0 && !this.over) writeWindowUpdate(this.output, 0, increment);
  }

  #route(): Http2Event | undefined {
    const { type, streamId } = this.frames;
    if (!this.settings.received && type !== frame.SETTINGS) {
      return this.fail(PROTOCOL_ERROR, "The first frame must be SETTINGS");
    }
    const { block } = this;
    if (block.streamId !== 0 && (type !== frame.CONTINUATION || streamId !== block.streamId)) {
      // RFC 9113 §6.10.
      return this.fail(PROTOCOL_ERROR, "A frame came within a field section");
    }
    switch (type) {
      case frame.DATA:
        return onData(this);
      case frame.HEADERS:
        return onHeaders(this);
      case frame.PRIORITY:
        return onPriority(this);
      case frame.RST_STREAM:
        return onRstStream(this);
      case frame.SETTINGS:
        return onSettings(this);
      case frame.PUSH_PROMISE:
        return onPushPromise(this);
      case frame.PING:
        return onPing(this);
      case frame.GOAWAY:
        return onGoaway(this);
      case frame.WINDOW_UPDATE:
        return onWindowUpdate(this);
      case frame.CONTINUATION:
        return onContinuation(this);
      case frame.PRIORITY_UPDATE:
        return onPriorityUpdate(this);
      default:
        // RFC 9113 §5.5.
        return this.count("maxUnknownFrames");
    }
  }

  #tooLarge(): Http2Failed {
    const { type, length, maxFrameBytes } = this.frames;
    const name = frame.frameTypeName(type);
    return this.fail(
      FRAME_SIZE_ERROR,
      `${name} has ${length} bytes and may have ${maxFrameBytes}`,
      { limit: "maxFrameBytes" },
    );
  }

  #unexpected(streamId: number): string {
    const name = frame.frameTypeName(this.frames.type);
    const state = this.streams.find(streamId)?.state ?? this.streams.stateOf(streamId);
    const known = state === FORGOTTEN ? "closed" : life.stateName(state);
    return `${name} came on stream ${streamId}, which is ${known}`;
  }
}
