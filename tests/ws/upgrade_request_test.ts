import { decodeUtf8 } from "@avx/runtime/utf8";
import { upgradeRequest } from "../../ws/proto/upgrade_request.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("a request for an upgrade names the host, the upgrade and the caller's fields", () => {
  const text = decodeUtf8(upgradeRequest("a.example:81", "/b?c", ["x-d", "e"]));
  assertEquals(
    text,
    "GET /b?c HTTP/1.1\r\nhost: a.example:81\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
      "x-d: e\r\n\r\n",
  );
});

Deno.test("a request for an upgrade has the caller's host, where there is one", () => {
  const text = decodeUtf8(upgradeRequest("a.example", "/", ["Host", "b.example"]));
  assertEquals(text.match(/host: .*/gi), ["Host: b.example"]);
});

Deno.test("fields that could make it another request are refused", () => {
  for (
    const lines of [
      ["x-a", "1\r\nx-b: 2"],
      ["x a", "1"],
      ["Connection", "close"],
      ["upgrade", "h2c"],
      ["content-length", "1"],
      ["transfer-encoding", "chunked"],
    ]
  ) assertThrows(() => upgradeRequest("a", "/", lines), TypeError);
});
