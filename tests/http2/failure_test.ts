import { assertEquals } from "../support/assert.ts";
import { failed } from "../../http2/proto/failure.ts";

Deno.test("a fault on stream 0 is the connection's", () => {
  assertEquals(failed(0, 1, "x").scope, "connection");
  assertEquals(failed(3, 1, "x").scope, "stream");
});

Deno.test("a fault has the status that HTTP/1.1 would have", () => {
  assertEquals(failed(1, 0x1, "x").statusHint, 400);
  assertEquals(failed(1, 0xb, "x").statusHint, 429);
  assertEquals(
    failed(1, 0xb, "x", { statusHint: 431, limit: "maxHeaderListBytes" }).statusHint,
    431,
  );
});
