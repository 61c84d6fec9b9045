import { encodeUtf8 } from "@avx/runtime/utf8";
import { type UpgradeOutcome, UpgradeResponseReader } from "../../ws/proto/upgrade_response.ts";
import { assertEquals } from "../support/assert.ts";

const HEAD = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX-A:  1 \r\n\r\n";

/** What a response comes to, whole, byte by byte and with a tail. */
function outcomes(text: string, tail = "\x81\x00", maxBytes = 1024): UpgradeOutcome[] {
  const seen: UpgradeOutcome[] = [];
  for (const size of [1, 2, 7, 10_000]) {
    const bytes = encodeUtf8(text + (size === 10_000 ? tail : ""));
    const reader = new UpgradeResponseReader(maxBytes);
    let outcome: UpgradeOutcome;
    for (let at = 0; at < bytes.length && outcome === undefined; at += size) {
      outcome = reader.receive(bytes.slice(at, at + size));
    }
    seen.push(outcome);
  }
  return seen;
}

function reasons(text: string, maxBytes?: number): Set<string | undefined> {
  return new Set(
    outcomes(text, "", maxBytes).map((outcome) =>
      outcome?.type === "failed" ? outcome.reason : outcome?.type
    ),
  );
}

Deno.test("the head of a response is read in every splitting, and what follows is kept", () => {
  for (const outcome of outcomes(HEAD)) {
    if (outcome?.type !== "head") throw new Error("There is no head");
    const { head: { status, fields } } = outcome;
    assertEquals([status, fields.get("upgrade"), fields.get("x-a")], [101, "websocket", "1"]);
  }
  const last = outcomes(HEAD, "\x01\x02").at(-1);
  assertEquals(last?.type === "head" && last.rest, new Uint8Array([1, 2]));
});

Deno.test("interim responses are read past; a refusal is a head like any other", () => {
  const interim = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
  for (const outcome of outcomes(`HTTP/1.1 100\r\n\r\n${interim}HTTP/1.1 403 No\r\n\r\n`, "")) {
    assertEquals(outcome?.type === "head" && outcome.head.status, 403);
    assertEquals(outcome?.type === "head" && outcome.head.fields.size, 0);
  }
});

Deno.test("a malformed head is refused", () => {
  const status = "The response's status line is malformed";
  const field = "A field of the response is malformed";
  const line = "A line of the response does not end in CR LF";
  for (
    const [text, reason] of [
      ["HTTP/2 101 x\r\n\r\n", status],
      ["\r\n\r\n", status],
      ["HTTP/1.1 999 x\r\n\r\n", status],
      ["HTTP/1.1 101 \x00\r\n\r\n", status],
      ["HTTP/1.1 101 x\r\nno colon\r\n\r\n", field],
      ["HTTP/1.1 101 x\r\na : b\r\n\r\n", field],
      ["HTTP/1.1 101 x\r\n: b\r\n\r\n", field],
      ["HTTP/1.1 101 x\r\na: b\r\n folded\r\n\r\n", field],
      ["HTTP/1.1 101 x\r\na: b\rc\r\n\r\n", field],
      ["HTTP/1.1 101 x\na: b\n\n", line],
      ["\n", line],
    ]
  ) assertEquals(reasons(text), new Set([reason]), JSON.stringify(text));
});

Deno.test("a head may take as many bytes as it may, and no more", () => {
  assertEquals(reasons(HEAD, HEAD.length), new Set(["head"]));
  const reason = `The response's head has more than ${HEAD.length - 1} bytes`;
  assertEquals(reasons(HEAD, HEAD.length - 1), new Set([reason]));
  const large = `HTTP/1.1 101 x\r\nx-a: ${"y".repeat(5_000)}\r\n\r\n`;
  assertEquals(reasons(large, 10_000), new Set(["head"]));
});

Deno.test("the end of input within the head is a failure", () => {
  const reader = new UpgradeResponseReader(100);
  assertEquals(reader.receive(encodeUtf8("HTTP/1.1 101")), undefined);
  assertEquals(reader.receive(new Uint8Array(0)), {
    type: "failed",
    reason: "The server hung up during the handshake",
  });
});
