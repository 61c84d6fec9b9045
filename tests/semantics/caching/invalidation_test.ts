import { assertEquals } from "../../support/assert.ts";
import { invalidatedUrls } from "@avx/semantics/caching";

const URL_TEXT = "https://a.example/items";

function invalidated(method: string, status: number, lines: readonly string[] = []): string[] {
  return invalidatedUrls({ method, url: URL_TEXT, status, lines }, (reference) => {
    const url = new URL(reference, URL_TEXT);
    return url.origin === "https://a.example" ? url.href : undefined;
  });
}

Deno.test("an unsafe request that succeeds invalidates its URL, and a safe or failed one none (RFC 9111 §4.4)", () => {
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "BREW"]) {
    assertEquals(invalidated(method, 204), [URL_TEXT], method);
    assertEquals(invalidated(method, 303), [URL_TEXT], method);
    for (const status of [101, 400, 404, 500]) assertEquals(invalidated(method, status), []);
  }
  for (const method of ["GET", "HEAD", "OPTIONS", "TRACE"]) {
    assertEquals(invalidated(method, 200), []);
  }
});

Deno.test("what Location and Content-Location name on the same origin is invalidated, too", () => {
  assertEquals(invalidated("POST", 201, ["location", "/items/7", "content-location", "7"]), [
    URL_TEXT,
    "https://a.example/items/7",
    "https://a.example/7",
  ]);
  assertEquals(invalidated("POST", 201, ["location", "https://b.example/items"]), [URL_TEXT]);
  assertEquals(invalidated("PUT", 200, ["content-location", URL_TEXT]), [URL_TEXT]);
});
