/**
 * What a request costs on its way through a Hono application and back: a native `Request` made of
 * a received head against the lazily materialised one, and the same with our `text()`.
 *
 * @module
 */

import { FieldList } from "@avx/semantics/field-lines";
import { lazyRequest, type RequestSource, takeApart, text } from "@avx/semantics/web";
import { Hono } from "hono";

/** The header section of a browser's request, as field lines. */
const LINES = [
  ["Host", "localhost:8000"],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0"],
  ["Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"],
  ["Accept-Language", "pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Cache-Control", "max-age=0"],
  ["Sec-Fetch-Dest", "document"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-Site", "same-origin"],
  ["Cookie", "session=3f1c9a2e7b6d4f0a8c5e1d2b9a7f6e3c"],
] satisfies [string, string][];

const url = "http://localhost:8000/users/7";
const { signal } = new AbortController();
const source: RequestSource = {
  method: "GET",
  url,
  fields: new FieldList(LINES.flat()),
  body: undefined,
  maxBufferedBodyBytes: 1024,
  signal,
};

const app = new Hono();
app.get("/users/:id", (context) => context.text(`user ${context.req.param("id")}`));
const light = new Hono();
light.get("/users/:id", (context) => text(`user ${context.req.param("id")}`));

function answer(response: Response | Promise<Response>): Response {
  if (response instanceof Promise) throw new TypeError("The application answers synchronously");
  return response;
}

Deno.bench("native Request", { group: "make and route", baseline: true }, () => {
  answer(app.fetch(new Request(url, { headers: LINES })));
});

Deno.bench("lazy Request", { group: "make and route" }, () => {
  answer(app.fetch(lazyRequest(source)));
});

Deno.bench("lazy Request, text()", { group: "make and route" }, () => {
  answer(light.fetch(lazyRequest(source)));
});

Deno.bench("native Request, its bytes", { group: "and take apart", baseline: true }, async () => {
  await answer(app.fetch(new Request(url, { headers: LINES }))).bytes();
});

Deno.bench("lazy Request, native Response taken apart", { group: "and take apart" }, async () => {
  const { body } = takeApart(answer(app.fetch(lazyRequest(source))));
  if (!(body instanceof ReadableStream)) throw new TypeError("A native body is a stream");
  await body.getReader().read();
});

Deno.bench("lazy Request, text() taken apart", { group: "and take apart" }, () => {
  takeApart(answer(light.fetch(lazyRequest(source))));
});
