import { ConnectDialogue } from "../../../client/connecting/connect_dialogue.ts";
import { assert, assertEquals } from "../../support/assert.ts";
import { play, type Played } from "./dialogues.ts";

const AUTHORITY = "a.example:443";

function asked(answer: string, atMost = Infinity, maxReplyBytes = 1_024): Played {
  const bytes = Uint8Array.from(answer, (character) => character.charCodeAt(0));
  const fields = ["proxy-authorization", "Basic bWU6cHc="];
  return play(new ConnectDialogue({ authority: AUTHORITY, fields, maxReplyBytes }), bytes, atMost);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("CONNECT names its target, and has fields for the proxy", () => {
  const { sent } = asked("");
  assertEquals(sent.map(text), [
    "CONNECT a.example:443 HTTP/1.1\r\n" +
    "host: a.example:443\r\n" +
    "proxy-authorization: Basic bWU6cHc=\r\n\r\n",
  ]);
});

Deno.test("CONNECT opens the way with any 2xx, and leaves what is behind the head", () => {
  const answers = [
    "HTTP/1.1 200 Connection established\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\n",
    "HTTP/1.1 204\r\n\r\n",
    // RFC 9110 §9.3.6: these mean nothing here.
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 \r\nlink: </>\r\n\r\nHTTP/1.1 200 OK\r\nvia: b\r\n\r\n",
  ];
  for (const answer of answers) {
    for (const atMost of [Infinity, 1, 2, 3]) {
      const { isOpen, failure, left } = asked(`${answer}\r\n\r\ntunnel`, atMost);
      assertEquals(failure, undefined);
      assertEquals([isOpen, text(left)], [true, "\r\n\r\ntunnel"], answer);
    }
  }
});

Deno.test("CONNECT waits for the whole head", () => {
  const answer = "HTTP/1.1 200 OK\r\nvia: b\r\n\r\n";
  for (let length = 0; length < answer.length; length++) {
    const { isOpen, failure } = asked(answer.slice(0, length));
    assertEquals([isOpen, failure], [false, undefined]);
  }
});

Deno.test("CONNECT says what a proxy refuses", () => {
  const refused = asked("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n").failure;
  assertEquals(refused, {
    code: "PROXY_REFUSED",
    reason: "it answers 403 Forbidden",
    status: 403,
  });
  assertEquals(asked("HTTP/1.1 502 \r\n\r\n").failure?.status, 502);
  assertEquals(asked("HTTP/1.1 302 Found\r\n\r\n").failure?.code, "PROXY_REFUSED");
  const unknown = asked(
    "HTTP/1.1 407 Who?\r\nvia: b\r\nProxy-Authenticate:  Digest realm=x\r\n\r\n",
  ).failure;
  assertEquals(unknown, {
    code: "PROXY_AUTHENTICATION_REQUIRED",
    reason: "it answers 407 Who?, and wants Digest authentication",
    status: 407,
  });
  assertEquals(asked("HTTP/1.1 407 Who?\r\n\r\n").failure?.reason, "it answers 407 Who?");
});

Deno.test("CONNECT notices at the first byte what is no HTTP", () => {
  const answers = [
    "SSH-2.0-OpenSSH\r\n",
    "\x05\x00",
    "HTTP/2.0 200 OK\r\n\r\n",
    "\r\n",
    "HTTP/1.1 200 OK\n\n",
    "HTTP/1.1 200 OK\r\nvia: b\r\r\n",
    "HTTP/1.1 200 OK\r\nvia: b\n\r\n",
    "HTTP/1.1 2000 OK\r\n\r\n",
    "HTTP/1.1 600 OK\r\n\r\n",
    "HTTP/1.1 20 OK\r\n\r\n",
    "HTTP/1.1200 OK\r\n\r\n",
    "HTTP/1.1 200\tOK\r\n\r\n",
    "HTTP/1.1 403 \x00\r\n\r\n",
    "HTTP/1.2 200 OK\r\n\r\n",
    "HTTP/1.1 101 Switching\r\n\r\n",
  ];
  for (const answer of answers) {
    for (const atMost of [Infinity, 1]) {
      assertEquals(asked(answer, atMost).failure?.code, "PROXY_INVALID_REPLY", answer);
    }
  }
});

Deno.test("CONNECT takes a head as large as its limit, and none that is larger", () => {
  const head = "HTTP/1.1 200 OK\r\nx: 12345\r\n\r\n";
  assert(asked(head, Infinity, head.length).isOpen);
  const { failure } = asked(head, Infinity, head.length - 1);
  assertEquals(failure, {
    code: "PROXY_REPLY_TOO_LARGE",
    reason: `its answer has a head of more than ${head.length - 1} bytes`,
  });
  const endless = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100);
  assertEquals(asked(endless).failure?.code, "PROXY_REPLY_TOO_LARGE");
});

Deno.test("CONNECT survives any bytes, and says the same however they are split", () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return seed % below;
  };
  const alphabet = "HTTP/1. 2047\r\n\r\nvia:\x00\xff";
  for (let round = 0; round < 5_000; round++) {
    let answer = random(2) === 0 ? "HTTP/1.1 " : "";
    for (let length = random(60); length > 0; length--) answer += alphabet[random(alphabet.length)];
    const whole = asked(answer, Infinity, 64);
    const parts = asked(answer, 1 + random(3), 64);
    assertEquals([parts.failure, parts.isOpen], [whole.failure, whole.isOpen]);
    if (whole.isOpen) assertEquals(parts.left, whole.left);
  }
});
