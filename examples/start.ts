/**
 * The main job: a server that shows what it can do.
 *
 *     deno task start [port]
 *
 * @module
 */

import { type Handler, html, json, serve, type ServeInfo, stream, text } from "@avx/http";

interface Route {
  readonly methods: readonly string[];
  readonly handler: Handler;
}

const MIB = 1024 * 1024;
const PLAIN: ResponseInit = { headers: { "content-type": "text/plain; charset=utf-8" } };
const READ = ["GET", "HEAD"];
const ROUTES: ReadonlyMap<string, Route> = new Map([
  ["/", { methods: READ, handler: page }],
  ["/json", { methods: READ, handler: inspect }],
  ["/echo", { methods: ["POST", "PUT"], handler: echo }],
  ["/stream", { methods: READ, handler: () => stream(ticks(), PLAIN) }],
  ["/large", { methods: READ, handler: large }],
]);

const [port = "8080"] = Deno.args;

const server = serve({
  hostname: "127.0.0.1",
  port: Number(port),
  onListen: ({ hostname, port }) => console.log(usage(`http://${hostname}:${port}`)),
  handler: answer,
});

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    console.log(`\nClosing ${server.connections} connections; press Ctrl-C again to hurry`);
    server.shutdown({ graceMs: stopping ? 0 : 10_000 });
    stopping = true;
  });
}
await server.finished;
console.log("Stopped");
Deno.exit();

function usage(origin: string): string {
  return `avx is listening on ${origin}. Try:

  curl ${origin}/                              a page, for browsers too
  curl ${origin}/json                          what the server knows about your request
  curl -d 'some words' ${origin}/echo          your own words
  curl -T some.file ${origin}/echo -o copy     a file there and back
  curl -N ${origin}/stream                     a line every quarter second
  curl -o large ${origin}/large                1 GiB, made on the fly
  curl '${origin}/large?mib=16' | sha256sum    less of it

Ctrl-C stops it.
`;
}

function answer(request: Request, info: ServeInfo): Response | Promise<Response> {
  const url = new URL(request.url);
  const route = ROUTES.get(url.pathname);
  if (route === undefined) return text("There is no such page\n", { status: 404 });
  if (route.methods.includes(request.method)) return route.handler(request, info);
  return text("The method is not allowed here\n", {
    status: 405,
    headers: { allow: route.methods.join(", ") },
  });
}

function page(): Response {
  return html(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>avx</title>
<style>body { font: 1.2em/1.6 sans-serif; max-width: 32em; margin: 4em auto }</style>
<h1>It works</h1>
<p>This page was served by avx. There is more:</p>
<ul>
  <li><a href="/json">what the server knows about your request</a>
  <li><a href="/stream">a line every quarter second</a>
  <li><a href="/large?mib=16">16 MiB, made on the fly</a>
</ul>
</html>
`);
}

function inspect(request: Request, info: ServeInfo): Response {
  return json({
    method: request.method,
    url: request.url,
    protocol: info.protocol,
    remoteAddr: info.remoteAddr,
    headers: [...info.rawHeaders],
  });
}

function echo(request: Request): Response {
  const type = request.headers.get("content-type") ?? "application/octet-stream";
  return new Response(request.body, { headers: { "content-type": type } });
}

async function* ticks(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for (let tick = 1; tick <= 10; tick++) {
    yield encoder.encode(`${tick} of 10: ${new Date().toISOString()}\n`);
    if (tick < 10) await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function large(request: Request): Response {
  const mib = Number(new URL(request.url).searchParams.get("mib") ?? 1024);
  if (!Number.isInteger(mib) || mib < 0 || mib > 65_536) {
    return text("mib has to be an integer between 0 and 65536\n", { status: 400 });
  }
  return stream(ReadableStream.from(pattern(mib)), {
    headers: { "content-length": String(mib * MIB) },
  });
}

function* pattern(mib: number): Generator<Uint8Array<ArrayBuffer>> {
  const chunk = new Uint8Array(MIB).map((_, at) => at);
  for (let sent = 0; sent < mib; sent++) yield chunk;
}
