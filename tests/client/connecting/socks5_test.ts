import { checkSocks5Credentials, Socks5Dialogue } from "../../../client/connecting/socks5.ts";
import { assertEquals, assertThrows } from "../../support/assert.ts";
import { play, type Played } from "./dialogues.ts";

const NAME = { hostname: "a.example", port: 443, credentials: undefined };
const WITH_PASSWORD = { ...NAME, credentials: { username: "me", password: "pw" } };
const NAME_BYTES = [...new TextEncoder().encode("a.example")];
const GRANTED = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0];

function asked(
  request: ConstructorParameters<typeof Socks5Dialogue>[0],
  answer: readonly number[],
  atMost = Infinity,
): Played {
  return play(new Socks5Dialogue(request), Uint8Array.from(answer), atMost);
}

Deno.test("SOCKS opens the way without authentication", () => {
  for (const atMost of [Infinity, 1]) {
    const { sent, isOpen, left } = asked(NAME, [5, 0, ...GRANTED, 1, 2, 3], atMost);
    assertEquals(sent.map((bytes) => [...bytes]), [
      [5, 1, 0],
      [5, 1, 0, 3, 9, ...NAME_BYTES, 443 >> 8, 443 & 0xff],
    ]);
    assertEquals([isOpen, [...left]], [true, [1, 2, 3]]);
  }
});

Deno.test("SOCKS sends addresses as addresses", () => {
  const [, ipv4] = asked({ ...NAME, hostname: "192.0.2.1" }, [5, 0]).sent;
  assertEquals([...ipv4], [5, 1, 0, 1, 192, 0, 2, 1, 1, 187]);
  const [, ipv6] = asked({ ...NAME, hostname: "2001:db8::1" }, [5, 0]).sent;
  const address = [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  assertEquals([...ipv6], [5, 1, 0, 4, ...address, 1, 187]);
});

Deno.test("SOCKS reads replies with every kind of address to their end", () => {
  const replies = [
    [5, 0, 0, 1, 192, 0, 2, 1, 0, 80],
    [5, 0, 0, 4, ...new Array(16).fill(9), 0, 80],
    [5, 0, 0, 3, 9, ...NAME_BYTES, 0, 80],
    [5, 0, 0, 3, 0, 0, 80],
    [5, 0, 0, 3, 255, ...new Array(255).fill(97), 0, 80],
  ];
  for (const reply of replies) {
    for (const atMost of [Infinity, 1, 7]) {
      const { isOpen, left } = asked(NAME, [5, 0, ...reply, 42], atMost);
      assertEquals([isOpen, [...left]], [true, [42]]);
    }
    assertEquals(asked(NAME, [5, 0, ...reply.slice(0, -1)]).isOpen, false);
  }
});

Deno.test("SOCKS introduces itself where the proxy wants it", () => {
  const { sent, isOpen } = asked(WITH_PASSWORD, [5, 2, 1, 0, ...GRANTED]);
  assertEquals([...sent[0]], [5, 2, 0, 2]);
  assertEquals([...sent[1]], [1, 2, 109, 101, 2, 112, 119]);
  assertEquals(isOpen, true);
  assertEquals(asked(WITH_PASSWORD, [5, 0, ...GRANTED]).sent.length, 2);
});

Deno.test("SOCKS says that nobody is let in", () => {
  const code = "PROXY_AUTHENTICATION_REQUIRED";
  assertEquals(asked(NAME, [5, 0xff]).failure?.code, code);
  assertEquals(asked(WITH_PASSWORD, [5, 2, 1, 1]).failure?.code, code);
});

Deno.test("SOCKS gives what happened behind the proxy its usual code", () => {
  const codes: Record<number, string> = {
    1: "PROXY_REFUSED",
    2: "PROXY_REFUSED",
    3: "ENETUNREACH",
    4: "EHOSTUNREACH",
    5: "ECONNREFUSED",
    6: "ETIMEDOUT",
    7: "PROXY_REFUSED",
    8: "PROXY_REFUSED",
    99: "PROXY_REFUSED",
  };
  for (const [reply, code] of Object.entries(codes)) {
    // Some send nothing behind the reply.
    const { failure } = asked(NAME, [5, 0, 5, Number(reply)]);
    assertEquals([failure?.code, failure?.status], [code, Number(reply)]);
  }
});

Deno.test("SOCKS notices what is no SOCKS", () => {
  const answers = [
    [72, 84, 84, 80],
    [4, 0],
    [5, 2],
    [5, 1],
    [5, 0, 4, 0],
    [5, 0, 5, 0, 0, 2, 0],
    [5, 0, 5, 0, 0, 0, 0],
  ];
  for (const answer of answers) {
    for (const atMost of [Infinity, 1]) {
      assertEquals(asked(NAME, answer, atMost).failure?.code, "PROXY_INVALID_REPLY", `${answer}`);
    }
  }
  assertEquals(asked(WITH_PASSWORD, [5, 2, 5, 0]).failure?.code, "PROXY_INVALID_REPLY");
});

Deno.test("SOCKS has no room for long names and passwords", () => {
  const long = "a".repeat(256);
  assertThrows(() => new Socks5Dialogue({ ...NAME, hostname: long }), TypeError, "255");
  new Socks5Dialogue({ ...NAME, hostname: "a".repeat(255) });
  checkSocks5Credentials({ username: "a".repeat(255), password: "" });
  for (const [username, password] of [[long, ""], ["a", long], ["", "a"], ["é".repeat(128), ""]]) {
    assertThrows(() => checkSocks5Credentials({ username, password }), TypeError, "255");
  }
});

Deno.test("SOCKS survives any bytes, and says the same however they are split", () => {
  let seed = 11;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (seed >> 8) % below;
  };
  let opened = 0;
  for (let round = 0; round < 20_000; round++) {
    const verdict = random(2) === 0 ? [1, 0] : [];
    const answer = [5, random(3), ...verdict, 5, random(3), 0, 1 + random(4)];
    for (let length = random(24); length > 0; length--) answer.push(random(256));
    const whole = asked(WITH_PASSWORD, answer);
    const parts = asked(WITH_PASSWORD, answer, 1 + random(3));
    assertEquals([parts.failure, parts.isOpen], [whole.failure, whole.isOpen]);
    if (whole.isOpen) opened++;
  }
  assertEquals(opened > 100, true);
});
