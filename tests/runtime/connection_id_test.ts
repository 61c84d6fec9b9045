import { nextConnectionId } from "@avx/runtime/connection-id";
import { assertEquals } from "../support/assert.ts";

Deno.test("connections are numbered one after the other, from 1 on", () => {
  const first = nextConnectionId();
  assertEquals([first > 0, nextConnectionId()], [true, first + 1]);
});
