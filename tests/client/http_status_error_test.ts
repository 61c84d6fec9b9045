import { HttpStatusError, makeResponse } from "@avx/client";
import { assertEquals } from "../support/assert.ts";

Deno.test("a status error says what the server said", () => {
  const response = makeResponse("http://a.example/", { status: 404 });
  const error = new HttpStatusError(response);
  assertEquals([error.name, error.code, error.status], ["HttpStatusError", "HTTP_STATUS", 404]);
  assertEquals([error.message, error.response], ["The server answered 404 Not Found", response]);
  const silent = new HttpStatusError(makeResponse("http://a.example/", { status: 499 }));
  assertEquals(silent.message, "The server answered 499");
});
