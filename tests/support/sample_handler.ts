/**
 * The handler that foreign clients talk to.
 *
 * @module
 */

import type { Handler } from "@avx/semantics/handler";
import { pattern } from "./sample_bytes.ts";
import { bytes, json, stream, text } from "@avx/semantics/web";

/**
 * `/` greets, `/request` describes the request, `/echo` streams the body back, `/bytes/N` and
 * `/stream/N` answer N bytes with and without a length, `/status/N` answers a status, `/deny`
 * answers 403 without reading.
 */
export const sampleHandler: Handler = async (request) => {
  const { pathname } = new URL(request.url);
  const [, route, argument] = pathname.split("/");
  switch (route) {
    case "":
      return text("hello");
    case "request":
      return json(await description(request));
    case "echo":
      return new Response(request.body, { headers: contentType(request) });
    case "bytes":
      return bytes(pattern(Number(argument)));
    case "stream":
      return stream(inChunks(pattern(Number(argument))));
    case "status":
      return new Response(null, { status: Number(argument) });
    case "deny":
      return text("denied", { status: 403 });
    default:
      return text("not found", { status: 404 });
  }
};

/** What `/request` answers. */
export interface RequestDescription {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function description(request: Request): Promise<RequestDescription> {
  const headers: Record<string, string> = {};
  request.headers.forEach((value, name) => headers[name] = value);
  return { method: request.method, url: request.url, headers, body: await request.text() };
}

async function* inChunks(all: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += 10_000) {
    yield await Promise.resolve(all.subarray(at, at + 10_000));
  }
}

function contentType(request: Request): Record<string, string> {
  return { "content-type": request.headers.get("content-type") ?? "application/octet-stream" };
}
