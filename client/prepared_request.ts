/**
 * From what a caller asks for to what a connection sends.
 *
 * @module
 */

import type { Http1Request, RequestBody } from "@avx/http1/client-connection";
import { encodeUtf8, isToken, parseDecimal } from "@avx/runtime/ascii";
import { EditableFields } from "@avx/semantics/editable-fields";
import { type FieldInit, fieldLinesOf, hasField } from "@avx/semantics/field-lines";
import type { FieldLines } from "@avx/semantics/field-section";
import { isIdempotent } from "@avx/semantics/method";
import { forwardedRequest } from "./forwarded_request.ts";
import type { ClientConfig } from "./options.ts";
import { originOf } from "./origin.ts";
import type { OutgoingBody } from "./outgoing_body.ts";
import { type WayOptions, wayTo } from "./way_options.ts";
import { overHttp1, type Route, routeOf } from "./route.ts";

/** A request that is ready to be sent, again and again where its body allows it. */
export interface PreparedRequest {
  /** Where it goes, and by which way. */
  readonly route: Route;
  /** The method. */
  readonly method: string;
  /** The request target (RFC 9112 §3.2.1). */
  readonly target: string;
  /** All field lines but those that frame the body. */
  readonly lines: FieldLines;
  /** The body. */
  readonly body: OutgoingBody | undefined;
  /** Its length as it is announced, in bytes; `undefined` sends it chunked. */
  readonly length: number | undefined;
  /** Whether the body waits for `100 Continue`. */
  readonly expectContinue: boolean;
  /** Whether an upgrade is asked for. */
  readonly upgrade: boolean;
  /** Which protocol the upgrade is to, for an extended CONNECT (RFC 8441). */
  readonly protocol: string | undefined;
  /** Whether it may be sent twice (RFC 9110 §9.2.2). */
  readonly idempotent: boolean;
}

/** One attempt at a request, over whatever version of HTTP. */
export interface Attempt extends Http1Request {
  /** The protocol of an extended CONNECT. */
  readonly protocol: string | undefined;
}

/** What a request says beside its URL. */
export interface RequestParts {
  /** The method. */
  readonly method: string;
  /** The caller's field lines. */
  readonly headers: Headers | FieldInit | undefined;
  /** The body. */
  readonly body: OutgoingBody | undefined;
  /** Whether to wait for `100 Continue`. */
  readonly expectContinue: boolean;
  /** Whether it may be sent twice, where its sender knows better than its method. */
  readonly idempotent?: boolean;
  /** The protocol to switch to. */
  readonly upgrade: string | undefined;
  /** The way there. */
  readonly route: Route;
}

/** A URL taken apart, with the lines that every plain request to it has. */
export interface Destination {
  /** Where it is, and the way there. */
  readonly route: Route;
  /** The way there over HTTP/1.1. */
  readonly http1Route: Route;
  /** The path and the query. */
  readonly target: string;
  /** The whole, without a fragment. */
  readonly href: string;
  /** The client's own lines, for requests that do not set the field themselves. */
  readonly defaults: FieldLines;
  /** `GET` without anything else; the same object for the same URL. */
  readonly get: PreparedRequest;
}

const MAX_DESTINATIONS = 512; // a program asks for few URLs often, or for many once

/** Remembers destinations, so that a URL that repeats is neither parsed nor encoded again. */
export class Destinations {
  readonly #config: ClientConfig;
  readonly #takesConnect: (route: Route) => boolean;
  readonly #known = new Map<string, Destination>();

  /**
   * Makes one that knows none.
   *
   * @param takesConnect Whether an extended CONNECT can be sent on a connection that is open.
   */
  constructor(config: ClientConfig, takesConnect: (route: Route) => boolean = () => false) {
    this.#config = config;
    this.#takesConnect = takesConnect;
  }

  /** Which bodies are held back where a request does not say. */
  get expectContinue(): boolean | number {
    return this.#config.expectContinue;
  }

  /** By which way an upgrade to `protocol` is asked for. */
  upgradeRoute(
    { route, http1Route }: Destination,
    protocol: string,
    over: "auto" | "http/1.1" | "h2" = "auto",
  ): Route {
    if (over !== "auto") return over === "h2" ? route : http1Route;
    // Few servers know RFC 8441, those that do offer HTTP/1.1 as well, and what they know is this.
    const isHttp2 = this.#config.protocol === "h2" ||
      protocol === "websocket" && this.#takesConnect(route);
    return isHttp2 ? route : http1Route;
  }

  /**
   * The destination that `url` names.
   *
   * @param way A way of its own.
   * @throws {TypeError} If it is no http or https URL, or holds credentials.
   */
  of(url: string | URL, way?: WayOptions): Destination {
    const href = typeof url === "string" ? url : url.href;
    if (way !== undefined) {
      return destinationOf(new URL(href, this.#config.baseUrl), this.#config, way);
    }
    let destination = this.#known.get(href);
    if (destination === undefined) {
      destination = destinationOf(new URL(href, this.#config.baseUrl), this.#config);
      if (this.#config.proxy?.isConstant === false) return destination;
      if (this.#known.size >= MAX_DESTINATIONS) this.#known.clear();
      this.#known.set(href, destination);
    }
    return destination;
  }
}

/**
 * Makes a request ready to be sent.
 *
 * @throws {TypeError} If the method or a field is not valid, or contradicts the body.
 */
export function prepareRequest(
  destination: Destination,
  parts: RequestParts,
): PreparedRequest {
  const { body, upgrade } = parts;
  const method = normalisedMethod(parts.method);
  if (body !== undefined && (method === "GET" || method === "HEAD")) {
    throw new TypeError(`Cannot send request as ${method} must not have a body`);
  }
  const own = parts.headers === undefined ? [] : requestLines(parts.headers);
  const lines: string[] = [];
  const { defaults } = destination;
  if (!hasField(own, "host") && !hasField(defaults, "host")) {
    lines.push("host", destination.route.origin.authority);
  }
  for (let at = 0; at < defaults.length; at += 2) {
    if (!hasField(own, defaults[at].toLowerCase())) lines.push(defaults[at], defaults[at + 1]);
  }
  let length = body?.length;
  let expectContinue = parts.expectContinue;
  for (let at = 0; at < own.length; at += 2) {
    switch (own[at].toLowerCase()) {
      case "content-length":
        length = announced(own[at + 1], body);
        break;
      case "transfer-encoding":
        if (own[at + 1].toLowerCase() !== "chunked") {
          throw new TypeError("Cannot send request as transfer-encoding can only be chunked");
        }
        break;
      case "expect":
        expectContinue = true;
        break;
      default:
        lines.push(own[at], own[at + 1]);
    }
  }
  if (body?.contentType !== undefined && !hasField(own, "content-type")) {
    lines.push("content-type", body.contentType);
  }
  if (upgrade !== undefined) lines.push(...fieldLinesOf([["upgrade", upgrade]]));
  const request: PreparedRequest = {
    route: parts.route,
    method,
    target: destination.target,
    lines,
    body: body ?? (expectsLength(method) ? NOTHING : undefined),
    length,
    expectContinue: expectContinue && body !== undefined && body.length !== 0,
    upgrade: upgrade !== undefined,
    protocol: upgrade,
    idempotent: parts.idempotent ?? isIdempotent(method),
  };
  return parts.route.forwarded ? forwardedRequest(request, destination.href) : request;
}

/** What one attempt at a request sends. A body that is pulled is opened here. */
export function attemptOf(prepared: PreparedRequest): Attempt {
  const { body } = prepared;
  const content: Uint8Array | RequestBody | undefined = body?.bytes ?? body?.open?.();
  return {
    method: prepared.method,
    target: prepared.target,
    lines: prepared.lines,
    body: content,
    length: prepared.length,
    expectContinue: prepared.expectContinue,
    upgrade: prepared.upgrade,
    protocol: prepared.protocol,
  };
}

const NOTHING: OutgoingBody = Object.freeze({
  bytes: new Uint8Array(0),
  open: undefined,
  length: 0,
  contentType: undefined,
  replayable: true,
});

// RFC 9110 §8.6: a request whose method gives content a meaning says `content-length: 0` when it
// has none.
function expectsLength(method: string): boolean {
  return method === "POST" || method === "PUT" || method === "PATCH";
}

function destinationOf(url: URL, config: ClientConfig, options?: WayOptions): Destination {
  const origin = originOf(url);
  const { protocol } = config;
  const way = wayTo(origin, url, config, options);
  // RFC 9113 §3.3: HTTP/2 by prior knowledge is of the server, not of a proxy on the way.
  const route = routeOf(origin, { ...way, tunnel: protocol === "h2" });
  const target = url.pathname + url.search;
  url.hash = "";
  const plain: PreparedRequest = Object.freeze({
    route,
    method: "GET",
    target,
    lines: Object.freeze(
      hasField(config.headers, "host")
        ? [...config.headers]
        : ["host", origin.authority, ...config.headers],
    ),
    body: undefined,
    length: undefined,
    expectContinue: false,
    upgrade: false,
    protocol: undefined,
    idempotent: true,
  });
  const get = route.forwarded ? forwardedRequest(plain, url.href) : plain;
  const isHttp1 = protocol === "http/1.1" || protocol === "auto" && !origin.encrypted;
  // What is switched to is spoken with the server, too.
  const http1Route = !isHttp1
    ? overHttp1(route)
    : route.forwarded
    ? routeOf(origin, { ...way, tunnel: true })
    : route;
  return { route, http1Route, target, href: url.href, defaults: config.headers, get };
}

/**
 * A method as it is sent.
 *
 * @throws {TypeError} If it is no token, or CONNECT.
 */
export function normalisedMethod(method: string): string {
  if (method === "GET" || method === "POST") return method;
  if (!isToken(method)) {
    throw new TypeError(
      `Cannot send request as its method must be a token: current value is "${method}"`,
    );
  }
  // The Fetch standard's list: these are sent in upper case however they were written.
  const upper = method.toUpperCase();
  if (NORMALISED.has(upper)) return upper;
  if (upper === "CONNECT") {
    throw new TypeError("Cannot send request as CONNECT needs a proxy to go to");
  }
  return method;
}

const NORMALISED = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"]);

/**
 * A request's own field lines.
 *
 * @throws {TypeError} If one is not valid.
 */
export function requestLines(headers: Headers | FieldInit): readonly string[] {
  if (headers instanceof EditableFields) return headers.lines; // checked when it was made
  if (!(headers instanceof Headers)) return fieldLinesOf(headers);
  const lines: string[] = [];
  headers.forEach((value, name) => lines.push(name, value)); // ten times cheaper than for…of
  return fieldLinesOf(pairs(lines));
}

function* pairs(lines: readonly string[]): Generator<readonly [string, string]> {
  for (let at = 0; at < lines.length; at += 2) yield [lines[at], lines[at + 1]];
}

function announced(value: string, body: OutgoingBody | undefined): number | undefined {
  const bytes = encodeUtf8(value);
  const length = parseDecimal(bytes, 0, bytes.length);
  if (length < 0 || length !== (body === undefined ? 0 : body.length ?? length)) {
    throw new TypeError(
      `Cannot send request as its content-length does not fit its body: current value is "${value}"`,
    );
  }
  return body === undefined ? undefined : length;
}
