/**
 * A client connection over an in-memory transport, its peer a server core that does what a test
 * says.
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { ManualClock, memoryPair, type MemoryTransport } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  Http2ClientConnection,
  type Http2ClientRequest,
  type Http2ClientTimeouts,
  type Http2Exchange,
  type Http2Limits,
  type Http2PushTaker,
  type Http2RequestHead,
  type Http2ResponseHead,
  Http2ServerCore,
} from "@avx/http2";
import { assertEquals } from "../support/assert.ts";
import { errorCodeName } from "../../http2/frame/error_code.ts";
import type { Http2ServerEvent } from "../../http2/proto/events.ts";

/** What a test changes. */
export interface ClientDriverOptions {
  readonly timeouts?: Partial<Http2ClientTimeouts>;
  readonly limits?: Partial<Http2Limits>;
  readonly serverLimits?: Partial<Http2Limits>;
  readonly connectProtocol?: boolean;
  readonly onPush?: Http2PushTaker;
}

/** A request and what became of it, as text: one line for each call. */
export class Asked implements Http2Exchange {
  readonly request: Http2ClientRequest;
  streamId = 0;
  readonly log: string[] = [];
  head: Http2ResponseHead | undefined;
  body: Uint8Array | BodySource | undefined;
  trailers: FieldSection | undefined;
  transport: Transport | undefined;
  error: unknown;

  constructor(request: Partial<Http2ClientRequest> = {}) {
    this.request = {
      method: request.body === undefined ? "GET" : "POST",
      target: "/",
      lines: ["host", "h"],
      body: undefined,
      length: undefined,
      expectContinue: false,
      ...request,
    };
  }

  informed(head: Http2ResponseHead): void {
    this.log.push(`informed ${head.status}`);
  }

  answered(
    head: Http2ResponseHead,
    body: Uint8Array | BodySource | undefined,
    trailers: FieldSection | undefined,
  ): void {
    this.head = head;
    this.body = body;
    this.trailers = trailers;
    const content = body instanceof Uint8Array ? ` "${decodeUtf8(body)}"` : body ? " …" : "";
    this.log.push(`answered ${head.status}${content}`);
  }

  finished(error: unknown): void {
    this.error = error;
    this.log.push(error === undefined ? "finished" : `broken ${nameOf(error)}`);
  }

  upgraded(head: Http2ResponseHead, transport: Transport): void {
    this.transport = transport;
    this.log.push(`upgraded ${head.status}`);
  }

  failed(error: unknown, progress: string): void {
    this.error = error;
    this.log.push(`failed ${progress} ${nameOf(error)}`);
  }

  /** The body, where it is a stream. */
  get source(): BodySource {
    return this.body as BodySource;
  }
}

/** The connection and its peer. */
export class ClientDriver {
  readonly clock = new ManualClock();
  readonly timers = new Timers(this.clock);
  readonly connection: Http2ClientConnection;
  readonly peer: MemoryTransport;
  readonly server: Http2ServerCore;
  /** What the server saw: `request 1 GET /`, `end 1`, `reset 1 CANCEL` … */
  readonly seen: string[] = [];
  readonly heads: Http2RequestHead[] = [];
  /** What the connection told its owner. */
  readonly told: string[] = [];
  #muted = false;
  /** How many times the client has written. */
  writes = 0;
  /** Whether the server takes what comes; otherwise its windows close. */
  consumes = true;
  receivedBytes = 0;
  #writing: Promise<void> = Promise.resolve();
  readonly #reading: Promise<void>;

  constructor(options: ClientDriverOptions = {}) {
    const [transport, peer] = memoryPair();
    this.peer = peer;
    const write = transport.write.bind(transport);
    transport.write = (bytes) => (this.writes++, write(bytes));
    this.server = new Http2ServerCore({
      buffers: new BufferPool(),
      limits: { ...DEFAULT_LIMITS, ...options.serverLimits },
      timeouts: { ...DEFAULT_TIMEOUTS, idleMs: Infinity, stallMs: Infinity },
      connectProtocol: options.connectProtocol ?? true,
    });
    this.connection = new Http2ClientConnection(transport, {
      limits: { ...DEFAULT_LIMITS, ...options.limits },
      timeouts: {
        requestMs: 30_000,
        headersMs: 60_000,
        bodyMs: 60_000,
        idleMs: 60_000,
        continueMs: 1_000,
        pingIntervalMs: Infinity,
        pingTimeoutMs: 20_000,
        ...options.timeouts,
      },
      timers: this.timers,
      buffers: new BufferPool(),
      onPush: options.onPush,
    }, {
      released: () => this.told.push("released"),
      resized: (_connection, streams) => this.told.push(`resized ${streams}`),
      closed: (_connection, error) => this.told.push(`closed ${nameOf(error)}`),
    });
    this.#reading = this.#readAll();
  }

  /** Sends a request; nothing has happened yet. */
  start(request?: Partial<Http2ClientRequest>): Asked {
    const asked = new Asked(request);
    this.connection.start(asked, this.clock.now());
    return asked;
  }

  /** Sends a request and lets everything happen that can happen. */
  async ask(request?: Partial<Http2ClientRequest>): Promise<Asked> {
    const asked = this.start(request);
    await this.settle();
    return asked;
  }

  /** Answers with a whole body. */
  async answer(streamId: number, body: string, status = 200): Promise<void> {
    this.server.sendWhole(streamId, status, [], body);
    await this.flush();
  }

  /** Sends what the server has to send, in one write, and lets the client see it. */
  async flush(): Promise<void> {
    for (let bytes = this.server.transmit(); bytes; bytes = this.server.transmit()) {
      this.raw(bytes.slice());
    }
    await this.settle();
  }

  /** Sends bytes past the core. */
  raw(bytes: Uint8Array): void {
    const before = this.#writing;
    this.#writing = (async () => {
      await before;
      for (let rest = bytes; rest.length > 0;) {
        rest = rest.subarray(await this.peer.write(rest));
      }
    })().catch(() => {});
  }

  /** From now on the server sends nothing by itself, not even what the core answers. */
  mute(): void {
    this.#muted = true;
  }

  /** Lets everything go that is under way. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 6; turn++) await this.clock.advance(0);
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    await this.settle();
  }

  /** Ends everything and sees that nothing is left. */
  async close(): Promise<number> {
    this.connection.close();
    await this.settle();
    this.peer.close();
    await this.#reading;
    const { size } = this.timers;
    this.timers.close();
    return size;
  }

  async #readAll(): Promise<void> {
    const { server } = this;
    try {
      for (;;) {
        const into = new Uint8Array(64 * 1024);
        const count = await this.peer.read(into);
        server.receive(into.subarray(0, count ?? 0), this.clock.now());
        for (let event = server.next(); event; event = server.next()) this.#hear(event);
        for (let bytes = server.transmit(); bytes; bytes = server.transmit()) {
          if (!this.#muted) this.raw(bytes.slice());
        }
        if (count === null) break;
      }
    } catch {
      // The test has closed the peer, or the client the connection.
    }
    this.seen.push("closed");
  }

  #hear(event: Http2ServerEvent): void {
    switch (event.type) {
      case "request":
        this.heads.push(event.head);
        this.seen.push(`request ${event.streamId} ${event.head.method} ${event.head.target}`);
        return;
      case "data":
        this.receivedBytes += event.bytes.length;
        if (this.consumes) this.server.consume(event.streamId, event.bytes.length);
        return;
      case "end": {
        const [first] = event.trailers ?? [];
        this.seen.push(`end ${event.streamId}${first ? ` ${first.join("=")}` : ""}`);
        return;
      }
      case "reset":
        this.seen.push(`reset ${event.streamId} ${errorCodeName(event.code)}`);
        return;
      case "goaway":
        this.seen.push(`goaway ${errorCodeName(event.code)}`);
        return;
      case "failed":
        this.seen.push(`failed ${event.reason}`);
        return;
    }
  }
}

/** Runs a test with a driver and sees that it leaves nothing. */
export async function driving(
  run: (driver: ClientDriver) => Promise<void>,
  options?: ClientDriverOptions,
): Promise<void> {
  const driver = new ClientDriver(options);
  try {
    await run(driver);
  } finally {
    assertEquals(await driver.close(), 0, "leaves no timer");
  }
}

/** A body that is pulled, and how often it was. */
export class Pulled {
  pulls = 0;
  cancelled: unknown = undefined;
  readonly #chunks: Iterator<string | Uint8Array | Error>;

  constructor(chunks: Iterable<string | Uint8Array | Error>) {
    this.#chunks = chunks[Symbol.iterator]();
  }

  read(): Promise<Uint8Array | undefined> {
    this.pulls++;
    const { value, done } = this.#chunks.next();
    if (value instanceof Error) return Promise.reject(value);
    return Promise.resolve(
      done ? undefined : typeof value === "string" ? encodeUtf8(value) : value,
    );
  }

  cancel(reason: unknown): void {
    this.cancelled = reason ?? "cancelled";
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}
