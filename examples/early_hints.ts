/**
 * Early hints (RFC 8297): the browser fetches the style sheet while the page is being made.
 *
 *     deno run --allow-net examples/early_hints.ts [port]
 *     curl -i http://localhost:8000/
 *
 * @module
 */

import { html, serve, text } from "@avx/http";

const [port = "8000"] = Deno.args;

serve({ port: Number(port) }, async (request, info) => {
  if (new URL(request.url).pathname === "/style.css") {
    return text("body { font-family: sans-serif }\n", { headers: { "content-type": "text/css" } });
  }
  info.informational(103, { link: "</style.css>; rel=preload; as=style" });
  const page = await slowly('<link rel="stylesheet" href="/style.css"><h1>It was worth it</h1>');
  return html(`<!doctype html>${page}\n`);
});

/** Stands for a query of a database. */
function slowly(page: string): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve(page), 300));
}
