import { Client } from "@avx/client";
import { NetworkError } from "@avx/runtime/errors";
import { LocalProtocolError, PoolClosedError, RemoteProtocolError } from "@avx/semantics/errors";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { assertTimeout, later, onStage, type Peer, URL_ROOT, useOnce } from "./stage.ts";

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
