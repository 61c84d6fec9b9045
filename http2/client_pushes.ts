/**
 * Responses that a server pushes (RFC 9113 §8.4), as the driver of a client's connection knows them.
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";
import type { Http2Exchange } from "./client_exchange.ts";
import { ClientStream } from "./client_stream.ts";
import type { ClientStreams } from "./client_streams.ts";
import { CANCEL } from "./frame/error_code.ts";
import type { Http2PushEvent } from "./proto/events.ts";

/** A request that the server has thought up, and promises to answer. */
export interface Http2PromisedRequest {
  /** The method: safe and cacheable. */
  readonly method: string;
  /** The host and port, those of the request that it belongs to. */
  readonly authority: string;
  /** The path and the query. */
  readonly target: string;
  /** The header section. */
  readonly fields: FieldSection;
  /** The exchange that it belongs to. */
  readonly parent: Http2Exchange;
}

/**
 * Takes a promised response, by giving whoever wants it, or refuses it by giving nothing. It is
 * called from the read loop.
 */
export type Http2PushTaker = (promised: Http2PromisedRequest) => Http2Exchange | undefined;

/** Takes promises, or refuses them. */
export class ClientPushes {
  readonly #streams: ClientStreams;
  readonly #headersMs: number;
  readonly #take: Http2PushTaker;

  /**
   * Makes one without promises.
   *
   * @param streams The requests that promises belong to, and where the pushes go that are taken.
   * @param headersMs How long the head of a pushed response is waited for, in milliseconds.
   * @param take Who takes them.
   */
  constructor(streams: ClientStreams, headersMs: number, take: Http2PushTaker) {
    this.#streams = streams;
    this.#headersMs = headersMs;
    this.#take = take;
  }

  /** A response is promised. */
  promised({ streamId, promisedId, head }: Http2PushEvent): void {
    const streams = this.#streams;
    const { core, transport } = streams;
    const parent = streams.find(streamId)?.exchange;
    if (parent === undefined) return core.reset(promisedId, CANCEL);
    const { host: authority = "", method, target, fields, scheme } = head;
    // RFC 9113 §8.4: the server must be authoritative for it. It is for what it was asked for.
    const isOurs = authority.toLowerCase() === authorityOf(parent).toLowerCase() &&
      scheme.toLowerCase() === (transport.encrypted ? "https" : "http");
    if (!isOurs) {
      return core.rejectPush(promisedId, "The promised request is for another origin");
    }
    const exchange = this.#take({ method, authority, target, fields, parent });
    if (exchange === undefined) return core.reset(promisedId, CANCEL);
    exchange.streamId = promisedId;
    const stream = new ClientStream(exchange, streams);
    stream.streamId = promisedId;
    streams.addPushed(stream);
    streams.await(stream, streams.now + this.#headersMs);
  }
}

function authorityOf({ request: { lines } }: Http2Exchange): string {
  for (let at = 0; at < lines.length; at += 2) {
    if (lines[at].toLowerCase() === "host") return lines[at + 1];
  }
  return "";
}
