/**
 * Sends a response whose body is a stream.
 *
 * @module
 */

import { fieldValueOf } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import type { ResponseParts } from "../web/response_parts.ts";
import type { Exchange } from "./exchange.ts";
import type { ResponseSink } from "./response_sink.ts";

/** How many promise jobs a constant body takes to show that there was nothing behind it. */
const LOOKAHEAD_JOBS = 4;
/** How many a stream takes to show what it has already, if it is made of others. */
const FIRST_CHUNK_JOBS = 16;

/**
 * Sends `stream` as the body of a response, as fast as the peer takes it.
 *
 * A body that turns out to have ended with its first chunk is sent whole, with its length: a
 * native `Response` shows constants and streams alike. Where the first chunk is not there at once,
 * the head goes out by itself: who opens a stream of events wants to know that it is open.
 *
 * @param sink What the response is sent through.
 * @param exchange Whose response it is.
 * @param parts Its head.
 * @param stream Its body.
 * @throws What the stream throws, or a `TypeError` if it yields something else than bytes.
 *
 * @example A stream of two chunks
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { Exchange, type ResponseSink, sendStream } from "@avx/semantics/serving";
 * import { assertEquals } from "@std/assert";
 *
 * const exchange = new Exchange(
 *   {
 *     remoteAddr: { transport: "memory", name: "client" },
 *     localAddr: { transport: "memory", name: "server" },
 *     encrypted: false,
 *     maxBufferedBodyBytes: 1024,
 *     sendInformational() {},
 *   },
 *   {
 *     method: "GET",
 *     target: "/",
 *     host: "a.example",
 *     fields: new FieldList([]),
 *     hasBody: false,
 *     contentLength: undefined,
 *     expectsContinue: false,
 *   },
 *   "http/1.1",
 *   undefined,
 * );
 *
 * const sent: unknown[] = [];
 * const sink = {
 *   sendHead: (_exchange, { status }) => sent.push(status) > 0,
 *   sendData: (_exchange, bytes) => void sent.push(...bytes),
 *   sendEnd: () => void sent.push("end"),
 * } as Partial<ResponseSink<Exchange>> as ResponseSink<Exchange>;
 * const parts = { status: 200, statusText: "", lines: [], body: undefined, upgrade: undefined };
 * const chunks = [new Uint8Array([1, 2]), new Uint8Array([3])];
 * await sendStream(sink, exchange, parts, ReadableStream.from(chunks));
 * assertEquals(sent, [200, 1, 2, 3, "end"]);
 * ```
 */
export async function sendStream<E extends Exchange>(
  sink: ResponseSink<E>,
  exchange: E,
  parts: ResponseParts,
  stream: ReadableStream<Uint8Array>,
): Promise<void> {
  const reader = stream.getReader();
  const cancel = (reason?: Error): void => void reader.cancel(reason).catch(() => {});
  exchange.cancelStream = cancel;
  try {
    const length = declaredLength(parts.lines);
    if (length !== undefined || exchange.head.method === "HEAD") {
      if (!sink.sendHead(exchange, parts, length)) return cancel();
      await pump(sink, exchange, reader, reader.read());
    } else {
      let next = reader.read();
      let first: Read | undefined;
      // A stream that fails at once throws here, while another response can be sent.
      if (await settles(next, FIRST_CHUNK_JOBS)) first = await next;
      if (first?.done) return sink.sendWhole(exchange, parts, undefined);
      if (first !== undefined) {
        next = reader.read();
        if (exchange.outgoingTrailers === undefined && await ends(next, LOOKAHEAD_JOBS)) {
          return sink.sendWhole(exchange, parts, bytesOf(first.value));
        }
      }
      if (!sink.sendHead(exchange, parts, undefined)) return cancel();
      if (first !== undefined) await sink.sendData(exchange, bytesOf(first.value));
      await pump(sink, exchange, reader, next);
    }
    sink.sendEnd(exchange);
  } catch (error) {
    cancel(error instanceof Error ? error : new Error(String(error)));
    throw error;
  } finally {
    exchange.cancelStream = undefined;
  }
}

type Read = ReadableStreamReadResult<Uint8Array>;

async function pump<E extends Exchange>(
  sink: ResponseSink<E>,
  exchange: E,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  pending: Promise<Read>,
): Promise<void> {
  for (let read = await pending; !read.done; read = await reader.read()) {
    const wait = sink.sendData(exchange, bytesOf(read.value));
    if (wait !== undefined) await wait;
  }
}

/** Whether `read` settles within so many promise jobs, that is, without waiting. */
async function settles(read: Promise<Read>, jobs: number): Promise<boolean> {
  let settled = false;
  const settle = (): void => void (settled = true);
  read.then(settle, settle);
  for (let i = 0; i < jobs && !settled; i++) await null;
  return settled;
}

/** Whether `read` turns out to be the end within so many promise jobs. */
async function ends(read: Promise<Read>, jobs: number): Promise<boolean> {
  if (!await settles(read, jobs)) return false;
  return await read.then(({ done }) => done, () => false);
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`Cannot send body: its stream must yield Uint8Array, got ${typeof chunk}`);
}

/** A length that the response's maker vouches for; one that is no number is left to the core. */
function declaredLength(lines: FieldLines): number | undefined {
  const value = fieldValueOf(lines, "content-length");
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
