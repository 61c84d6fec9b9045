import { Client, type ClientResponse } from "@avx/client";
import {
  AbortError,
  ConnectError,
  NetworkError,
  TimeoutError,
  type TimeoutPhase,
  TlsError,
} from "@avx/runtime/errors";
import { LocalProtocolError, PoolClosedError, RemoteProtocolError } from "@avx/semantics/errors";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { onStage, Peer, type Stage, URL_ROOT } from "./stage.ts";

async function assertTimeout(promise: Promise<unknown>, phase: TimeoutPhase): Promise<void> {
  const error = await assertRejects(() => promise, TimeoutError);
  assertEquals(error.phase, phase);
}

/** A promise that nobody has to handle yet. */
function later<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

Deno.test("client sends a request and gives its response whole", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(`${URL_ROOT}/path?query=1#fragment`);
    const peer = await accept();
    assertEquals(
      await peer.head(),
      "GET /path?query=1 HTTP/1.1\r\nhost: a.example\r\naccept: */*\r\nuser-agent: avx\r\n\r\n",
    );
    await peer.answer("hello", "X-Note: one");
    const response = await asked;
    assertEquals([response.status, response.statusText], [200, "OK"]);
    assertEquals(response.protocol, "http/1.1");
    assertEquals(response.headers.get("x-note"), "one");
    assertEquals(response.headers.nameAt(1), "X-Note");
    assertEquals(response.remoteAddr.transport, "tcp");
    assertEquals(response.upgrade, undefined);
    assertEquals(response.trailers, undefined);
    assertEquals(await response.body.text(), "hello");
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client uses a connection again, and sends the same head again", async () => {
  await onStage(async ({ client, accept, network }) => {
    let peer: Peer | undefined;
    const heads = new Set<string>();
    for (let turn = 0; turn < 5; turn++) {
      const asked = client.request(`${URL_ROOT}/`);
      peer ??= await accept();
      heads.add(await peer.head());
      await peer.answer(`turn ${turn}`);
      const response = await asked;
      assertEquals(await response.body.text(), `turn ${turn}`);
      assertEquals(response.timings.reused, turn > 0);
    }
    assertEquals(heads.size, 1);
    assertEquals(network.attempts, 1);
  });
});

Deno.test("client sends bodies with their length, and streams chunked", async () => {
  await onStage(async ({ client, accept }) => {
    let asked = client.request(URL_ROOT, { method: "POST", body: "grüß" });
    const peer = await accept();
    const head = await peer.head();
    assertStringIncludes(head, "content-type: text/plain;charset=UTF-8\r\n");
    assertStringIncludes(head, "content-length: 6\r\n");
    assertEquals(await peer.read(6), "gr\xc3\xbc\xc3\x9f");
    await peer.answer("");
    assertEquals(await (await asked).body.text(), "");
    const parts = async function* (): AsyncGenerator<string> {
      yield "ab";
      yield "";
      yield await Promise.resolve("cde");
    };
    asked = client.request(URL_ROOT, { method: "PUT", body: parts() });
    assertStringIncludes(await peer.head(), "transfer-encoding: chunked\r\n");
    assertEquals(await peer.read(20), "2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n");
    await peer.answer("done");
    assertEquals(await (await asked).body.text(), "done");
  });
});

Deno.test("client sends a stream plain where its length is announced", async () => {
  await onStage(async ({ client, accept }) => {
    const body = new Blob(["abc"]).stream();
    const asked = client.request(URL_ROOT, {
      method: "POST",
      body,
      headers: { "Content-Length": "3" },
    });
    const peer = await accept();
    assertStringIncludes(await peer.head(), "content-length: 3\r\n");
    assertEquals(await peer.read(3), "abc");
    await peer.answer("");
    await asked;
  });
});

Deno.test("client fails a stream that breaks its word about its length", async () => {
  for (const [length, text] of [["4", "abc"], ["2", "abc"]]) {
    await onStage(async ({ client, accept }) => {
      const asked = later(client.request(URL_ROOT, {
        method: "POST",
        body: new Blob([text]).stream(),
        headers: { "content-length": length },
      }));
      const peer = await accept();
      await peer.head();
      await assertRejects(() => asked, LocalProtocolError);
      await peer.ended();
    });
  }
});

Deno.test("client says content-length 0 where a body would mean something", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT, { method: "post" });
    const peer = await accept();
    const head = await peer.head();
    assertStringIncludes(head, "POST / HTTP/1.1\r\n");
    assertStringIncludes(head, "content-length: 0\r\n");
    await peer.answer("");
    await asked;
    const deleted = client.request(URL_ROOT, { method: "DELETE" });
    assertEquals((await peer.head()).includes("content-length"), false);
    await peer.answer("");
    await deleted;
  });
});

Deno.test("client lets the caller's fields win over its own", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT, {
      headers: new Headers({ Accept: "text/css", host: "b.example", "x-one": "1" }),
    });
    const peer = await accept();
    const head = await peer.head();
    assertEquals(head.match(/accept:/gi)?.length, 1);
    assertEquals(head.match(/host:/gi)?.length, 1);
    assertStringIncludes(head, "accept: text/css\r\n");
    assertStringIncludes(head, "host: b.example\r\n");
    assertStringIncludes(head, "x-default: yes\r\n");
    await peer.answer("");
    await asked;
  }, { headers: { "x-default": "yes", accept: "text/html" } });
});

Deno.test("client rejects what cannot be a request, and opens nothing for it", async () => {
  await onStage(async ({ client, network }) => {
    await assertRejects(() => client.request("not a url"), TypeError);
    await assertRejects(() => client.request("ftp://a.example/"), TypeError);
    await assertRejects(() => client.request("http://u:p@a.example/"), TypeError, "credentials");
    await assertRejects(() => client.request(URL_ROOT, { body: "x" }), TypeError, "GET");
    await assertRejects(() => client.request(URL_ROOT, { method: "A B" }), TypeError, "token");
    await assertRejects(() => client.request(URL_ROOT, { method: "CONNECT" }), TypeError, "proxy");
    await assertRejects(() => client.request(URL_ROOT, { headers: { "a\n": "" } }), TypeError);
    const lying = { method: "POST", body: "abc", headers: { "content-length": "4" } };
    await assertRejects(() => client.request(URL_ROOT, lying), TypeError, "content-length");
    const coded = { method: "POST", body: "abc", headers: { "transfer-encoding": "gzip" } };
    await assertRejects(() => client.request(URL_ROOT, coded), TypeError, "transfer-encoding");
    assertEquals(network.attempts, 0);
  });
});

Deno.test("client streams a response as it arrives, with its trailers", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    const response = await asked;
    const chunks = response.body[Symbol.asyncIterator]();
    const decoder = new TextDecoder();
    assertEquals(decoder.decode((await chunks.next()).value as Uint8Array), "abc");
    assertEquals(response.timings.totalMs, undefined);
    const next = chunks.next();
    await peer.send("2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n");
    assertEquals(decoder.decode((await next).value as Uint8Array), "de");
    assertEquals((await chunks.next()).done, true);
    assertEquals(response.trailers?.get("x-sum"), "5");
    assertEquals(response.timings.totalMs, 0);
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client stops reading when the caller does", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    const size = 4 * 1024 * 1024;
    await peer.send(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
    let sent = 0;
    const chunk = new Uint8Array(64 * 1024);
    const sending = (async () => {
      while (sent < size) sent += await peer.transport.write(chunk.subarray(0, size - sent));
    })();
    const response = await asked;
    await clock.advance(300_000); // nobody reads: no timeout either
    assert(sent < 512 * 1024, `the sender was not stopped: ${sent} bytes`);
    let received = 0;
    for await (const part of response.body) received += part.length;
    await sending;
    assertEquals(received, size);
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client stops pulling an upload when the peer stops reading", async () => {
  await onStage(async ({ client, accept, clock }) => {
    let pulled = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (; pulled < 64; pulled++) yield await Promise.resolve(new Uint8Array(64 * 1024));
    };
    const asked = client.request(URL_ROOT, { method: "POST", body: body() });
    const peer = await accept();
    await clock.settle();
    assert(pulled < 10, `pulled ${pulled} chunks`);
    const into = new Uint8Array(256 * 1024);
    while (pulled < 64) await peer.transport.read(into);
    await clock.settle();
    await peer.answer("done");
    assertEquals(await (await asked).body.text(), "done");
  });
});

Deno.test("client reads a response while it still uploads", async () => {
  await onStage(async ({ client, accept }) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    const asked = client.request(URL_ROOT, { method: "POST", body: readable });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
    const response = await asked;
    const chunks = response.body[Symbol.asyncIterator]();
    for (const word of ["one", "two"]) {
      await writer.write(encoder.encode(word));
      assertEquals(await peer.read(8), `3\r\n${word}\r\n`);
      await peer.send(`3\r\n${word}\r\n`);
      assertEquals((await chunks.next()).value, encoder.encode(word));
    }
    await writer.close();
    assertEquals(await peer.read(5), "0\r\n\r\n");
    await peer.send("0\r\n\r\n");
    assertEquals((await chunks.next()).done, true);
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client gives an upload up when the response is complete before it", async () => {
  await onStage(async ({ client, accept }) => {
    let reason: unknown = "none";
    const body = new ReadableStream<Uint8Array>({ cancel: (given) => void (reason = given) });
    const asked = client.request(URL_ROOT, { method: "POST", body });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 413 Content Too Large\r\ncontent-length: 2\r\n\r\nno");
    const response = await asked;
    assertEquals([response.status, await response.body.text()], [413, "no"]);
    await peer.ended();
    assertEquals(reason, undefined);
    assertEquals(client.stats().idle, 0);
  });
});

Deno.test("client gets an early response from a peer that no longer reads", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const body = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield await Promise.resolve(new Uint8Array(64 * 1024));
    };
    const asked = later(client.request(URL_ROOT, { method: "POST", body: body() }));
    const peer = await accept();
    await peer.send("HTTP/1.1 401 Unauthorized\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
    assertEquals((await asked).status, 401);
    await clock.settle();
    await peer.ended();
  });
});

Deno.test("client rejects with what an upload fails with", async () => {
  await onStage(async ({ client, accept }) => {
    const body = async function* (): AsyncGenerator<string> {
      yield await Promise.resolve("ab");
      throw new RangeError("no more");
    };
    const asked = later(client.request(URL_ROOT, { method: "POST", body: body() }));
    const peer = await accept();
    await assertRejects(() => asked, RangeError, "no more");
    await peer.ended();
  });
});

Deno.test("client waits for 100 Continue before it sends a body", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.request(URL_ROOT, { method: "POST", body: "abc", expectContinue: true });
    const peer = await accept();
    assertStringIncludes(await peer.head(), "expect: 100-continue\r\n");
    await clock.settle();
    assertEquals(peer.rest, "");
    await peer.send("HTTP/1.1 100 Continue\r\n\r\n");
    assertEquals(await peer.read(3), "abc");
    await peer.answer("ok");
    assertEquals(await (await asked).body.text(), "ok");
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client sends a body when 100 Continue does not come", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.request(URL_ROOT, {
      method: "POST",
      body: "abc",
      headers: { expect: "100-continue" },
    });
    const peer = await accept();
    await peer.head();
    const body = peer.read(3);
    await clock.advance(1_001);
    assertEquals(await body, "abc");
    await peer.answer("ok");
    await asked;
  });
});

Deno.test("client keeps a body that is refused", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT, { method: "POST", body: "abc", expectContinue: true });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 417 Expectation Failed\r\ncontent-length: 0\r\n\r\n");
    assertEquals((await asked).status, 417);
    await peer.ended();
    assertEquals(peer.rest, "");
    assertEquals(client.stats().idle, 0);
  });
});

Deno.test("client tells of interim responses", async () => {
  await onStage(async ({ client, accept }) => {
    const seen: [number, string | undefined][] = [];
    const asked = client.request(URL_ROOT, {
      onInformational: ({ status, headers }) => seen.push([status, headers.get("link")]),
    });
    const peer = await accept();
    await peer.head();
    await peer.send(
      "HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n",
    );
    await peer.answer("ok");
    assertEquals((await asked).status, 200);
    assertEquals(seen, [[103, "</a.css>"], [102, undefined]]);
  });
});

Deno.test("client rejects with what a listener for interim responses throws", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = later(client.request(URL_ROOT, {
      onInformational: () => {
        throw new RangeError("mine");
      },
    }));
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 103 Early Hints\r\n\r\n");
    await assertRejects(() => asked, RangeError, "mine");
    await peer.ended();
  });
});

Deno.test("client hands a connection over when the peer switches protocols", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT, { upgrade: "echo" });
    const peer = await accept();
    const head = (await peer.head()).toLowerCase();
    assertStringIncludes(head, "upgrade: echo\r\n");
    assertStringIncludes(head, "connection: upgrade\r\n");
    await peer.send(
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\nhi",
    );
    const response = await asked;
    assertEquals(response.status, 101);
    const { transport, received } = response.upgrade!;
    assertEquals(new TextDecoder().decode(received), "hi");
    assertEquals(client.stats().active, 0);
    await transport.write(new TextEncoder().encode("yo"));
    assertEquals(await peer.read(2), "yo");
    transport.close();
    await peer.ended();
  });
});

Deno.test("client takes an ordinary answer to a request for an upgrade", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT, { upgrade: "echo" });
    const peer = await accept();
    await peer.head();
    await peer.answer("no");
    const response = await asked;
    assertEquals([response.status, response.upgrade], [200, undefined]);
    assertEquals(await response.body.text(), "no");
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client talks to an HTTP/1.0 server", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.0 200 OK\r\n\r\nuntil the end");
    const response = await asked;
    assertEquals(response.protocol, "http/1.0");
    const text = response.body.text();
    await peer.transport.closeWrite();
    assertEquals(await text, "until the end");
    await peer.ended();
    assertEquals(client.stats().idle, 0);
  });
});

Deno.test("client closes a connection that the peer wants closed", async () => {
  await onStage(async ({ client, accept, network }) => {
    for (let turn = 1; turn <= 2; turn++) {
      const asked = client.request(URL_ROOT);
      const peer = await accept();
      await peer.head();
      await peer.answer("bye", "connection: close");
      assertEquals(await (await asked).body.text(), "bye");
      await peer.ended();
      assertEquals(network.attempts, turn);
    }
  });
});

Deno.test("client drops an idle connection that ends or receives bytes", async () => {
  for (const spoil of ["end", "bytes"]) {
    await onStage(async ({ client, accept, network, clock }) => {
      for (let turn = 1; turn <= 2; turn++) {
        const asked = client.request(URL_ROOT);
        const peer = await accept();
        await peer.head();
        await peer.answer("ok");
        assertEquals(await (await asked).body.text(), "ok");
        assertEquals(client.stats().idle, 1);
        if (spoil === "end") await peer.transport.closeWrite();
        else await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil");
        await clock.settle();
        assertEquals(client.stats().idle, 0);
        await peer.ended();
        assertEquals(network.attempts, turn);
      }
    });
  }
});

Deno.test("client drops a connection with bytes behind a complete response", async () => {
  await onStage(async ({ client, accept }) => {
    const first = client.request(`${URL_ROOT}/1`);
    const second = client.request(`${URL_ROOT}/2`);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n1HTTP/1.1 200 OK\r\n");
    assertEquals(await (await first).body.text(), "1");
    await peer.ended();
    const other = await accept();
    await other.head();
    await other.answer("2");
    assertEquals(await (await second).body.text(), "2");
  }, { maxConnectionsPerOrigin: 1 });
});

async function useOnce(stage: Stage): Promise<Peer> {
  const asked = stage.client.request(URL_ROOT);
  const peer = await stage.accept();
  await peer.head();
  await peer.answer("ok");
  assertEquals((await asked).status, 200);
  return peer;
}

Deno.test("client sends again what found its idle connection dead", async () => {
  await onStage(async (stage) => {
    const { client, accept, network } = stage;
    const peer = await useOnce(stage);
    // The end and the request pass each other on the way.
    peer.transport.close();
    const asked = client.request(URL_ROOT, { method: "PUT", body: "again" });
    const fresh = await accept();
    await fresh.head();
    assertEquals(await fresh.read(5), "again");
    await fresh.answer("ok");
    const response = await asked;
    assertEquals(response.status, 200);
    assertEquals(response.timings.reused, false);
    assertEquals(network.attempts, 2);
  });
});

Deno.test("client sends nothing twice that was sent and is not idempotent", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const asked = later(stage.client.request(URL_ROOT, { method: "POST", body: "once" }));
    await peer.head();
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 1);
  });
});

Deno.test("client sends nothing twice after a part of the response", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const asked = later(stage.client.request(URL_ROOT));
    await peer.head();
    await peer.send("HTTP/1.1 200");
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 1);
  });
});

Deno.test("client sends nothing twice that failed on a fresh connection", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const asked = later(stage.client.request(URL_ROOT));
    await peer.head();
    peer.transport.close();
    const fresh = await stage.accept();
    await fresh.head();
    fresh.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 2);
  });
});

Deno.test("client reads a stream once, so it is not sent again", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const body = new Blob(["abc"]).stream();
    const asked = later(stage.client.request(URL_ROOT, { method: "PUT", body }));
    await peer.head();
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 1);
  });
});

Deno.test("client says what breaks a response off", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const response = await asked;
    peer.transport.close();
    await assertRejects(() => response.body.text(), NetworkError);
  });
  await onStage(async ({ client, accept }) => {
    const asked = later(client.request(URL_ROOT));
    const peer = await accept();
    await peer.head();
    await peer.send("SSH-2.0-OpenSSH_9.6\r\n");
    await assertRejects(() => asked, RemoteProtocolError);
    await peer.ended();
  });
  await onStage(async ({ client, accept }) => {
    const asked = later(client.request(URL_ROOT));
    const peer = await accept();
    await peer.head();
    peer.transport.reset();
    await assertRejects(() => asked, NetworkError);
  });
});

Deno.test("client says why there is no connection", async () => {
  await onStage(async ({ client }) => {
    const error = await assertRejects(() => client.request(URL_ROOT), ConnectError);
    assertEquals(error.code, "ECONNREFUSED");
    await assertRejects(() => client.request("http://nobody.example/"), ConnectError);
  }, { plan: () => ({ refuse: "ECONNREFUSED" }) });
});

Deno.test("client times out in phase connect", async () => {
  await onStage(async ({ client, clock }) => {
    const asked = later(client.request(URL_ROOT));
    await clock.advance(50);
    assertEquals(client.stats().opening, 1);
    await clock.advance(60);
    await assertTimeout(asked, "connect");
  }, { plan: () => ({ delayMs: Infinity }), timeouts: { connect: 100 } });
});

const TLS = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;

Deno.test("client talks over TLS, and times out in phase tls", async () => {
  await onStage(async ({ client, listen }) => {
    const listener = listen("a.example", 443, TLS);
    const asked = client.request("https://a.example/");
    const peer = new Peer(await listener.accept());
    await peer.head();
    await peer.answer("secret");
    assertEquals(await (await asked).body.text(), "secret");
  });
  for (const handshake of ["stall", "fail"] as const) {
    await onStage(async ({ client, clock, listen }) => {
      const listener = listen("a.example", 443, TLS);
      const asked = later(client.request("https://a.example/"));
      await listener.accept();
      await clock.advance(101);
      if (handshake === "stall") await assertTimeout(asked, "tls");
      else await assertRejects(() => asked, TlsError);
    }, { plan: () => ({ handshake }), timeouts: { tls: 100 } });
  }
});

Deno.test("client times out in phase pool, and only where no connection is being opened", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    const second = later(client.request(URL_ROOT));
    assertEquals(client.stats().waiting, 1);
    await clock.advance(101);
    await assertTimeout(second, "pool");
    await peer.answer("ok");
    assertEquals((await first).status, 200);
  }, { maxConnectionsPerOrigin: 1, timeouts: { pool: 100 } });
  await onStage(async ({ client, clock }) => {
    const first = later(client.request(URL_ROOT));
    const second = later(client.request(URL_ROOT));
    await clock.advance(50);
    await clock.advance(52);
    await assertTimeout(first, "connect");
    await clock.advance(30); // the second one's attempt is under way by now
    assertEquals(client.stats().opening, 1);
    await clock.advance(80);
    await assertTimeout(second, "connect");
  }, {
    maxConnectionsPerOrigin: 1,
    plan: () => ({ delayMs: Infinity }),
    timeouts: { pool: 120, connect: 100 },
  });
});

Deno.test("client times out in phase request when the peer takes no more", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const body = new Uint8Array(1024 * 1024);
    const asked = later(client.request(URL_ROOT, { method: "POST", body }));
    const peer = await accept();
    await clock.advance(90);
    await peer.transport.read(new Uint8Array(128 * 1024));
    await clock.advance(90);
    assertEquals(client.stats().active, 1);
    await clock.advance(20);
    await assertTimeout(asked, "request");
    await peer.ended();
  }, { timeouts: { request: 100 } });
});

Deno.test("client times out in phase headers, anew after each interim response", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = later(client.request(URL_ROOT));
    const peer = await accept();
    await peer.head();
    await clock.advance(90);
    await peer.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 2");
    await clock.advance(90);
    assertEquals(client.stats().active, 1);
    await clock.advance(20);
    await assertTimeout(asked, "headers");
    await peer.ended();
  }, { timeouts: { headers: 100 } });
});

Deno.test("client times out in phase headers after an upload, not during it", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const asked = later(client.request(URL_ROOT, { method: "POST", body: readable }));
    const peer = await accept();
    await peer.head();
    await clock.advance(1_000);
    await writable.close();
    await peer.read(5);
    await clock.advance(90);
    assertEquals(client.stats().active, 1);
    await clock.advance(20);
    await assertTimeout(asked, "headers");
  }, { timeouts: { headers: 100 } });
});

Deno.test("client times out in phase body between chunks", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const response = await asked;
    const text = later(response.body.text());
    await clock.advance(90);
    await peer.send("def");
    await clock.advance(90);
    assertEquals(client.stats().active, 1);
    await clock.advance(20);
    await assertTimeout(text, "body");
    await peer.ended();
  }, { timeouts: { body: 100 } });
});

Deno.test("client times out in phase total, wherever the request is", async () => {
  const timeouts = { total: 100 };
  await onStage(async ({ client, clock }) => {
    const asked = later(client.request(URL_ROOT));
    await clock.advance(101);
    await assertTimeout(asked, "total");
  }, { timeouts, plan: () => ({ delayMs: Infinity }) });
  await onStage(async ({ client, accept, clock }) => {
    const asked = later(client.request(URL_ROOT, { timeout: 200 }));
    const peer = await accept();
    await peer.head();
    await clock.advance(101);
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const text = later((await asked).body.text());
    await clock.advance(100);
    await assertTimeout(text, "total");
    await peer.ended();
  }, { timeouts });
  await onStage(async ({ client, accept, clock }) => {
    const first = later(client.request(URL_ROOT, { timeout: 50 }));
    const second = later(client.request(URL_ROOT, { timeout: 60 }));
    await (await accept()).head();
    await clock.advance(61);
    await assertTimeout(first, "total");
    await assertTimeout(second, "total");
  }, { timeouts, maxConnectionsPerOrigin: 1 });
});

Deno.test("client closes a connection that is idle for too long", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    await stage.clock.advance(900);
    assertEquals(stage.client.stats().idle, 1);
    await stage.clock.advance(101);
    assertEquals(stage.client.stats().idle, 0);
    await peer.ended();
  }, { timeouts: { idle: 1_000 } });
});

Deno.test("client believes the peer about how long it waits", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("ok", "keep-alive: timeout=5, max=100");
    await asked;
    await clock.advance(3_900);
    assertEquals(client.stats().idle, 1);
    await clock.advance(200);
    assertEquals(client.stats().idle, 0);
    await peer.ended();
  });
});

Deno.test("client retires connections by age and by number of requests", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    await peer.ended();
    await useOnce(stage);
    assertEquals(stage.network.attempts, 2);
  }, { maxRequestsPerConnection: 1 });
  await onStage(async (stage) => {
    const { client, clock } = stage;
    const peer = await useOnce(stage);
    await clock.advance(2_000);
    const asked = client.request(URL_ROOT);
    await peer.head();
    await peer.answer("old");
    await asked;
    await peer.ended();
    assertEquals(client.stats().idle, 0);
  }, { maxConnectionAge: 1_000 });
});

Deno.test("client serves waiters in order and opens no more than it may", async () => {
  await onStage(async ({ client, accept, network }) => {
    const order: number[] = [];
    const all = [1, 2, 3, 4].map(async (number) => {
      const response = await client.request(`${URL_ROOT}/${number}`);
      order.push(number);
      return await response.body.text();
    });
    const peer = await accept();
    for (const number of [1, 2, 3, 4]) {
      assertStringIncludes(await peer.head(), `GET /${number} `);
      await peer.answer(`${number}`);
    }
    assertEquals(await Promise.all(all), ["1", "2", "3", "4"]);
    assertEquals(order, [1, 2, 3, 4]);
    assertEquals(network.attempts, 1);
  }, { maxConnectionsPerOrigin: 1 });
});

type Abort = (stage: Stage, controller: AbortController) => Promise<() => Promise<unknown>>;

const PHASES: Record<string, Abort> = {
  "before it starts": async ({ client }, controller) => {
    controller.abort();
    const asked = later(client.request(URL_ROOT, { signal: controller.signal }));
    return await Promise.resolve(() => asked);
  },
  "while it connects": async ({ client, clock }, controller) => {
    const url = "http://slow.example/";
    const asked = later(client.request(url, { signal: controller.signal }));
    await clock.advance(10);
    assertEquals(client.stats().opening, 1);
    return () => asked;
  },
  "while it waits in the pool": async ({ client, accept }, controller) => {
    later(client.request(URL_ROOT));
    await (await accept()).head();
    const asked = later(client.request(URL_ROOT, { signal: controller.signal }));
    assertEquals(client.stats().waiting, 1);
    return () => asked;
  },
  "while it uploads": async ({ client, accept }, controller) => {
    const body = new ReadableStream<Uint8Array>();
    const { signal } = controller;
    const asked = later(client.request(URL_ROOT, { method: "POST", body, signal }));
    await (await accept()).head();
    return () => asked;
  },
  "while it waits for the head": async ({ client, accept }, controller) => {
    const asked = later(client.request(URL_ROOT, { signal: controller.signal }));
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\n");
    return () => asked;
  },
  "while it reads the body": async ({ client, accept }, controller) => {
    const asked = client.request(URL_ROOT, { signal: controller.signal });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const text = later((await asked).body.text());
    return () => text;
  },
  "while the body waits to be read": async ({ client, accept }, controller) => {
    const asked = client.request(URL_ROOT, { signal: controller.signal });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const response: ClientResponse = await asked;
    return () => response.body.text();
  },
};

for (const [phase, begin] of Object.entries(PHASES)) {
  Deno.test(`client gives a request up ${phase} and leaves nothing`, async () => {
    await onStage(async (stage) => {
      const controller = new AbortController();
      const outcome = await begin(stage, controller);
      controller.abort(new RangeError("enough"));
      const error = await outcome().then(() => undefined, (reason) => reason);
      assert(error === controller.signal.reason, `rejects with the reason, not ${error}`);
      await stage.clock.settle();
      const { opening } = stage.client.stats();
      assertEquals(opening, 0);
    }, {
      maxConnectionsPerOrigin: 1,
      plan: (target) =>
        "hostname" in target && target.hostname === "slow.example"
          ? { delayMs: Infinity }
          : undefined,
    });
  });
}

Deno.test("client leaves a finished request alone when its signal is aborted", async () => {
  await onStage(async ({ client, accept }) => {
    const controller = new AbortController();
    const asked = client.request(URL_ROOT, { signal: controller.signal });
    const peer = await accept();
    await peer.head();
    await peer.answer("ok");
    const response = await asked;
    controller.abort();
    assertEquals(await response.body.text(), "ok");
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client reads a small rest of a body given up, and closes on a large one", async () => {
  for (const [size, kept] of [[10, 1], [10_000_000, 0]]) {
    await onStage(async ({ client, accept, clock }) => {
      const asked = client.request(URL_ROOT);
      const peer = await accept();
      await peer.head();
      await peer.send(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\nabc`);
      const response = await asked;
      response.body.cancel();
      await assertRejects(() => response.body.text(), TypeError);
      if (kept === 1) await peer.send("defghij");
      await clock.settle();
      assertEquals(client.stats().idle, kept);
    });
  }
});

Deno.test("client does not wait for ever for the rest of a body given up", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    (await asked).body.cancel();
    await clock.advance(101);
    assertEquals(client.stats().active, 0);
    await peer.ended();
  }, { timeouts: { body: 100 } });
});

Deno.test("client that is closed ends everything at once", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const idle = client.request(URL_ROOT);
    const first = await accept();
    await first.head();
    await first.answer("ok");
    await idle;
    const active = later(client.request(URL_ROOT));
    await first.head();
    const reading = client.request(URL_ROOT);
    const second = await accept();
    await second.head();
    await second.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const text = later((await reading).body.text());
    const waiting = later(client.request(URL_ROOT));
    client.close();
    client.close();
    for (const one of [active, text, waiting, client.request(URL_ROOT), client.fetch(URL_ROOT)]) {
      await assertRejects(() => one, PoolClosedError);
    }
    await clock.settle();
    await first.ended();
    await second.ended();
  }, { maxConnectionsPerOrigin: 2 });
});

Deno.test("client can be disposed of", async () => {
  const client = new Client();
  await client[Symbol.asyncDispose]();
  await assertRejects(() => client.request(URL_ROOT), PoolClosedError);
});

Deno.test("client goes to a unix socket whatever the URL says", async () => {
  await onStage(async ({ client, network }) => {
    const listener = network.listen({ path: "/run/a.sock" });
    const asked = client.request("http://anything.example/x");
    const peer = new Peer(await listener.accept());
    assertStringIncludes(await peer.head(), "host: anything.example\r\n");
    await peer.answer("ok");
    assertEquals(await (await asked).body.text(), "ok");
    listener.close();
  }, { socketPath: "/run/a.sock" });
});

Deno.test("client tells its observer what happens", async () => {
  const seen: string[] = [];
  const note = (name: string) => (event: object) => {
    const { connectionId: _c, requestId: _r, durationMs: _d, origin: _o, ...rest } =
      event as Record<
        string,
        unknown
      >;
    seen.push(`${name} ${JSON.stringify(rest)}`);
  };
  const observer = {
    "connection.open": note("open"),
    "connection.close": note("close"),
    "request.start": note("start"),
    "request.end": note("end"),
    "pool.wait": note("wait"),
    "pool.acquire": note("acquire"),
    "pool.release": note("release"),
  };
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(`${URL_ROOT}/1`);
    const second = client.request(`${URL_ROOT}/2`);
    const peer = await accept();
    await peer.head();
    await peer.answer("1");
    await first;
    await peer.head();
    await peer.answer("2", "connection: close");
    await second;
    await clock.settle();
  }, { observer, maxConnectionsPerOrigin: 1 });
  assertEquals(seen, [
    'wait {"waiting":2}',
    'open {"role":"client","protocol":"http/1.1","encrypted":false}',
    'acquire {"reused":false}',
    'start {"method":"GET","target":"/1"}',
    'release {"kept":true}',
    'acquire {"reused":true}',
    'start {"method":"GET","target":"/2"}',
    'end {"status":200}',
    'release {"kept":false}',
    'close {"requests":2}',
    'end {"status":200}',
  ]);
});

Deno.test("client keeps its limits and its promises under many requests at once", async () => {
  await onStage(async ({ client, listener, clock }) => {
    let open = 0;
    let most = 0;
    const serving = (async () => {
      for (;;) {
        const transport = await listener.accept().catch(() => undefined);
        if (transport === undefined) return;
        open++;
        most = Math.max(most, open);
        (async () => {
          const peer = new Peer(transport);
          try {
            for (let turn = 0; turn < 7; turn++) {
              const [, number] = (await peer.head()).match(/^GET \/(\d+) /)!;
              await peer.answer(number);
            }
          } catch {
            // the client has closed
          }
          open--;
          transport.close();
        })();
      }
    })();
    const texts = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const response = await client.request(`${URL_ROOT}/${index}`);
      return await response.body.text();
    }));
    assertEquals(texts, Array.from({ length: 200 }, (_, index) => `${index}`));
    assert(most <= 5);
    client.close();
    listener.close();
    await clock.settle();
    await serving;
  }, { maxConnectionsPerOrigin: 5 });
});

Deno.test("client rejects with an AbortError where a signal has no reason", async () => {
  await onStage(async ({ client }) => {
    const signal = Object.create(AbortSignal.abort(), { reason: { value: undefined } });
    Object.defineProperty(signal, "aborted", { value: true });
    await assertRejects(() => client.request(URL_ROOT, { signal }), AbortError);
  });
});
