import { Client, type ClientOptions, type ClientResponse } from "@avx/client";
import { DEFAULT_LIMITS } from "@avx/http2/limits";
import { Http2ServerCore } from "@avx/http2/server-core";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { onStage, type Peer, URL_ROOT } from "../client/stage.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { within } from "../support/deadline.ts";

/** How a response came out: `200 hello`, `ENAME code` or `200 ENAME code`. */
async function outcome(asked: Promise<ClientResponse>): Promise<string> {
  try {
    const response = await asked;
    try {
      return `${response.status} ${await response.body.text()}`;
    } catch (error) {
      return `${response.status} ${nameOf(error)}`;
    }
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  const { name, code, phase } = error as { name: string; code: string; phase?: string };
  return `${name} ${phase ?? code}`;
}

interface Sample {
  readonly head: string;
  readonly body: string;
  /** Whether the end of the connection is the end of the body. */
  readonly untilClose?: boolean;
}

const SAMPLES: Readonly<Record<string, Sample>> = {
  "a known length": { head: "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n", body: "hello" },
  "chunks": {
    head: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
    body: "3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nx-sum: 1\r\n\r\n",
  },
  "an end with the connection": {
    head: "HTTP/1.0 200 OK\r\nserver: a\r\n\r\n",
    body: "hello",
    untilClose: true,
  },
  "an interim response before": {
    head:
      "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n",
    body: "ok",
  },
};

/** What is expected of a response cut off after so many bytes. */
function cut({ head, body, untilClose }: Sample, count: number, end: "close" | "reset"): string {
  const error = `NetworkError ${end === "close" ? "UNEXPECTED_EOF" : "ECONNRESET"}`;
  if (count < head.length) return error;
  const got = count - head.length;
  // RFC 9112 §6.3: nothing but the end of the connection says how long it is.
  if (untilClose) return end === "close" ? `200 ${body.slice(0, got)}` : `200 ${error}`;
  return got < body.length ? `200 ${error}` : head.includes("103") ? "200 ok" : "200 hello";
}

for (const [name, sample] of Object.entries(SAMPLES)) {
  for (const end of ["close", "reset"] as const) {
    const verb = end === "close" ? "closed" : "reset";
    Deno.test(`a response with ${name} is ${verb} at each byte`, async () => {
      const whole = sample.head + sample.body;
      for (let count = 0; count <= whole.length; count++) {
        await onStage(async ({ client, accept, clock }) => {
          const asked = outcome(client.request(URL_ROOT));
          const peer = await accept();
          await peer.head();
          await peer.send(whole.slice(0, count));
          await clock.settle();
          hangUp(peer, end);
          assertEquals(await asked, cut(sample, count, end), `after ${count} bytes`);
          assertEquals(client.stats().requests, 0);
        });
      }
    });
  }
}

function hangUp(peer: Peer, end: "close" | "reset"): void {
  if (end === "close") peer.transport.close();
  else peer.transport.reset();
}

for (const end of ["close", "reset"] as const) {
  const verb = end === "close" ? "closed" : "reset";
  Deno.test(`a response over HTTP/2 is ${verb} at each byte`, async () => {
    const { head, whole } = await http2Response();
    assert(head > 0 && head < whole.length);
    for (let count = 0; count <= whole.length; count++) {
      await onStage(async ({ client, accept, clock }) => {
        const asked = outcome(client.request(URL_ROOT));
        const { transport } = await accept();
        await transport.read(new Uint8Array(4096)); // the preface and the request
        for (let at = 0; at < count;) at += await transport.write(whole.subarray(at, count));
        await clock.settle();
        if (end === "close") transport.close();
        else transport.reset();
        const error = `NetworkError ${end === "close" ? "UNEXPECTED_EOF" : "ECONNRESET"}`;
        const expected = count < head
          ? [error]
          : count < whole.length
          ? [`200 ${error}`]
          : ["200 hello"];
        const got = await asked;
        assert(expected.includes(got), `after ${count} bytes of ${whole.length}: ${got}`);
      }, { protocol: "h2" });
    }
  });
}

/** What a server says to a first request, and how much of it has its response's head complete. */
async function http2Response(): Promise<{ head: number; whole: Uint8Array }> {
  const parts: Uint8Array[] = [];
  let head = 0;
  const take = (core: Http2ServerCore): void => {
    for (let bytes = core.transmit(); bytes !== undefined; bytes = core.transmit()) {
      parts.push(bytes.slice());
    }
  };
  const size = (): number => parts.reduce((sum, part) => sum + part.length, 0);
  await onStage(async ({ client, accept }) => {
    const asked = outcome(client.request(URL_ROOT));
    const { transport } = await accept();
    const core = new Http2ServerCore({ buffers: new BufferPool(), limits: DEFAULT_LIMITS });
    const into = new Uint8Array(4096);
    core.receive(into.subarray(0, await transport.read(into) ?? 0), 0);
    for (let event = core.next(); event !== undefined; event = core.next()) {
      if (event.type !== "request") continue;
      take(core);
      core.sendHead(event.streamId, 200, ["content-length", "5"]);
      take(core);
      head = size();
      core.sendData(event.streamId, new TextEncoder().encode("hello"));
      core.sendEnd(event.streamId);
      take(core);
    }
    for (const part of parts) await transport.write(part);
    assertEquals(await asked, "200 hello");
    transport.close();
  }, { protocol: "h2" });
  const whole = new Uint8Array(size());
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return { head, whole };
}

/** What a server sends instead of a response, and what it comes to. */
const LIES: Readonly<Record<string, readonly [said: string, outcome: string]>> = {
  "rubbish": ["220 mail.example ESMTP\r\n\r\n", "RemoteProtocolError BAD_STATUS_LINE"],
  "another version": ["HTTP/2 200\r\n\r\n", "RemoteProtocolError BAD_STATUS_LINE"],
  "a status of two digits": ["HTTP/1.1 99 A\r\n\r\n", "RemoteProtocolError BAD_STATUS_LINE"],
  "a field with a NUL": ["HTTP/1.1 200 OK\r\na: \0\r\n\r\n", "RemoteProtocolError BAD_FIELD"],
  "two lengths": [
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    "RemoteProtocolError BAD_CONTENT_LENGTH",
  ],
  "a length and chunks": [
    "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
    "RemoteProtocolError LENGTH_CONFLICT",
  ],
  "a chunk without a size": [
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nhello",
    "RemoteProtocolError BAD_CHUNK",
  ],
  "too long a field": [
    `HTTP/1.1 200 OK\r\na: ${"b".repeat(20_000)}`,
    "RemoteProtocolError FIELD_TOO_LARGE",
  ],
  "a switch that nobody asked for": [
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: a\r\n\r\n",
    "RemoteProtocolError UPGRADE_REFUSED",
  ],
};

for (const [name, [said, expected]] of Object.entries(LIES)) {
  Deno.test(`a server sends ${name}`, () =>
    onStage(async ({ client, accept }) => {
      const asked = outcome(client.request(URL_ROOT));
      const peer = await accept();
      await peer.head();
      await peer.send(said);
      assertEquals(await asked, expected);
      assertEquals(await peer.ended(), "closed");
    }));
}

Deno.test("a length that lies low leaves a connection that is used no more", () =>
  onStage(async ({ client, accept }) => {
    const asked = outcome(client.request(URL_ROOT));
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n");
    assertEquals(await asked, "200 ok");
    assertEquals(await peer.ended(), "closed");
    assertEquals(client.stats().idle, 0);
  }));

Deno.test("a server that has ended its half is answered no further, and asked nothing more", () =>
  onStage(async ({ client, accept, clock }) => {
    const asked = outcome(client.request(URL_ROOT, { method: "POST", body: new Uint8Array(10) }));
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    await peer.transport.closeWrite();
    assertEquals(await asked, "200 ok");
    await clock.settle();
    assertEquals(client.stats().idle, 0);
    assertEquals(await peer.ended(), "closed");
  }));

/** Silence from some point on, and which timeout it runs into. */
const SILENCES: Readonly<Record<string, readonly [said: string, outcome: string]>> = {
  "before the response": ["", "TimeoutError headers"],
  "within the head": ["HTTP/1.1 200 OK\r\ncontent-le", "TimeoutError headers"],
  "before the body": [
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n",
    "200 TimeoutError body",
  ],
  "within the body": [
    "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhe",
    "200 TimeoutError body",
  ],
  "within a chunk's head": [
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5",
    "200 TimeoutError body",
  ],
  "within the trailers": [
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx",
    "200 TimeoutError body",
  ],
};

const PATIENCE: ClientOptions = { timeouts: { headers: 1_000, body: 2_000 } };

for (const [name, [said, expected]] of Object.entries(SILENCES)) {
  Deno.test(`a server falls silent ${name}`, () =>
    onStage(async ({ client, accept, clock }) => {
      const asked = outcome(client.request(URL_ROOT));
      let over = false;
      asked.then(() => over = true);
      const peer = await accept();
      await peer.head();
      await peer.send(said);
      await clock.settle();
      await clock.advance(expected.includes("headers") ? 999 : 1_999);
      assertEquals(over, false);
      await clock.advance(2);
      assertEquals(await asked, expected);
      assertEquals(client.stats().active, 0);
    }, PATIENCE));
}

Deno.test("a request is given up at any moment, and its connection with it", async () => {
  const { head, body } = SAMPLES["chunks"];
  const whole = head + body;
  for (let count = 0; count < whole.length; count++) {
    await onStage(async ({ client, accept, clock }) => {
      const controller = new AbortController();
      const asked = outcome(client.request(URL_ROOT, { signal: controller.signal }));
      const peer = await accept();
      await peer.head();
      await peer.send(whole.slice(0, count));
      await clock.settle();
      controller.abort(new TypeError("Not any more"));
      const prefix = count < head.length ? "" : "200 ";
      assertEquals(await asked, `${prefix}TypeError undefined`);
      assertEquals(await peer.ended(), "closed");
      const { active, idle } = client.stats();
      assertEquals([active, idle], [0, 0]);
    });
  }
});

/** What a server over TCP does, once it has seen the head of a request. */
const ON_SOCKETS: readonly (readonly [string, (peer: Deno.TcpConn) => Promise<void>, string])[] = [
  ["closes before a response", () => Promise.resolve(), "NetworkError UNEXPECTED_EOF"],
  ["closes within the head", (peer) => say(peer, "HTTP/1.1 2"), "NetworkError UNEXPECTED_EOF"],
  [
    "closes within the body",
    (peer) => say(peer, "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhel"),
    "200 NetworkError UNEXPECTED_EOF",
  ],
  [
    "closes within a chunk",
    (peer) => say(peer, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhel"),
    "200 NetworkError UNEXPECTED_EOF",
  ],
  ...Object.entries(LIES).map(([name, [said, expected]]) =>
    [`sends ${name}`, (peer: Deno.TcpConn) => say(peer, said), expected] as const
  ),
];

for (const [name, play, expected] of ON_SOCKETS) {
  Deno.test(`on a real socket, a server ${name}`, () =>
    onSocket({}, async (url, client, accept) => {
      const asked = outcome(client.request(url));
      const peer = await accept();
      await play(peer);
      peer.close();
      assertEquals(await within(10_000, asked), expected);
    }));
}

for (const [name, [said, expected]] of Object.entries(SILENCES)) {
  Deno.test(`on a real socket, a server falls silent ${name}`, () =>
    onSocket({ timeouts: { headers: 60, body: 60 } }, async (url, client, accept) => {
      const asked = outcome(client.request(url));
      const peer = await accept();
      await say(peer, said);
      assertEquals(await within(10_000, asked), expected);
      peer.close();
    }));
}

Deno.test("on a real socket, a server resets while a request is on its way", () =>
  onSocket({}, async (url, client, accept) => {
    const body = new Uint8Array(8 * 1024 * 1024); // more than the system takes at once
    const asked = outcome(client.request(url, { method: "POST", body }));
    const peer = await accept();
    peer.close(); // with bytes that nobody has read
    const got = await within(10_000, asked);
    assert(/^NetworkError (ECONNRESET|EPIPE|UNEXPECTED_EOF)$/.test(got), got);
  }));

/** Runs a test against a server over TCP that has read the head of a request. */
async function onSocket(
  options: ClientOptions,
  run: (url: string, client: Client, accept: () => Promise<Deno.TcpConn>) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = new Client(options);
  const accept = async (): Promise<Deno.TcpConn> => {
    const peer = await listener.accept();
    await peer.read(new Uint8Array(4096));
    return peer;
  };
  try {
    await run(`http://127.0.0.1:${listener.addr.port}/`, client, accept);
    const { active, idle, opening, waiting } = client.stats();
    assertEquals([active, idle, opening, waiting], [0, 0, 0, 0]);
  } finally {
    client.close();
    listener.close();
  }
}

async function say(peer: Deno.TcpConn, text: string): Promise<void> {
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  for (let at = 0; at < bytes.length;) at += await peer.write(bytes.subarray(at));
}
