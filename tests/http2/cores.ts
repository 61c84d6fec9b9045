/**
 * What the tests of the HTTP/2 cores share: a pair of cores on a virtual clock, frames made by hand,
 * and events as lines of text.
 *
 * @module
 */

import { decodeUtf8 } from "@avx/runtime/ascii";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { ByteWriter } from "@avx/runtime/byte-writer";
import { FrameReader } from "../../http2/frame/frame_reader.ts";
import { frameTypeName } from "../../http2/frame/frame_type.ts";
import { errorCodeName } from "../../http2/frame/error_code.ts";
import { PREFACE } from "../../http2/frame/preface.ts";
import { HpackDecoder, HpackEncoder } from "../../http2/hpack/mod.ts";
import { Http2ClientCore } from "../../http2/proto/client_core.ts";
import type { Http2Event } from "../../http2/proto/events.ts";
import {
  type AbuseLimits,
  DEFAULT_ABUSE_LIMITS,
  DEFAULT_CLIENT_TIMEOUTS,
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type Http2Limits,
  type Http2Timeouts,
} from "../../http2/proto/limits.ts";
import { Http2ServerCore } from "../../http2/proto/server_core.ts";

/** What a test changes about a core. */
export interface CoreSettings {
  /** Limits other than the defaults. */
  readonly limits?: Partial<Omit<Http2Limits, "abuse">>;
  /** Abuse limits other than the defaults. */
  readonly abuse?: Partial<AbuseLimits>;
  /** Timeouts other than the defaults. */
  readonly timeouts?: Partial<Http2Timeouts>;
  /** Pushes are taken (client). */
  readonly push?: boolean;
  /** Extended CONNECT is offered (server). */
  readonly connectProtocol?: boolean;
}

/** A server core. */
export function serverCore(settings: CoreSettings = {}): Http2ServerCore {
  return new Http2ServerCore({
    buffers: new BufferPool(),
    limits: limitsOf(settings),
    timeouts: { ...DEFAULT_TIMEOUTS, ...settings.timeouts },
    connectProtocol: settings.connectProtocol ?? true,
  });
}

/** A client core. */
export function clientCore(settings: CoreSettings = {}): Http2ClientCore {
  return new Http2ClientCore({
    buffers: new BufferPool(),
    limits: limitsOf(settings),
    timeouts: { ...DEFAULT_CLIENT_TIMEOUTS, ...settings.timeouts },
    push: settings.push ?? false,
  });
}

function limitsOf({ limits, abuse }: CoreSettings): Http2Limits {
  return { ...DEFAULT_LIMITS, ...limits, abuse: { ...DEFAULT_ABUSE_LIMITS, ...abuse } };
}

/** Whatever has the verbs of a core. */
export interface AnyCore {
  receive(bytes: Uint8Array, now: number): void;
  next(): Http2Event | undefined;
  transmit(): Uint8Array | undefined;
}

/** All events that wait. */
export function drain(core: AnyCore): Http2Event[] {
  const events: Http2Event[] = [];
  for (let event = core.next(); event !== undefined; event = core.next()) events.push(event);
  return events;
}

/** All bytes that wait, copied. */
export function sent(core: AnyCore): Uint8Array {
  const writer = new ByteWriter();
  for (let view = core.transmit(); view !== undefined; view = core.transmit()) writer.bytes(view);
  return writer.view().slice();
}

/** A client and a server, and what travels between them. */
export class Pair {
  /** The client. */
  readonly client: Http2ClientCore;
  /** The server. */
  readonly server: Http2ServerCore;
  /** The time, in ms. */
  now = 0;
  /** What the client's driver was told. */
  readonly clientEvents: Http2Event[] = [];
  /** What the server's driver was told. */
  readonly serverEvents: Http2Event[] = [];
  /** How many bytes have travelled to the client. */
  clientBytes = 0;
  /** Called for each event of the server's. */
  onServer: (event: Http2Event) => void = () => {};
  /** Called for each event of the client's. */
  onClient: (event: Http2Event) => void = () => {};

  /** Makes two cores; SETTINGS are exchanged. */
  constructor(server: CoreSettings = {}, client: CoreSettings = {}) {
    this.server = serverCore(server);
    this.client = clientCore(client);
    this.run();
    this.clientEvents.length = 0;
    this.serverEvents.length = 0;
  }

  /** Lets bytes travel until there are none. Returns whether there were any. */
  run(): boolean {
    let moved = false;
    while (this.step()) moved = true;
    return moved;
  }

  /** Lets what waits on both sides travel once. */
  step(): boolean {
    const toServer = sent(this.client);
    const toClient = sent(this.server);
    this.clientBytes += toClient.length;
    if (toServer.length > 0) this.server.receive(toServer, this.now);
    if (toClient.length > 0) this.client.receive(toClient, this.now);
    for (const event of this.#drainInto(this.server, this.serverEvents)) this.onServer(event);
    for (const event of this.#drainInto(this.client, this.clientEvents)) this.onClient(event);
    return toServer.length > 0 || toClient.length > 0;
  }

  /** Lets time pass, ticking both cores at their deadlines. */
  pass(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const deadline = Math.min(this.server.deadline ?? Infinity, this.client.deadline ?? Infinity);
      if (deadline > end) break;
      this.now = Math.max(this.now, deadline);
      this.server.tick(this.now);
      this.client.tick(this.now);
      this.step();
      this.run();
    }
    this.now = end;
    this.server.tick(end);
    this.client.tick(end);
    this.run();
  }

  /** Sends a GET. */
  get(path = "/", lines: readonly string[] = []): number {
    return this.client.sendRequest({ ...ORIGIN, method: "GET", path, lines })!;
  }

  /** Sends the head of a POST. */
  post(path = "/", lines: readonly string[] = []): number {
    return this.client.sendRequest({ ...ORIGIN, method: "POST", path, lines, end: false })!;
  }

  *#drainInto(core: AnyCore, into: Http2Event[]): Generator<Http2Event> {
    for (let event = core.next(); event !== undefined; event = core.next()) {
      into.push(event);
      yield event;
    }
  }
}

/** What all requests of the tests have. */
export const ORIGIN = { scheme: "https", authority: "example.com" } as const;

/** The pseudo-header fields of a GET. */
export const GET_LINES: readonly string[] = [
  ...[":method", "GET"],
  ...[":scheme", "https"],
  ...[":authority", "example.com"],
  ...[":path", "/"],
];

/** Frames made by hand, with a compression state of their own. */
export class Peer {
  readonly #encoder = new HpackEncoder();
  readonly #decoder = new HpackDecoder({ maxTableBytes: 4096, maxListBytes: 1 << 20 });

  /** A field section as it travels. */
  block(lines: readonly string[]): Uint8Array {
    const writer = new ByteWriter();
    this.#encoder.encode(lines, writer);
    return writer.view().slice();
  }

  /** HEADERS. */
  headers(streamId: number, lines: readonly string[], flags = 0x05): Uint8Array {
    return frameOf(0x01, flags, streamId, this.block(lines));
  }

  /** A GET. */
  get(streamId: number): Uint8Array {
    return this.headers(streamId, GET_LINES);
  }

  /** The head of a POST. */
  post(streamId: number, lines: readonly string[] = []): Uint8Array {
    return this.headers(streamId, [":method", "POST", ...GET_LINES.slice(2), ...lines], 0x04);
  }

  /** Frames as lines of text. */
  read(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    const reader = new FrameReader();
    reader.maxFrameBytes = 1 << 24;
    reader.input.receive(bytes);
    while (reader.read() === 1) lines.push(this.#line(reader));
    return lines;
  }

  #line(frame: FrameReader): string {
    const { type, flags, streamId, start, end, bytes } = frame;
    const head = `${frameTypeName(type)} ${streamId}`;
    switch (type) {
      case 0x00:
        return `${head} ${end - start}${(flags & 1) !== 0 ? " end" : ""}`;
      case 0x01:
      case 0x05: {
        const fields: string[] = [];
        const from = type === 0x05 ? start + 4 : start;
        this.#decoder.decode(bytes, from, end, fields);
        const promised = type === 0x05 ? ` ${frame.u32(start)}` : "";
        return `${head}${promised} ${fields.join(" ")}${(flags & 1) !== 0 ? " end" : ""}`;
      }
      case 0x03:
        return `${head} ${errorCodeName(frame.u32(start))}`;
      case 0x04:
        return `${head}${(flags & 1) !== 0 ? " ack" : ""}`;
      case 0x06:
        return `${head}${(flags & 1) !== 0 ? " ack" : ""}`;
      case 0x07:
        return `${head} ${frame.u32(start)} ${errorCodeName(frame.u32(start + 4))}`;
      case 0x08:
        return `${head} ${frame.u32(start)}`;
      default:
        return head;
    }
  }
}

/** A frame. */
export function frameOf(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array | readonly number[] = [],
): Uint8Array {
  const writer = new ByteWriter();
  writer.u24(payload.length);
  writer.u8(type);
  writer.u8(flags);
  writer.u32(streamId);
  writer.bytes(Uint8Array.from(payload));
  return writer.view().slice();
}

/** A number as four bytes. */
export function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** SETTINGS: id, value, id, value … */
export function settingsFrame(...parameters: number[]): Uint8Array {
  const payload: number[] = [];
  for (let at = 0; at < parameters.length; at += 2) {
    payload.push(parameters[at] >>> 8, parameters[at] & 0xff, ...u32(parameters[at + 1]));
  }
  return frameOf(0x04, 0, 0, payload);
}

/** The acknowledgement of SETTINGS. */
export const SETTINGS_ACK: Uint8Array = frameOf(0x04, 0x01, 0);

/** DATA. */
export function dataFrame(streamId: number, length: number, flags = 0): Uint8Array {
  return frameOf(0x00, flags, streamId, new Uint8Array(length));
}

/** WINDOW_UPDATE. */
export function windowUpdate(streamId: number, increment: number): Uint8Array {
  return frameOf(0x08, 0, streamId, u32(increment));
}

/** RST_STREAM. */
export function resetFrame(streamId: number, code: number): Uint8Array {
  return frameOf(0x03, 0, streamId, u32(code));
}

/** All in one array. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) writer.bytes(part);
  return writer.view().slice();
}

/** What a client sends first. */
export function greeting(...parameters: number[]): Uint8Array {
  return joined(PREFACE, settingsFrame(...parameters), SETTINGS_ACK);
}

/** An event as a line of text. */
export function lineOf(event: Http2Event): string {
  switch (event.type) {
    case "request": {
      const { method, target, hasBody } = event.head;
      return `request ${event.streamId} ${method} ${target}${hasBody ? " body" : ""}`;
    }
    case "response":
    case "informational":
      return `${event.type} ${event.streamId} ${event.head.status}`;
    case "push":
      return `push ${event.streamId} ${event.promisedId} ${event.head.method} ${event.head.target}`;
    case "data":
      return `data ${event.streamId} ${decodeUtf8(event.bytes)}`;
    case "end": {
      const trailers = event.trailers === undefined
        ? ""
        : ` ${JSON.stringify([...event.trailers])}`;
      return `end ${event.streamId}${trailers}`;
    }
    case "reset":
      return `reset ${event.streamId} ${errorCodeName(event.code)}`;
    case "writable":
      return `writable ${event.streamId}`;
    case "sent":
      return `sent ${event.streamId}`;
    case "goaway":
      return `goaway ${event.lastStreamId} ${errorCodeName(event.code)}`;
    case "settings":
      return `settings ${event.maxConcurrentStreams} ${event.enableConnectProtocol}`;
    case "pong":
      return `pong ${event.roundTripMs}`;
    case "failed": {
      const limit = event.limit === undefined ? "" : ` ${event.limit}`;
      return `failed ${event.scope} ${event.streamId} ${errorCodeName(event.code)}${limit}`;
    }
    case "closed":
      return "closed";
    default:
      return event satisfies never;
  }
}

/** Events as lines, without those that tell of settings. */
export function linesOf(events: readonly Http2Event[]): string[] {
  return events.filter(({ type }) => type !== "settings").map(lineOf);
}

/** What became of frames. */
export interface Outcome {
  /** The events. */
  readonly events: string[];
  /** The frames that answer, behind the core's own greeting and its SETTINGS acknowledgement. */
  readonly output: string[];
}

/** What a server makes of frames behind a greeting. */
export function serve(settings: CoreSettings, ...frames: readonly Uint8Array[]): Outcome {
  const core = serverCore(settings);
  core.receive(joined(greeting(), ...frames), 0);
  const events = linesOf(drain(core));
  const output = new Peer().read(sent(core));
  return { events, output: output.slice(output.indexOf("SETTINGS 0 ack") + 1) };
}

/** What a client that has sent one GET makes of frames behind SETTINGS. */
export function ask(settings: CoreSettings, ...frames: readonly Uint8Array[]): Outcome {
  const core = clientCore(settings);
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  sent(core);
  core.receive(joined(settingsFrame(), SETTINGS_ACK, ...frames), 0);
  const events = linesOf(drain(core));
  return { events, output: new Peer().read(sent(core)).slice(1) };
}

/** `count` times the same. */
export function repeated(count: number, bytes: Uint8Array): Uint8Array {
  return joined(...Array.from({ length: count }, () => bytes));
}

/** The bytes of a text, one for each character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
