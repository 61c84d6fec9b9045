/**
 * A Hono application, unchanged: any framework with a `fetch` method is a handler.
 *
 *     deno run --allow-net examples/hono.ts [port]
 *     curl http://localhost:8000/greet/you
 *     curl -i -H 'if-none-match: …' http://localhost:8000/
 *
 * @module
 */

import { serve } from "@avx/http";
import { Hono } from "hono";
import { etag } from "hono/etag";
import { logger } from "hono/logger";

const [port = "8000"] = Deno.args;

const app = new Hono();
app.use(logger(), etag());
app.get("/", (context) => context.text("A page with an entity tag\n"));
app.get("/greet/:name", (context) => context.json({ hello: context.req.param("name") }));
app.post("/echo", async (context) => context.body(await context.req.text()));

serve({ port: Number(port) }, app.fetch);
