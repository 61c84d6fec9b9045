import { Recording, type RecordOptions, recordTo } from "@avx/client";
import { BodyTooLargeError } from "@avx/semantics/errors";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { arriving } from "./coded.ts";
import { type Answer, asked, type AskedParts, script } from "./policy/scene.ts";

async function recorded(
  answer: Answer,
  parts: AskedParts = {},
  options?: RecordOptions,
): Promise<{ recording: Recording; text: string }> {
  const recording = new Recording();
  const request = asked("http://a.example/p?q#f", parts);
  const response = await recordTo(recording, options)(request, script(answer).next);
  return { recording, text: await response.body.text() };
}

Deno.test("an exchange is recorded, and passed on as it was", async () => {
  const body = arriving(new TextEncoder().encode("hello"), 2);
  const parts = { method: "POST", headers: { "x-a": "1" }, body: "ask" };
  const { recording, text } = await recorded({ status: 201, headers: { b: "2" }, body }, parts);
  assertEquals(text, "hello");
  assertEquals(recording.exchanges, [{
    request: {
      method: "POST",
      url: "http://a.example/p?q",
      headers: [["x-a", "1"]],
      body: { text: "ask" },
    },
    response: {
      status: 201,
      statusText: "Created",
      headers: [["b", "2"]],
      body: { text: "hello" },
    },
  }]);
});

Deno.test("secrets are not recorded, by default those of every client", async () => {
  const headers = { Authorization: "s", cookie: "s", host: "h", "x-key": "s" };
  const answer = { headers: { "set-cookie": ["s", "s"] } };
  const usual = await recorded(answer, { headers });
  assertEquals(usual.recording.exchanges[0].request.headers, [
    ["Authorization", "redacted"],
    ["cookie", "redacted"],
    ["host", "h"],
    ["x-key", "s"],
  ]);
  assertEquals(usual.recording.exchanges[0].response.headers[1], ["set-cookie", "redacted"]);
  const own = await recorded(answer, { headers }, { redact: ["X-Key"] });
  assertEquals(own.recording.exchanges[0].request.headers[3], ["x-key", "redacted"]);
  assertEquals(own.recording.exchanges[0].request.headers[0], ["Authorization", "s"]);
});

Deno.test("what can be read only once, or is written anew, is not recorded of a request", async () => {
  for (const body of [new FormData(), new Blob(["a"]), new Blob(["a"]).stream()]) {
    const { recording } = await recorded({}, { method: "POST", body });
    assertEquals(recording.exchanges[0].request.body, undefined);
  }
});

Deno.test("a body is recorded up to the limit, and failures are not", async () => {
  const body = () => arriving(new Uint8Array(100), 30);
  assertEquals(
    (await recorded({ body: body() }, {}, { maxBytes: 100 })).recording.exchanges.length,
    1,
  );
  const long = body();
  await assertRejects(() => recorded({ body: long }, {}, { maxBytes: 99 }), BodyTooLargeError);
  assertEquals(long.cancelled.length, 1);
  const recording = new Recording();
  const failed = recordTo(recording)(asked("http://a.example/"), script(new Error("lost")).next);
  await assertRejects(() => failed, Error, "lost");
  assertEquals(recording.exchanges, []);
});
