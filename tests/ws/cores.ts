/**
 * What the tests of the core share: frames in, events and frames out.
 *
 * @module
 */

import { BufferPool } from "@avx/runtime/buffer-pool";
import { rawDeflate } from "@avx/runtime/platform";
import type { Random } from "@avx/runtime/ports/random";
import { WebSocketCore, type WebSocketCoreEvent } from "@avx/ws";
import {
  DEFAULT_WEB_SOCKET_LIMITS,
  DEFAULT_WEB_SOCKET_TIMEOUTS,
  type WebSocketLimits,
  type WebSocketTimeouts,
} from "@avx/ws/limits";
import { headBytes, MAX_HEAD_BYTES, writeHead } from "../../ws/proto/frame_head.ts";
import { mask } from "../../ws/proto/mask.ts";
import { MessageDeflate, SharedCodecs } from "../../ws/proto/message_deflate.ts";
import {
  type DeflateAgreement,
  deflateConfig,
  type DeflateOptions,
} from "../../ws/proto/permessage_deflate.ts";

/** A source that counts. */
export function countingRandom(): Random {
  let next = 1;
  return { fill: (bytes) => bytes.forEach((_, at) => bytes[at] = next++) };
}

/** What a core can be given. */
export interface CoreOptions {
  role?: "server" | "client";
  limits?: Partial<WebSocketLimits>;
  timeouts?: Partial<WebSocketTimeouts>;
  deflate?: MessageDeflate;
}

/** A core with some options of its own. */
export function coreOf(options: CoreOptions = {}): WebSocketCore {
  return new WebSocketCore({
    role: options.role ?? "server",
    limits: { ...DEFAULT_WEB_SOCKET_LIMITS, ...options.limits },
    timeouts: { ...DEFAULT_WEB_SOCKET_TIMEOUTS, ...options.timeouts },
    buffers: new BufferPool(),
    random: countingRandom(),
    deflate: options.deflate,
    now: 0,
  });
}

/** Everything agreed on, windows of 32 KiB. */
export const FULL_AGREEMENT: DeflateAgreement = {
  serverNoContextTakeover: false,
  clientNoContextTakeover: false,
  serverWindowBits: 15,
  clientWindowBits: 15,
};

/** Compression of one side. Close it. */
export function deflateOf(
  role: "server" | "client",
  agreement: Partial<DeflateAgreement> = {},
  options: DeflateOptions = {},
): MessageDeflate {
  return new MessageDeflate({
    role,
    agreement: { ...FULL_AGREEMENT, ...agreement },
    config: deflateConfig({ thresholdBytes: 0, maxMemoryBytes: Infinity, ...options }),
    codecs: new SharedCodecs(rawDeflate),
  });
}

/** The bytes of `text`, in UTF-8. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes from a text of hexadecimal digits. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => parseInt(pair, 16));
}

/** Parts, joined. */
export function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** A frame; masked unless told otherwise. */
export function frame(
  first: number,
  payload: Uint8Array | string,
  key: number | "unmasked" = 0x0403_0201,
): Uint8Array {
  const bytes = typeof payload === "string" ? bytesOf(payload) : payload;
  const head = new Uint8Array(MAX_HEAD_BYTES);
  writeHead(head, 0, first, key === "unmasked" ? 0 : 0x80, bytes.length);
  const start = head.subarray(0, headBytes(bytes.length));
  if (key === "unmasked") return join(start, bytes);
  const masked = bytes.slice();
  mask(masked, 0, masked.length, key);
  return join(start, Uint8Array.of(key, key >>> 8, key >>> 16, key >>> 24), masked);
}

/** An event as a line of text. */
export function lineOf(event: WebSocketCoreEvent): string {
  switch (event.type) {
    case "text":
      return `text ${event.text}`;
    case "binary":
    case "ping":
    case "pong":
      return `${event.type} ${String.fromCharCode(...event.bytes)}`;
    case "failed":
      return `failed ${event.code} ${event.statusHint}`;
    case "closed":
      return `closed ${event.code} ${event.reason} ${event.clean ? "clean" : "lost"}`;
    default:
      return event satisfies never;
  }
}

/** Takes all events. */
export function drain(core: WebSocketCore): string[] {
  const lines: string[] = [];
  for (let event = core.next(); event !== undefined; event = core.next()) {
    lines.push(lineOf(event));
  }
  return lines;
}

/** Gives pieces to a core, each a copy, and takes all events. */
export function feed(core: WebSocketCore, ...pieces: Uint8Array[]): string[] {
  return pieces.flatMap((piece) => {
    core.receive(piece.slice(), 0);
    return drain(core);
  });
}

/** All that waits to be transmitted. */
export function sent(core: WebSocketCore): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let part = core.transmit(); part !== undefined; part = core.transmit()) {
    parts.push(part.slice());
  }
  return join(...parts);
}

/** `bytes` whole, byte by byte, and cut once at each place. */
export function* splittings(bytes: Uint8Array): Generator<Uint8Array[]> {
  yield [bytes];
  yield Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
  for (let at = 1; at < bytes.length; at++) yield [bytes.slice(0, at), bytes.slice(at)];
}
