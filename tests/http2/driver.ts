/**
 * A server connection over an in-memory transport, its peer a client core, for tests of the driver.
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { BufferPool } from "@avx/runtime/buffer-pool";
import {
  ManualClock,
  memoryPair,
  type MemoryPairOptions,
  type MemoryTransport,
} from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import type { Handler } from "@avx/semantics/handler";
import { DateLine } from "@avx/semantics/serving";
import {
  DEFAULT_ABUSE_LIMITS,
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  Http2ClientCore,
  type Http2Limits,
  type Http2Request,
  Http2ServerConnection,
  type Http2ServerTimeouts,
} from "@avx/http2";
import { errorCodeName } from "../../http2/frame/error_code.ts";
import type { Http2ClientEvent } from "../../http2/proto/events.ts";
import { DEFAULT_CLIENT_TIMEOUTS } from "../../http2/proto/limits.ts";

/** What a test changes. */
export interface DriverOptions {
  /** The server's limits other than the defaults. */
  readonly limits?: Partial<Omit<Http2Limits, "abuse">>;
  /** The server's abuse limits other than the defaults. */
  readonly abuse?: Partial<Http2Limits["abuse"]>;
  /** The server's timeouts other than the defaults. */
  readonly timeouts?: Partial<Http2ServerTimeouts>;
  /** The client's limits other than the defaults. */
  readonly clientLimits?: Partial<Http2Limits>;
  /** The error handler. */
  readonly onError?: (error: unknown) => Response | Promise<Response>;
  /** The observer. */
  readonly observer?: Observer;
  /** How many of the client's first bytes are given to the connection as read already. */
  readonly receivedBytes?: number;
  /** The largest body that is collected. */
  readonly maxBufferedBodyBytes?: number;
  /** How the two are connected. */
  readonly link?: MemoryPairOptions;
  /** The clock. */
  readonly clock?: ManualClock;
}

/** What a client has seen of a response. */
export interface Answer {
  /** Interim statuses with a field each, such as `103 link=…`. */
  readonly informational: string[];
  /** The status; 0 as long as there is none. */
  status: number;
  /** The header section. */
  headers: Record<string, string>;
  /** The content so far, as text. */
  text: string;
  /** Its size, in bytes. */
  size: number;
  /** The trailer section. */
  trailers: Record<string, string> | undefined;
  /** Whether it is complete. */
  ended: boolean;
  /** The error code's name, once it was reset. */
  reset: string | undefined;
}

const READ_BYTES = 64 * 1024;

/** A running connection and its peer. */
export class Driver {
  readonly clock: ManualClock;
  readonly timers: Timers;
  readonly peer: MemoryTransport;
  readonly client: Http2ClientCore;
  readonly connection: Http2ServerConnection;
  readonly errors: unknown[] = [];
  readonly done: Promise<void>;
  /** The codes of the GOAWAYs, with their last stream. */
  readonly goaways: string[] = [];
  /** How many reads have brought something. */
  reads = 0;
  /** How many bytes they have brought. */
  readBytes = 0;
  /** Whether the server has ended its half. */
  ended = false;
  /** Called for each part of content that comes. */
  onData: (streamId: number) => void = () => {};
  /** Streams whose content the client does not take. */
  readonly stalled = new Set<number>();
  readonly #answers = new Map<number, Answer>();
  readonly #held = new Map<number, number>();
  #paused: { promise: Promise<void>; resume: () => void } | undefined;
  #writing: Promise<void> | undefined;

  constructor(handler: Handler, options: DriverOptions = {}) {
    const { limits, abuse, timeouts, clientLimits, onError, observer, link } = options;
    this.clock = options.clock ?? new ManualClock();
    this.timers = new Timers(this.clock);
    const [peer, transport] = memoryPair(link);
    this.peer = peer;
    this.client = new Http2ClientCore({
      buffers: new BufferPool(),
      limits: { ...DEFAULT_LIMITS, ...clientLimits },
      timeouts: { ...DEFAULT_CLIENT_TIMEOUTS, stallMs: Infinity },
    });
    const { receivedBytes = 0 } = options;
    const first = receivedBytes === 0 ? undefined : this.client.transmit()!.slice();
    this.connection = new Http2ServerConnection(
      transport,
      {
        handler,
        onError: onError ?? ((error) => {
          this.errors.push(error);
          return new Response("failed", { status: 500 });
        }),
        limits: { ...DEFAULT_LIMITS, ...limits, abuse: { ...DEFAULT_ABUSE_LIMITS, ...abuse } },
        timeouts: {
          ...DEFAULT_TIMEOUTS,
          handlerMs: Infinity,
          writeMs: 60_000,
          lingerMs: 2_000,
          ...timeouts,
        },
        maxBufferedBodyBytes: options.maxBufferedBodyBytes ?? Infinity,
        timers: this.timers,
        buffers: new BufferPool(),
        date: new DateLine(() => 784111777000),
        observer,
      },
      first?.subarray(0, receivedBytes),
    );
    this.done = this.connection.run().then(() => {});
    if (first !== undefined) this.raw(first.subarray(receivedBytes));
    this.#readAll();
    this.flush();
  }

  /** Sends a request, by default a GET of everything's root; returns its stream. */
  request(request: Partial<Http2Request> & { readonly body?: string | Uint8Array } = {}): number {
    const { body, ...head } = request;
    const streamId = this.client.sendRequest({
      method: body === undefined ? "GET" : "POST",
      ...(head.method === "CONNECT" && head.protocol === undefined
        ? { authority: "h:1" }
        : { scheme: "http", authority: "h", path: "/" }),
      end: body === undefined,
      ...head,
    })!;
    if (body !== undefined && body.length > 0) {
      this.client.sendData(streamId, typeof body === "string" ? encodeUtf8(body) : body);
    }
    if (body !== undefined && (head.end ?? true)) this.client.sendEnd(streamId);
    this.flush();
    return streamId;
  }

  /** Sends content. */
  send(streamId: number, text: string | Uint8Array): void {
    this.client.sendData(streamId, typeof text === "string" ? encodeUtf8(text) : text);
    this.flush();
  }

  /** Ends a request. */
  end(streamId: number, trailers?: readonly string[]): void {
    this.client.sendEnd(streamId, trailers);
    this.flush();
  }

  /** Resets a stream. */
  reset(streamId: number, code = 0x8): void {
    this.client.reset(streamId, code);
    this.flush();
  }

  /** What has come on a stream so far. */
  answer(streamId: number): Answer {
    let answer = this.#answers.get(streamId);
    if (answer === undefined) {
      this.#answers.set(
        streamId,
        answer = {
          informational: [],
          status: 0,
          headers: {},
          text: "",
          size: 0,
          trailers: undefined,
          ended: false,
          reset: undefined,
        },
      );
    }
    return answer;
  }

  /** Sends a request and lets everything happen that can happen. */
  async ask(
    request: Partial<Http2Request> & { readonly body?: string | Uint8Array } = {},
  ): Promise<Answer> {
    const streamId = this.request(request);
    await this.settle();
    return this.answer(streamId);
  }

  /** Drops what is known of a stream. */
  forget(streamId: number): void {
    this.#answers.delete(streamId);
    this.#held.delete(streamId);
  }

  /** Takes what was held back of a stream, and all that follows. */
  unstall(streamId: number): void {
    this.stalled.delete(streamId);
    this.client.consume(streamId, this.#held.get(streamId) ?? 0);
    this.#held.delete(streamId);
    this.flush();
  }

  /** Stops reading from the transport. */
  pause(): void {
    let resume = (): void => {};
    const promise = new Promise<void>((resolve) => resume = resolve);
    this.#paused ??= { promise, resume };
  }

  /** Reads on. */
  resume(): void {
    this.#paused?.resume();
    this.#paused = undefined;
  }

  /** Sends bytes past the core. */
  raw(bytes: Uint8Array): void {
    const before = this.#writing;
    const writing = (async () => {
      await before;
      let rest = bytes;
      while (rest.length > 0) rest = rest.subarray(await this.peer.write(rest));
    })().catch(() => {});
    this.#writing = writing;
  }

  /** Writes what the client core has to send, unless that is under way. */
  flush(): void {
    for (let bytes = this.client.transmit(); bytes !== undefined; bytes = this.client.transmit()) {
      this.raw(bytes.slice());
    }
  }

  /** Lets everything go that is under way. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 4; turn++) await this.clock.advance(0);
  }

  /** Lets time pass for both. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.client.tick(this.clock.now());
    this.flush();
    await this.settle();
  }

  /** Closes the peer and waits until nothing of the connection is left. */
  async close(): Promise<void> {
    this.resume();
    this.peer.close();
    await this.done;
    this.timers.close();
  }

  async #readAll(): Promise<void> {
    try {
      for (;;) {
        await this.#paused?.promise;
        const into = new Uint8Array(READ_BYTES);
        const count = await this.peer.read(into);
        await this.#paused?.promise;
        this.reads++;
        this.readBytes += count ?? 0;
        this.client.receive(into.subarray(0, count ?? 0), this.clock.now());
        for (let event = this.client.next(); event; event = this.client.next()) this.#hear(event);
        this.flush();
        if (count === null) break;
      }
    } catch {
      // The test has closed the peer, or the server has broken the connection.
    }
    this.ended = true;
  }

  #hear(event: Http2ClientEvent): void {
    switch (event.type) {
      case "informational": {
        const [first] = event.head.fields;
        const field = first === undefined ? "" : ` ${first.join("=")}`;
        this.answer(event.streamId).informational.push(`${event.head.status}${field}`);
        return;
      }
      case "response": {
        const answer = this.answer(event.streamId);
        answer.status = event.head.status;
        answer.headers = Object.fromEntries(event.head.fields);
        answer.ended = !event.head.hasBody;
        return;
      }
      case "data": {
        const { streamId, bytes } = event;
        const answer = this.answer(streamId);
        answer.size += bytes.length;
        this.onData(streamId);
        // The text of megabytes is of no interest.
        if (answer.size < READ_BYTES) answer.text += decodeUtf8(bytes);
        if (!this.stalled.has(streamId)) this.client.consume(streamId, bytes.length);
        else this.#held.set(streamId, (this.#held.get(streamId) ?? 0) + bytes.length);
        return;
      }
      case "end": {
        const answer = this.answer(event.streamId);
        answer.ended = true;
        answer.trailers = event.trailers && Object.fromEntries(event.trailers);
        return;
      }
      case "reset":
        this.answer(event.streamId).reset = errorCodeName(event.code);
        return;
      case "goaway":
        this.goaways.push(`${event.lastStreamId} ${errorCodeName(event.code)}`);
        return;
      case "failed":
        throw new Error(`The client found a fault: ${event.reason}`);
      default:
    }
  }
}
