import type { BodySource } from "@avx/semantics/body-source";
import { BufferPool } from "@avx/runtime/buffer-pool";
import {
  type LinkFaults,
  ManualClock,
  memoryPair,
  type MemoryTransport,
} from "@avx/runtime/memory";
import type { Address, Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import {
  type Http1ClientConfig,
  Http1ClientConnection,
  type Http1Exchange,
  type Http1Request,
  type ResponseHead,
} from "../../http1/client_connection.ts";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { assertEquals, assertThrows } from "../support/assert.ts";

const GET: Http1Request = {
  method: "GET",
  target: "/",
  lines: ["host", "a.example"],
  body: undefined,
  length: undefined,
  expectContinue: false,
  upgrade: false,
};

/** A transport whose peer takes nothing more after the first write. */
class Deaf implements Transport {
  readonly #inner: Transport;
  #writes = 0;

  constructor(inner: Transport) {
    this.#inner = inner;
  }

  readonly tls = undefined;
  readonly encrypted = false;

  get localAddr(): Address {
    return this.#inner.localAddr;
  }

  get remoteAddr(): Address {
    return this.#inner.remoteAddr;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#inner.read(into);
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#writes++ === 0) return this.#inner.write(bytes);
    return Promise.reject(Object.assign(new Error("Broken pipe"), { code: "EPIPE" }));
  }

  closeWrite(): Promise<void> {
    return this.#inner.closeWrite();
  }

  close(): void {
    this.#inner.close();
  }

  handshake(): Promise<void> {
    return Promise.resolve();
  }

  ref(): void {}

  unref(): void {}
}

/** An exchange that writes down what it is told. */
class Notes implements Http1Exchange {
  readonly request: Http1Request;
  readonly told: string[] = [];
  body: BodySource | undefined;

  constructor(request: Http1Request = GET) {
    this.request = request;
  }

  informed(head: ResponseHead): void {
    this.told.push(`informed ${head.status}`);
  }

  answered(head: ResponseHead, body: Uint8Array | BodySource | undefined): void {
    const whole = body === undefined || body instanceof Uint8Array;
    if (!whole) this.body = body;
    const text = whole ? new TextDecoder().decode(body) : "…";
    this.told.push(`answered ${head.status} ${text}`.trim());
  }

  finished(error: unknown): void {
    this.told.push(`finished ${nameOf(error)}`);
  }

  upgraded(head: ResponseHead, _: unknown, received: Uint8Array): void {
    this.told.push(`upgraded ${head.status} ${new TextDecoder().decode(received)}`);
  }

  failed(error: unknown, progress: string): void {
    this.told.push(`failed ${nameOf(error)} ${progress}`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : `${error}`;
}

interface Bench {
  readonly connection: Http1ClientConnection;
  readonly peer: MemoryTransport;
  readonly clock: ManualClock;
  readonly owner: string[];
  send(text: string): Promise<void>;
}

async function onBench(
  run: (bench: Bench) => Promise<void>,
  faults: { forward?: LinkFaults; backward?: LinkFaults; deaf?: true } = {},
): Promise<void> {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const [inner, peer] = memoryPair({ clock, ...faults });
  const transport = faults.deaf ? new Deaf(inner) : inner;
  const owner: string[] = [];
  const config: Http1ClientConfig = {
    limits: DEFAULT_LIMITS,
    buffers: new BufferPool(),
    timers,
    timeouts: {
      requestMs: 100,
      headersMs: 1_000,
      bodyMs: 1_000,
      idleMs: 10_000,
      continueMs: 50,
    },
  };
  const connection = new Http1ClientConnection(transport, config, {
    released: () => void owner.push("released"),
    closed: (_, error) => void owner.push(`closed ${nameOf(error)}`),
  });
  async function send(text: string): Promise<void> {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await peer.write(bytes.subarray(at));
    await clock.settle();
  }
  try {
    await run({ connection, peer, clock, owner, send });
  } finally {
    connection.close();
    peer.close();
    await clock.settle();
    assertEquals(connection.state, "closed");
    assertEquals(timers.size, 0);
  }
}

Deno.test("client connection goes from new to active to idle and round again", async () => {
  await onBench(async ({ connection, owner, send, clock }) => {
    assertEquals(connection.state, "new");
    for (let turn = 1; turn <= 3; turn++) {
      const exchange = new Notes();
      connection.start(exchange, clock.now());
      assertEquals([connection.state, connection.requests], ["active", turn]);
      await send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      assertEquals(exchange.told, ["answered 200 ok"]);
      assertEquals(connection.state, "idle");
    }
    assertEquals(owner, ["released", "released", "released"]);
  });
});

Deno.test("client connection takes one exchange at a time", async () => {
  await onBench(async ({ connection, clock }) => {
    connection.start(new Notes(), clock.now());
    assertThrows(() => connection.start(new Notes(), clock.now()), TypeError, '"active"');
    connection.close();
    assertThrows(() => connection.start(new Notes(), clock.now()), TypeError, '"closed"');
    await clock.settle();
  });
});

Deno.test("client connection stays as it is when a request cannot travel", async () => {
  await onBench(async ({ connection, clock, send }) => {
    const bad = new Notes({ ...GET, lines: ["host", "a", "x y", "1"] });
    assertThrows(() => connection.start(bad, clock.now()), TypeError);
    assertEquals(connection.state, "new");
    const good = new Notes();
    connection.start(good, clock.now());
    await send("HTTP/1.1 204 No Content\r\n\r\n");
    assertEquals(good.told, ["answered 204"]);
  });
});

Deno.test("client connection gives a body in parts to who pulls it", async () => {
  await onBench(async ({ connection, owner, send, clock }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
    assertEquals(exchange.told, ["answered 200 …"]);
    assertEquals(exchange.body?.pull(), new TextEncoder().encode("ab"));
    assertEquals(owner, []);
    const next = exchange.body?.pull();
    await send("cd");
    assertEquals(await next, new TextEncoder().encode("cd"));
    assertEquals(exchange.told, ["answered 200 …", "finished undefined"]);
    assertEquals(exchange.body?.pull(), undefined);
    assertEquals(owner, ["released"]);
  });
});

Deno.test("client connection reads the same response in pieces of every size", async () => {
  const response = "HTTP/1.1 103 Early Hints\r\n\r\n" +
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  for (const maxReadBytes of [1, 2, 3, 7, 50, 1_000]) {
    await onBench(async ({ connection, send, clock }) => {
      const exchange = new Notes();
      connection.start(exchange, clock.now());
      await send(response);
      let text = "";
      for (let chunk = await exchange.body?.pull(); chunk; chunk = await exchange.body?.pull()) {
        text += new TextDecoder().decode(chunk);
      }
      assertEquals(text, "abcde");
      assertEquals(exchange.told[0], "informed 103");
      assertEquals(connection.state, "idle");
    }, { backward: { maxReadBytes } });
  }
});

Deno.test("client connection writes its request in pieces of every size", async () => {
  for (const maxWriteBytes of [1, 5, 1_000]) {
    await onBench(async ({ connection, peer, clock }) => {
      const body = new TextEncoder().encode("hello");
      connection.start(new Notes({ ...GET, method: "POST", body }), clock.now());
      await clock.settle();
      const into = new Uint8Array(4096);
      const count = await peer.read(into);
      const text = new TextDecoder().decode(into.subarray(0, count ?? 0));
      assertEquals(text.startsWith("POST / HTTP/1.1\r\nhost: a.example\r\n"), true);
      assertEquals(text.endsWith("\r\n\r\nhello"), true);
    }, { forward: { maxWriteBytes } });
  }
});

Deno.test("client connection says how far a failed exchange came", async () => {
  await onBench(async ({ connection, peer, clock }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await clock.settle();
    peer.close();
    await clock.settle();
    assertEquals(exchange.told, ["failed NetworkError unanswered"]);
  });
  await onBench(async ({ connection, peer, clock, owner }) => {
    peer.close();
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await clock.settle();
    assertEquals(exchange.told.length, 1);
    assertEquals(exchange.told[0].startsWith("failed NetworkError un"), true);
    assertEquals(owner.length, 1);
  });
  await onBench(async ({ connection, clock, send }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await send("HTTP/1.1 200 OK\r\nbad line\r\n\r\n");
    assertEquals(exchange.told, ["failed RemoteProtocolError answered"]);
  });
});

Deno.test("client connection notices its end before its first request", async () => {
  await onBench(async ({ connection, peer, clock, owner }) => {
    connection.watch();
    await peer.closeWrite();
    await clock.settle();
    assertEquals([connection.state, ...owner], ["closed", "closed undefined"]);
  });
  await onBench(async ({ connection, clock, owner }) => {
    connection.watch();
    await clock.advance(9_000);
    assertEquals(connection.state, "new");
    await clock.advance(1_100);
    assertEquals([connection.state, ...owner], ["closed", "closed undefined"]);
    connection.watch();
  });
});

Deno.test("client connection hands its transport over with what came behind", async () => {
  await onBench(async ({ connection, send, clock, owner }) => {
    const lines = [...GET.lines, "upgrade", "echo"];
    const exchange = new Notes({ ...GET, lines, upgrade: true });
    connection.start(exchange, clock.now());
    await send(
      "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nhi",
    );
    assertEquals(exchange.told, ["upgraded 101 hi"]);
    assertEquals([connection.state, ...owner], ["closed", "closed undefined"]);
    connection.transport.close();
  });
});

Deno.test("client connection refuses an upgrade that nobody asked for", async () => {
  await onBench(async ({ connection, send, clock }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n");
    assertEquals(exchange.told, ["failed RemoteProtocolError answered"]);
  });
});

Deno.test("client connection ignores what concerns an exchange that is over", async () => {
  await onBench(async ({ connection, send, clock }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nab");
    const { body } = exchange;
    await send("cd");
    connection.abandon(exchange, new Error("late"));
    body?.pull();
    body?.cancel();
    assertEquals(connection.state, "idle");
  });
});

Deno.test("client connection survives a reset at every byte of a response", async () => {
  const response = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
  for (let at = 0; at < response.length; at++) {
    await onBench(async ({ connection, peer, clock, owner }) => {
      const exchange = new Notes();
      connection.start(exchange, clock.now());
      const bytes = new TextEncoder().encode(response);
      await peer.write(bytes).catch(() => {});
      await clock.settle();
      const pulled = exchange.body === undefined ? undefined : await (async () => {
        for (let chunk = await exchange.body!.pull(); chunk; chunk = await exchange.body!.pull());
      })().catch(nameOf);
      await clock.settle();
      const last = exchange.told.at(-1)!;
      assertEquals(/NetworkError/.test(last), true, `${at}: ${exchange.told}`);
      if (exchange.body !== undefined) assertEquals(pulled, "NetworkError");
      assertEquals(owner.length, 1);
    }, { backward: { resetAfterBytes: at } });
  }
});

function longUpload(): Http1Request {
  const chunk = new Uint8Array(10_000);
  const body = { read: () => Promise.resolve(chunk), cancel() {} };
  return { ...GET, method: "POST", body };
}

Deno.test("client connection reads the answer of a peer that takes no more", async () => {
  await onBench(async ({ connection, clock, send, owner }) => {
    const exchange = new Notes(longUpload());
    connection.start(exchange, clock.now());
    await clock.settle();
    assertEquals([connection.state, exchange.told.length], ["active", 0]);
    await send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno");
    assertEquals(exchange.told, ["answered 413 no"]);
    assertEquals(owner, ["closed undefined"]);
  }, { deaf: true });
});

Deno.test("client connection does not wait for ever for a peer that takes no more", async () => {
  await onBench(async ({ connection, clock }) => {
    const exchange = new Notes(longUpload());
    connection.start(exchange, clock.now());
    await clock.advance(1_001);
    assertEquals(exchange.told, ["failed TimeoutError unanswered"]);
  }, { deaf: true });
});

Deno.test("client connection ends with the last of two answers to one request", async () => {
  await onBench(async ({ connection, clock, send, owner }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n\r\n");
    assertEquals(exchange.told, ["answered 200 ok"]);
    assertEquals([connection.state, ...owner], ["closed", "closed undefined"]);
  });
});

Deno.test("client connection ends when the peer does, behind a complete answer", async () => {
  await onBench(async ({ connection, clock, peer, send, owner }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    await send("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    await peer.closeWrite();
    await clock.settle();
    assertEquals(exchange.told, ["answered 200 ok"]);
    assertEquals([connection.state, ...owner], ["closed", "released", "closed undefined"]);
  });
});

Deno.test("client connection never touches a chunk that it gave away", async () => {
  await onBench(async ({ connection, peer, clock }) => {
    const exchange = new Notes();
    connection.start(exchange, clock.now());
    const size = 300_000;
    const bytes = Uint8Array.from(
      { length: size },
      (_, index) => (index * 7 + (index >> 8)) & 0xff,
    );
    const head = new TextEncoder().encode(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
    await peer.write(head);
    const sending = (async () => {
      for (let at = 0; at < size;) at += await peer.write(bytes.subarray(at));
    })();
    await clock.settle();
    const chunks: Uint8Array[] = [];
    const body = exchange.body!;
    for (let chunk = await body.pull(); chunk; chunk = await body.pull()) chunks.push(chunk);
    await sending;
    let at = 0;
    for (const chunk of chunks) {
      assertEquals(chunk, bytes.slice(at, at + chunk.length));
      at += chunk.length;
    }
    assertEquals([at, connection.state], [size, "idle"]);
  });
});
