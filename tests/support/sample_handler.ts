/**
 * The handler that foreign clients talk to.
 *
 * @module
 */

import type { Handler } from "@avx/semantics/handler";
import { pattern } from "./sample_bytes.ts";
import { bytes, json, stream, text } from "@avx/semantics/web";

/** How responses are made. */
interface Builders {
  text(body: string, init?: ResponseInit): Response;
  json(value: unknown): Response;
  bytes(body: Uint8Array<ArrayBuffer>): Response;
  stream(body: AsyncIterable<Uint8Array<ArrayBuffer>>): Response;
}

/** Answers on the fast lane; see {@linkcode nativeSampleHandler}. */
export const sampleHandler: Handler = (request) => answer(request, { text, json, bytes, stream });

/**
 * Answers with native responses. `/` greets, `/request` describes the request, `/echo` streams the
 * body back, `/bytes/N` and `/stream/N` answer N bytes with and without a length, `/status/N`
 * answers a status, `/deny` answers 403 without reading.
 */
export function nativeSampleHandler(request: Request): Promise<Response> {
  return answer(request, {
    text: (body, init) => new Response(body, init),
    json: (value) => Response.json(value),
    bytes: (body) => new Response(body),
    stream: (body) => new Response(ReadableStream.from(body)),
  });
}

/** What `/request` answers. */
export interface RequestDescription {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function answer(request: Request, make: Builders): Promise<Response> {
  const { pathname } = new URL(request.url);
  const [, route, argument] = pathname.split("/");
  switch (route) {
    case "":
      return make.text("hello");
    case "request":
      return make.json(await description(request));
    case "echo":
      return new Response(request.body, { headers: contentType(request) });
    case "bytes":
      return make.bytes(pattern(Number(argument)));
    case "stream":
      return make.stream(inChunks(pattern(Number(argument))));
    case "status":
      return new Response(null, { status: Number(argument) });
    case "deny":
      return make.text("denied", { status: 403 });
    default:
      return make.text("not found", { status: 404 });
  }
}

async function description(request: Request): Promise<RequestDescription> {
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => headers[name] = value);
  return { method: request.method, url: request.url, headers, body: await request.text() };
}

async function* inChunks(all: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let at = 0; at < all.length; at += 10_000) {
    yield await Promise.resolve(all.subarray(at, at + 10_000));
  }
}

function contentType(request: Request): Record<string, string> {
  return { "content-type": request.headers.get("content-type") ?? "application/octet-stream" };
}
