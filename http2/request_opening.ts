/**
 * A request on its way to a stream.
 *
 * @module
 */

import type { FieldLines } from "@avx/semantics/field-section";
import type { Http2ClientTimeouts } from "./client_config.ts";
import type { Http2ClientRequest } from "./client_exchange.ts";
import type { ClientStream } from "./client_stream.ts";
import type { ClientStreams } from "./client_streams.ts";

/**
 * Gives a request to the core, and its body as far as it is not held back.
 *
 * @param writes How often the connection has written.
 * @returns Whether it was taken.
 * @throws {TypeError} If the request could not travel as it is.
 * @throws {LocalProtocolError} If it contradicts itself, or the peer does not know extended CONNECT.
 */
export function openRequest(
  stream: ClientStream,
  streams: ClientStreams,
  timeouts: Http2ClientTimeouts,
  writes: number,
): boolean {
  const { exchange } = stream;
  const { request } = exchange;
  const { method, target, body, expectContinue, protocol, trailers } = request;
  const { headersMs, continueMs } = timeouts;
  const isWhole = body instanceof Uint8Array;
  const end = protocol === undefined && trailers === undefined &&
    (body === undefined || isWhole && body.length === 0);
  const streamId = streams.core.sendRequest({
    method: protocol === undefined ? method : "CONNECT",
    scheme: streams.transport.encrypted ? "https" : "http",
    path: target,
    protocol,
    lines: linesOf(request),
    end,
  });
  if (streamId === undefined) return false;
  exchange.streamId = stream.streamId = streamId;
  stream.writesBefore = writes;
  streams.add(stream);
  stream.held = expectContinue && !end;
  streams.await(stream, streams.now + (stream.held ? continueMs : headersMs));
  if (!end && protocol === undefined && !stream.held) stream.sendBody();
  streams.flushSoon();
  return true;
}

/** The lines as they are sent, those that frame the body among them. */
function linesOf({ lines, body, length, expectContinue }: Http2ClientRequest): FieldLines {
  if (body === undefined) return lines;
  const declared = body instanceof Uint8Array ? body.length : length;
  if (declared === undefined && !expectContinue) return lines;
  const all = [...lines];
  if (declared !== undefined) all.push("content-length", String(declared));
  if (expectContinue) all.push("expect", "100-continue");
  return all;
}
