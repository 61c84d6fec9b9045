import { ConnectError, type StackError, TimeoutError, TlsError } from "@avx/runtime/errors";
import type { MemoryTransport } from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import { ProxyError } from "@avx/semantics/errors";
import type { ClientOptions } from "@avx/client";
import { assertEquals, assertInstanceOf, assertRejects } from "../../support/assert.ts";
import { assertTimeout, later, onStage, Peer, type Stage, type StageOptions } from "../stage.ts";

const PROXY = "http://me:pw@proxy.example:3128";
const SECURE = "https://a.example/x";
const ALPN = { cert: "", alpnProtocols: ["http/1.1"], outcome: "complete" } as const;
const TLS = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;

interface ProxyStage extends Stage {
  /** The next connection to the proxy. */
  proxied(): Promise<Peer>;
}

/** A stage with somebody who listens where the proxy is. */
function withProxy(
  run: (stage: ProxyStage) => Promise<void>,
  options: StageOptions & { readonly tls?: ClientOptions["tls"] } = {},
  overTls = false,
): Promise<void> {
  return onStage(async (stage) => {
    const listener = stage.listen("proxy.example", 3128, overTls ? TLS : undefined);
    await run({ ...stage, proxied: async () => new Peer(await listener.accept()) });
  }, { proxy: overTls ? PROXY.replace("http:", "https:") : PROXY, ...options });
}

function bytes(...values: number[]): string {
  return String.fromCharCode(...values);
}

async function answered(
  stage: Stage,
  peer: Peer,
  asked: Promise<{ status: number }>,
): Promise<void> {
  await peer.answer("ok");
  assertEquals((await asked).status, 200);
  await stage.clock.settle();
}

Deno.test("a proxy opens a tunnel, and TLS goes through it to the server", async () => {
  await withProxy(async (stage) => {
    const asked = later(stage.client.request(SECURE));
    const peer = await stage.proxied();
    assertEquals(
      await peer.head(),
      "CONNECT a.example:443 HTTP/1.1\r\nhost: a.example:443\r\n" +
        "proxy-authorization: Basic bWU6cHc=\r\n\r\n",
    );
    stage.network.expectTls(peer.transport, ALPN);
    await peer.send("HTTP/1.1 200 OK\r\n\r\n");
    const head = await peer.head();
    assertEquals(head.startsWith("GET /x HTTP/1.1\r\n"), true);
    assertEquals(head.includes("proxy-authorization"), false);
    assertEquals(peer.transport.tls?.serverName, "a.example");
    await answered(stage, peer, asked);
  });
});

Deno.test("a proxy is given requests to clear-text servers, and kept", async () => {
  await withProxy(async (stage) => {
    let peer: Peer | undefined;
    for (const path of ["/1", "/2"]) {
      const asked = later(stage.client.request(`http://a.example${path}`));
      peer ??= await stage.proxied();
      const head = await peer.head();
      assertEquals(
        head.startsWith(`GET http://a.example${path} HTTP/1.1\r\nhost: a.example\r\n`),
        true,
      );
      assertEquals(head.includes("proxy-authorization: Basic bWU6cHc=\r\n"), true);
      await answered(stage, peer, asked);
      assertEquals((await asked).url, `http://a.example${path}`);
    }
  });
});

Deno.test("what a proxy that was given a request answers itself is a response", async () => {
  await withProxy(async (stage) => {
    const asked = later(stage.client.request("http://a.example/"));
    const peer = await stage.proxied();
    await peer.head();
    await peer.send("HTTP/1.1 407 Who?\r\ncontent-length: 0\r\n\r\n");
    assertEquals((await asked).status, 407);
  });
});

Deno.test("an upgrade in clear text goes through a tunnel", async () => {
  await withProxy(async (stage) => {
    const asked = later(stage.client.request("http://a.example/x", { upgrade: "test" }));
    const peer = await stage.proxied();
    assertEquals((await peer.head()).startsWith("CONNECT a.example:80 "), true);
    await peer.send("HTTP/1.1 200 OK\r\n\r\n");
    assertEquals((await peer.head()).startsWith("GET /x HTTP/1.1\r\n"), true);
    await peer.send("HTTP/1.1 101 Yes\r\nupgrade: test\r\nconnection: upgrade\r\n\r\n");
    const { upgrade } = await asked;
    upgrade?.transport.close();
  });
});

Deno.test("TLS goes to an https proxy, and through it again", async () => {
  const log: string[] = [];
  const observer: Observer = {
    "connect.end": ({ hostname }) => log.push(`connect ${hostname}`),
    "proxy.start": ({ proxy, target }) => log.push(`ask ${proxy} ${target}`),
    "proxy.end": ({ error }) => log.push(`proxy ${error}`),
    "tls.end": ({ serverName }) => log.push(`tls ${serverName}`),
  };
  await withProxy(
    async (stage) => {
      const asked = later(stage.client.request(SECURE));
      const peer = await stage.proxied();
      await peer.head();
      assertEquals(peer.transport.tls?.serverName, "proxy.example");
      stage.network.expectTls(peer.transport, ALPN);
      await peer.send("HTTP/1.1 200 OK\r\n\r\n");
      await peer.head();
      assertEquals(peer.transport.tls?.serverName, "a.example");
      await answered(stage, peer, asked);
    },
    { observer },
    true,
  );
  assertEquals(log, [
    "connect proxy.example",
    "tls proxy.example",
    "ask https://proxy.example:3128#1 a.example:443",
    "proxy undefined",
    "tls a.example",
  ]);
});

Deno.test("a SOCKS proxy gets a name or an address, as its scheme says", async () => {
  const dns = {
    resolve: (name: string) => {
      return name === "a.example" ? ["2001:db8::7", "192.0.2.7"] : ["192.0.2.9"];
    },
  };
  const name = [3, 9, ...new TextEncoder().encode("a.example")];
  for (const [scheme, address] of [["socks5h", name], ["socks5", [1, 192, 0, 2, 7]]] as const) {
    await onStage(async (stage) => {
      const listener = stage.listen("192.0.2.9", 1080);
      const asked = later(stage.client.request("http://a.example/x"));
      const peer = new Peer(await listener.accept());
      assertEquals(await peer.read(4), bytes(5, 2, 0, 2));
      await peer.send(bytes(5, 2));
      assertEquals(await peer.read(7), bytes(1, 2, 109, 101, 2, 112, 119));
      await peer.send(bytes(1, 0));
      assertEquals(await peer.read(5 + address.length), bytes(5, 1, 0, ...address, 0, 80));
      await peer.send(bytes(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
      assertEquals((await peer.head()).startsWith("GET /x HTTP/1.1\r\n"), true);
      await answered(stage, peer, asked);
    }, { dns, happyEyeballs: { prefer: "ipv4" }, proxy: `${scheme}://me:pw@proxy.example` });
  }
});

Deno.test("a name that is too long for a SOCKS proxy leaves no connection to it", async () => {
  const dns = { resolve: () => ["192.0.2.9"] };
  await onStage(async (stage) => {
    const listener = stage.listen("192.0.2.9", 1080);
    const asked = later(stage.client.request(`http://${"a.".repeat(150)}example/`));
    const peer = new Peer(await listener.accept());
    await assertRejects(() => asked, ConnectError);
    assertEquals(await peer.ended(), "closed");
  }, { dns, proxy: "socks5h://proxy.example" });
});

/** What a proxy does, and the error that the caller gets. */
interface Fault {
  readonly name: string;
  readonly play: (peer: Peer, stage: ProxyStage) => Promise<void>;
  readonly code: string;
  readonly status?: number;
}

const FAULTS: readonly Fault[] = [
  {
    name: "refuses",
    play: (peer) => peer.send("HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nno!\n"),
    code: "PROXY_REFUSED",
    status: 403,
  },
  {
    name: "cannot reach the server",
    play: (peer) => peer.send("HTTP/1.1 502 Bad Gateway\r\n\r\n"),
    code: "PROXY_REFUSED",
    status: 502,
  },
  {
    name: "wants to know who asks",
    play: (peer) => peer.send("HTTP/1.1 407 Who?\r\nproxy-authenticate: Basic\r\n\r\n"),
    code: "PROXY_AUTHENTICATION_REQUIRED",
    status: 407,
  },
  { name: "talks rubbish", play: (peer) => peer.send("\x16\x03\x01"), code: "PROXY_INVALID_REPLY" },
  {
    name: "talks too much",
    play: (peer) => peer.send(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(20_000)}`),
    code: "PROXY_REPLY_TOO_LARGE",
  },
  {
    name: "closes",
    play: (peer) => Promise.resolve(peer.transport.close()),
    code: "PROXY_CLOSED",
  },
  {
    name: "closes in the middle of its answer",
    play: async (peer) => {
      await peer.send("HTTP/1.1 200 OK\r\n");
      peer.transport.close();
    },
    code: "PROXY_CLOSED",
  },
  {
    name: "resets the connection",
    play: (peer) => Promise.resolve(peer.transport.reset()),
    code: "ECONNRESET",
  },
];

for (const { name, play, code, status } of FAULTS) {
  Deno.test(`a proxy that ${name} is a documented error and leaves nothing`, async () => {
    await withProxy(async (stage) => {
      const asked = later(stage.client.request(SECURE));
      const peer = await stage.proxied();
      await peer.head();
      await play(peer, stage).catch(() => {}); // it may have been hung up on
      const error = await assertRejects(() => asked, ConnectError);
      assertEquals(error.code, code);
      if (code.startsWith("PROXY_")) assertInstanceOf(error, ProxyError);
      assertEquals((error as ProxyError).status, status);
      if (!peer.transport.closed) await peer.ended(); // hangs if the client left it open
    });
  });
}

Deno.test("a proxy that is silent times out in phase connect", async () => {
  for (const answer of ["", "HTTP/1.1 200 O", "HTTP/1.1 100 Continue\r\n\r\n"]) {
    await withProxy(async (stage) => {
      const asked = later(stage.client.request(SECURE));
      const peer = await stage.proxied();
      await peer.head();
      await peer.send(answer);
      await stage.clock.advance(101);
      await assertTimeout(asked, "connect");
      await peer.ended();
    }, { timeouts: { connect: 100 } });
  }
});

Deno.test("a proxy that answers byte by byte is as good as another", async () => {
  await withProxy(async (stage) => {
    const asked = later(stage.client.request("http://a.example/x", { upgrade: "test" }));
    const peer = await stage.proxied();
    await peer.head();
    for (const byte of "HTTP/1.1 200 OK\r\nvia: x\r\n\r\n") await peer.send(byte);
    await peer.head();
    await peer.send("HTTP/1.1 101 Yes\r\nupgrade: test\r\nconnection: upgrade\r\n\r\n");
    (await asked).upgrade?.transport.close();
  }, { plan: () => ({ faults: { maxReadBytes: 1, maxWriteBytes: 1 } }) });
});

Deno.test("a caller that gives up closes the connection to the proxy", async () => {
  await withProxy(async (stage) => {
    const controller = new AbortController();
    const asked = later(stage.client.request(SECURE, { signal: controller.signal }));
    const peer = await stage.proxied();
    await peer.head();
    controller.abort(new RangeError("enough"));
    await assertRejects(() => asked, RangeError, "enough");
    await peer.ended();
  });
});

Deno.test("TLS that fails is a TlsError, with the proxy and with the server", async () => {
  await withProxy(
    async (stage) => {
      const asked = later(stage.client.request(SECURE));
      const peer = await stage.proxied();
      await assertRejects(() => asked, TlsError);
      await peer.ended();
    },
    { plan: () => ({ handshake: "fail" }) },
    true,
  );
  await withProxy(async (stage) => {
    const asked = later(stage.client.request(SECURE));
    const peer = await stage.proxied();
    await peer.head();
    stage.network.expectTls(peer.transport, { ...ALPN, outcome: "fail" });
    await peer.send("HTTP/1.1 200 OK\r\n\r\n");
    await assertRejects(() => asked, TlsError);
    await peer.ended();
  });
});

Deno.test("a server behind a proxy that is silent times out in phase tls", async () => {
  await withProxy(async (stage) => {
    const asked = later(stage.client.request(SECURE));
    const peer = await stage.proxied();
    await peer.head();
    stage.network.expectTls(peer.transport, { ...ALPN, outcome: "stall" });
    await peer.send("HTTP/1.1 200 OK\r\n\r\n");
    await stage.clock.advance(101);
    const error = await assertRejects(() => asked, TimeoutError);
    assertEquals(error.phase, "tls");
    await peer.ended();
  }, { timeouts: { tls: 100 } });
});

const SOCKS_FAULTS: readonly (readonly [reply: readonly number[], code: string])[] = [
  [[5, 0xff], "PROXY_AUTHENTICATION_REQUIRED"],
  [[5, 0, 5, 2], "PROXY_REFUSED"],
  [[5, 0, 5, 5, 0, 1, 0, 0, 0, 0, 0, 0], "ECONNREFUSED"],
  [[5, 0, 5, 4], "EHOSTUNREACH"],
  [[72, 84], "PROXY_INVALID_REPLY"],
];

for (const [reply, code] of SOCKS_FAULTS) {
  Deno.test(`a SOCKS proxy that answers ${reply} is the error ${code}`, async () => {
    await onStage(async (stage) => {
      const listener = stage.listen("proxy.example", 1080);
      const asked = later(stage.client.request("http://a.example/"));
      const peer = new Peer(await listener.accept() as MemoryTransport);
      await peer.read(3);
      await peer.send(bytes(...reply)).catch(() => {});
      const error: StackError = await assertRejects(() => asked, ProxyError);
      assertEquals(error.code, code);
      await peer.ended();
    }, { proxy: "socks5h://proxy.example" });
  });
}

Deno.test("a proxy that nobody finds or that refuses connections is a ConnectError", async () => {
  await onStage(async ({ client }) => {
    const error = await assertRejects(() => client.request(SECURE), ConnectError);
    assertEquals(error.code, "ECONNREFUSED");
  }, { proxy: PROXY });
  await onStage(async ({ client }) => {
    const error = await assertRejects(() => client.request(SECURE), ConnectError);
    assertEquals(error.code, "ENOTFOUND");
  }, { proxy: PROXY, dns: { resolve: () => [] } });
});

Deno.test("a request through a proxy can be given up at any moment, and leaves nothing", async () => {
  const outcomes = new Set<string>();
  for (let step = 0; step < 150; step++) {
    await withProxy(async (stage) => {
      const controller = new AbortController();
      const asked = later(stage.client.request(SECURE, { signal: controller.signal }));
      const playing = stage.proxied().then(async (peer) => {
        await peer.head();
        stage.network.expectTls(peer.transport, ALPN);
        await peer.send("HTTP/1.1 200 OK\r\n\r\n");
        await peer.head();
        await peer.answer("ok");
        return peer;
      });
      const played = playing.catch(() => undefined);
      for (let turn = 0; turn < step; turn++) await Promise.resolve();
      controller.abort(new RangeError("enough"));
      const outcome = await asked.then(() => "answered", (error) => String(error));
      outcomes.add(outcome);
      stage.client.close();
      await stage.clock.settle();
      if (outcome !== "answered") assertEquals(outcome, "RangeError: enough");
      // Where it never came to a connection, nobody has anything to end.
      if (stage.network.attempts > 0) await (await played)?.ended();
    });
  }
  assertEquals([...outcomes].sort(), ["RangeError: enough", "answered"]);
});
