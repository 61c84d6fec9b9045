import { reusedResponse } from "../../../client/caching/reused_response.ts";
import { assertEquals } from "../../support/assert.ts";
import { asked } from "../policy/scene.ts";

const HEAD = {
  variant: "",
  selecting: [],
  status: 200,
  reason: "Fine",
  lines: ["content-length", "3", "age", "9"],
  requestMs: 0,
  responseMs: 0,
};
const REUSE = { head: HEAD, body: new Uint8Array([97, 98, 99]), ageMs: 1_000, validated: false };
const EXTRA = { ...REUSE, extraLines: ["cache-status", "avx; hit"] };

Deno.test("a stored response is given as it came, with its present age and what comes on top", async () => {
  const response = reusedResponse(asked("https://a.example/", { startedAt: 5 }), EXTRA);
  assertEquals([...response.headers], [
    ["content-length", "3"],
    ["age", "1"],
    ["cache-status", "avx; hit"],
  ]);
  assertEquals([response.statusText, response.timings.startedAt], ["Fine", 5]);
  assertEquals(await response.body.text(), "abc");
});

Deno.test("nothing but a whole 200 is cut into ranges", async () => {
  const headers = { range: "bytes=0-0" };
  const request = asked("https://a.example/", { headers });
  const missing = reusedResponse(request, { ...EXTRA, head: { ...HEAD, status: 404 } });
  assertEquals([missing.status, await missing.body.text()], [404, "abc"]);
  const empty = reusedResponse(request, { ...EXTRA, head: { ...HEAD, status: 204 } });
  assertEquals([empty.status, await empty.body.text()], [204, ""]);
  const head = reusedResponse(asked("https://a.example/", { method: "HEAD", headers }), EXTRA);
  assertEquals([head.status, await head.body.text()], [200, ""]);
  assertEquals(reusedResponse(request, EXTRA).status, 206);
});

Deno.test("what a reader does to the bytes of a stored response does nothing to it", async () => {
  const body = new Uint8Array([97, 98, 99]);
  const headers = { range: "bytes=0-1" };
  for (const request of [asked("https://a.example/"), asked("https://a.example/", { headers })]) {
    const bytes = await reusedResponse(request, { ...EXTRA, body }).body.bytes();
    bytes.fill(0);
    const response = reusedResponse(request, { ...EXTRA, body });
    await new Response(response.body.stream()).bytes(); // streams take the buffers of their chunks
    const { body: again } = reusedResponse(request, { ...EXTRA, body });
    for await (const chunk of again) chunk.fill(0);
  }
  assertEquals(body, new Uint8Array([97, 98, 99]));
});
