import { ClientBody } from "@avx/client";
import { NetworkError } from "@avx/runtime/errors";
import { bufferBody } from "../../client/buffered_body.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { arriving } from "./coded.ts";

const BYTES = Uint8Array.from({ length: 100 }, (_, at) => at);

Deno.test("a body is read ahead to its end, or past the limit", async () => {
  const whole = await bufferBody(new ClientBody(arriving(BYTES, 30), undefined), 100);
  assertEquals([whole.bytes, whole.source], [BYTES, undefined]);
  const source = arriving(BYTES, 30);
  const part = await bufferBody(new ClientBody(source, undefined), 59);
  assertEquals(part.bytes, BYTES.subarray(0, 60));
  assertEquals(await new ClientBody(part.source, undefined).bytes(), BYTES);
  const there = await bufferBody(new ClientBody(BYTES, undefined), 99);
  assertEquals(there.bytes, BYTES);
  assertEquals(await new ClientBody(there.source, undefined).bytes(), BYTES);
  const none = await bufferBody(new ClientBody(undefined, undefined), 0);
  assertEquals([none.bytes.length, none.source], [0, undefined]);
});

Deno.test("what was read ahead is in memory of its own", async () => {
  const { bytes } = await bufferBody(new ClientBody(BYTES.subarray(10, 20), undefined), 100);
  assertEquals(bytes.buffer.byteLength, 10);
});

Deno.test("the rest of a body is given up through what was read ahead", async () => {
  const source = arriving(BYTES, 30);
  const { source: rest } = await bufferBody(new ClientBody(source, undefined), 10);
  rest!.cancel("enough");
  assertEquals(source.cancelled, ["enough"]);
  assertEquals(rest!.declaredLength, 100);
});

Deno.test("reading ahead fails as the body does", async () => {
  const lost = new NetworkError("Cannot read: connection reset");
  const body = new ClientBody(arriving(BYTES, 30, lost), undefined);
  assertEquals(await assertRejects(() => bufferBody(body, 1_000)), lost);
});
