import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { logger } from "hono/logger";
import { streamText } from "hono/streaming";
import { assert, assertEquals } from "../support/assert.ts";
import { serving } from "../support/serving.ts";

/** An application as its own documentation would write it: nothing here is ours. */
function application(lines: string[]): Hono {
  const app = new Hono();
  app.use(logger((line) => lines.push(line)));
  app.use("/api/*", cors({ origin: "https://example.com", allowMethods: ["GET", "POST"] }));
  app.use("/tagged/*", etag());
  app.use("/packed/*", compress());
  app.use("/secret/*", bearerAuth({ token: "open-sesame" }));
  app.get("/", (c) => c.text("hello"));
  app.get("/api/users/:id", (c) => c.json({ id: c.req.param("id"), page: c.req.query("page") }));
  app.post("/api/users", async (c) => c.json(await c.req.json(), 201));
  app.post("/form", async (c) => c.json(await c.req.parseBody()));
  app.get("/tagged/page", (c) => c.html("<p>the same</p>"));
  app.get("/packed/text", (c) => c.text("repeat ".repeat(10_000)));
  app.get("/secret/door", (c) => c.text("inside"));
  app.get("/agent", (c) => c.text(c.req.header("user-agent") ?? ""));
  app.get("/failing", () => {
    throw new Error("this handler fails");
  });
  app.get("/streamed", (c) =>
    streamText(c, async (stream) => {
      for (let index = 0; index < 5; index++) await stream.writeln(`line ${index}`);
    }));
  app.onError((error, c) =>
    error instanceof HTTPException ? error.getResponse() : c.text(`caught: ${error.message}`, 500)
  );
  return app;
}

async function withHono(
  run: (origin: string, lines: string[]) => Promise<void>,
): Promise<void> {
  const lines: string[] = [];
  const app = application(lines);
  await serving((request) => app.fetch(request), ({ origin }) => run(origin, lines));
}

Deno.test("Hono routes, parameters, queries and bodies", async () => {
  await withHono(async (origin, lines) => {
    assertEquals(await (await fetch(`${origin}/`)).text(), "hello");
    const user = await fetch(`${origin}/api/users/7?page=2`);
    assertEquals(await user.json(), { id: "7", page: "2" });
    const made = await fetch(`${origin}/api/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name: "Ana" }),
    });
    assertEquals([made.status, await made.json()], [201, { name: "Ana" }]);
    const form = await fetch(`${origin}/form`, {
      method: "POST",
      body: new URLSearchParams("a=1&b=2"),
    });
    assertEquals(await form.json(), { a: "1", b: "2" });
    const missing = await fetch(`${origin}/nowhere`);
    assertEquals([missing.status, await missing.text()], [404, "404 Not Found"]);
    const agent = await fetch(`${origin}/agent`, { headers: { "user-agent": "test/1" } });
    assertEquals(await agent.text(), "test/1");
    const failing = await fetch(`${origin}/failing`);
    assertEquals([failing.status, await failing.text()], [500, "caught: this handler fails"]);
    assert(lines.some((line) => line.startsWith("--> GET /api/users/7")));
  });
});

Deno.test("Hono multipart form", async () => {
  await withHono(async (origin) => {
    const body = new FormData();
    body.set("name", "avx");
    body.set("file", new File(["content"], "a.txt", { type: "text/plain" }));
    const form = await (await fetch(`${origin}/form`, { method: "POST", body })).json();
    assertEquals(form.name, "avx");
  });
});

Deno.test("Hono cors, preflight included", async () => {
  await withHono(async (origin) => {
    const headers = { "origin": "https://example.com", "access-control-request-method": "POST" };
    const preflight = await fetch(`${origin}/api/users`, { method: "OPTIONS", headers });
    await preflight.body?.cancel();
    assertEquals(preflight.status, 204);
    assertEquals(preflight.headers.get("access-control-allow-origin"), "https://example.com");
    assertEquals(preflight.headers.get("access-control-allow-methods"), "GET,POST");
    const simple = await fetch(`${origin}/api/users/1`, { headers });
    await simple.body?.cancel();
    assertEquals(simple.headers.get("access-control-allow-origin"), "https://example.com");
  });
});

Deno.test("Hono etag answers 304", async () => {
  await withHono(async (origin) => {
    const first = await fetch(`${origin}/tagged/page`);
    assertEquals(await first.text(), "<p>the same</p>");
    const tag = first.headers.get("etag");
    assert(tag !== null && tag.length > 2);
    const again = await fetch(`${origin}/tagged/page`, { headers: { "if-none-match": tag } });
    assertEquals([again.status, await again.text()], [304, ""]);
  });
});

Deno.test("Hono compress streams through CompressionStream", async () => {
  await withHono(async (origin) => {
    const packed = await fetch(`${origin}/packed/text`, { headers: { "accept-encoding": "gzip" } });
    assertEquals(await packed.text(), "repeat ".repeat(10_000));
    const plain = await fetch(`${origin}/packed/text`, {
      headers: { "accept-encoding": "identity" },
    });
    assertEquals(plain.headers.get("content-encoding"), null);
    assertEquals((await plain.text()).length, 70_000);
  });
});

Deno.test("Hono bearer-auth", async () => {
  await withHono(async (origin) => {
    const statuses: number[] = [];
    for (const authorization of ["", "Bearer wrong", "Bearer open-sesame"]) {
      const headers: Record<string, string> = authorization === "" ? {} : { authorization };
      const response = await fetch(`${origin}/secret/door`, { headers });
      statuses.push(response.status);
      await response.body?.cancel();
    }
    assertEquals(statuses, [401, 401, 200]);
  });
});

Deno.test("Hono streamed text", async () => {
  await withHono(async (origin) => {
    const streamed = await (await fetch(`${origin}/streamed`)).text();
    assertEquals(streamed, "line 0\nline 1\nline 2\nline 3\nline 4\n");
  });
});

Deno.test("Hono HEAD is answered as GET without a body", async () => {
  await withHono(async (origin) => {
    const head = await fetch(`${origin}/tagged/page`, { method: "HEAD" });
    assertEquals([head.status, await head.text()], [200, ""]);
  });
});
