/**
 * What the tests of the two cores share: text in, events and text out, however it is split.
 *
 * @module
 */

import { decodeUtf8 } from "@avx/runtime/ascii";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { ClientCore } from "../../http1/proto/client_core.ts";
import type { ClientEvent, ServerEvent } from "../../http1/proto/events.ts";
import {
  DEFAULT_LIMITS,
  DEFAULT_TIMEOUTS,
  type Http1Limits,
  type Http1Timeouts,
} from "../../http1/proto/limits.ts";
import { ServerCore } from "../../http1/proto/server_core.ts";

/** The bytes of `text`, one for each character. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A server core with some limits and timeouts of its own. */
export function serverCore(
  limits: Partial<Http1Limits> = {},
  timeouts: Partial<Http1Timeouts> = {},
): ServerCore {
  return new ServerCore({
    buffers: new BufferPool(),
    limits: { ...DEFAULT_LIMITS, ...limits },
    timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
  });
}

/** A client core with some limits of its own. */
export function clientCore(limits: Partial<Http1Limits> = {}): ClientCore {
  return new ClientCore({ limits: { ...DEFAULT_LIMITS, ...limits } });
}

/** All that waits to be transmitted. */
export function sent(core: { transmit(): Uint8Array | undefined }): string {
  let text = "";
  for (let view = core.transmit(); view !== undefined; view = core.transmit()) {
    text += decodeUtf8(view);
  }
  return text;
}

/** An event as a line of text. */
export function lineOf(event: ServerEvent | ClientEvent): string {
  switch (event.type) {
    case "request": {
      const { method, target, minorVersion, fields } = event.head;
      return `request ${method} ${target} 1.${minorVersion} ${linesOf(fields)}`;
    }
    case "response":
    case "informational":
    case "upgraded":
      return `${event.type} ${event.head.status} ${event.head.reason} ${
        linesOf(event.head.fields)
      }`;
    case "data":
      return `data ${decodeUtf8(event.bytes)}`;
    case "end":
      return event.trailers === undefined ? "end" : `end ${linesOf(event.trailers)}`;
    case "failed":
      return `failed ${event.code} ${event.statusHint} ${event.reason}`;
    case "closed":
      return "closed";
    default:
      return event satisfies never;
  }
}

/** Takes all events. Neighbouring parts of a body count as one: where they split says nothing. */
export function drain(core: { next(): ServerEvent | ClientEvent | undefined }): string[] {
  const lines: string[] = [];
  collect(core, lines, () => {});
  return lines;
}

/** Takes all events into `lines`, and calls `on` for each. */
export function collect<E extends ServerEvent | ClientEvent>(
  core: { next(): E | undefined },
  lines: string[],
  on: (event: E) => void,
): void {
  for (let event = core.next(); event !== undefined; event = core.next()) {
    const line = lineOf(event);
    const last = lines.at(-1);
    if (event.type === "data" && last?.startsWith("data ")) {
      lines[lines.length - 1] = last + line.slice("data ".length);
    } else lines.push(line);
    on(event);
  }
}

/** What came of an input. */
export interface Outcome {
  /** The events. */
  readonly events: string[];
  /** What was transmitted. */
  readonly output: string;
  /** What the driver is to do. */
  readonly disposition: string;
}

/** Feeds `pieces` to a server that answers each request, when it is complete, with its target. */
export function serve(
  pieces: readonly Uint8Array[],
  limits: Partial<Http1Limits> = {},
): Outcome {
  const core = serverCore(limits);
  const events: string[] = [];
  let output = "";
  let target = "";
  for (const piece of pieces) {
    core.receive(piece, 0);
    collect(core, events, (event) => {
      if (event.type === "request") target = event.head.target;
      const complete = event.type === "end" || (event.type === "request" && !event.head.hasBody);
      if (!complete) return;
      if (target.startsWith("/")) core.sendWhole(200, "OK", [], target);
      else core.sendWhole(404, "Not Found", [], "");
    });
    output += sent(core);
  }
  return { events, output, disposition: core.disposition };
}

/** `text` whole, byte by byte, and cut once at each place. */
export function* splittings(text: string): Generator<Uint8Array[]> {
  const bytes = bytesOf(text);
  yield [bytes];
  yield Array.from(bytes, (_, at) => bytes.slice(at, at + 1));
  for (let at = 1; at < bytes.length; at++) yield [bytes.slice(0, at), bytes.slice(at)];
}

function linesOf(fields: Iterable<readonly [string, string]>): string {
  return JSON.stringify([...fields]);
}
