import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { stream, text, upgradeConnection } from "@avx/semantics/web";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "../support/assert.ts";
import { Driver } from "./driver.ts";

const GET = "GET / HTTP/1.1\r\nhost: h\r\n\r\n";

Deno.test("a connection answers, is kept, and answers again", async () => {
  const driver = new Driver((request) => text(new URL(request.url).pathname));
  await driver.send("GET /a HTTP/1.1\r\nhost: h\r\n\r\n");
  assertEquals(
    await driver.receive("/a"),
    "HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n" +
      "date: Sun, 06 Nov 1994 08:49:37 GMT\r\ncontent-length: 2\r\n\r\n/a",
  );
  assertEquals(driver.connection.idle, true);
  await driver.send("GET /b HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
  assertStringIncludes(await driver.rest(), "connection: close\r\n");
  assertEquals(driver.connection.requests, 2);
  await driver.end();
});

Deno.test("bytes that were read before are served first", async () => {
  const driver = new Driver(() => text("x"), { received: GET.slice(0, 20) });
  await driver.send(GET.slice(20));
  assertMatch(await driver.receive("\r\n\r\nx"), /^HTTP\/1\.1 200 OK/);
  await driver.end();
});

Deno.test("pipelined requests are answered in order, whichever handler is first", async () => {
  const answers: ((response: Response) => void)[] = [];
  const driver = new Driver(() => new Promise((resolve) => answers.push(resolve)));
  await driver.send(GET.repeat(3));
  await driver.settle();
  assertEquals(answers.length, 3);
  answers[2](text("third"));
  answers[1](stream(new Response("second").body!));
  await driver.settle();
  answers[0](new Response("first"));
  const received = await driver.receive("third");
  assertMatch(received, /first[^]*second[^]*third$/);
  await driver.end();
});

Deno.test("pipelined native responses leave in one write", async () => {
  const driver = new Driver(() => new Response("native"));
  await driver.send(GET.repeat(8));
  await driver.settle();
  const into = new Uint8Array(64 * 1024);
  const count = await driver.peer.read(into);
  const received = new TextDecoder().decode(into.subarray(0, count!));
  assertEquals(received.split("content-length: 6").length, 9);
  await driver.end();
});

Deno.test("a body is read as it comes, and echoed while it does", async () => {
  const driver = new Driver((request) => new Response(request.body));
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
  assertStringIncludes(await driver.receive("abc\r\n"), "transfer-encoding: chunked");
  await driver.send("2\r\nde\r\n");
  assertEquals(await driver.receive("de\r\n"), "2\r\nde\r\n");
  await driver.send("0\r\n\r\n");
  assertEquals(await driver.receive("0\r\n\r\n"), "0\r\n\r\n");
  await driver.end();
});

Deno.test("a handler that stops reading stops the peer", async () => {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const driver = new Driver(async (request) => {
    const reader = request.body!.getReader();
    await reader.read();
    await gate;
    let count = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      count += read.value.length;
    }
    return text(`${count > 0}`);
  });
  const size = 4 * 1024 * 1024;
  let sent = 0;
  const sending = (async () => {
    await driver.send(`POST / HTTP/1.1\r\nhost: h\r\ncontent-length: ${size}\r\n\r\n`);
    const part = new Uint8Array(64 * 1024);
    while (sent < size) sent += await driver.peer.write(part.subarray(0, size - sent));
  })();
  await driver.settle();
  const stopped = sent;
  assert(stopped < size / 2, `${stopped} bytes were taken from the peer`);
  await driver.settle();
  assertEquals(sent, stopped);
  go();
  await sending;
  assertStringIncludes(await driver.receive("true"), "200 OK");
  await driver.end();
});

Deno.test("the client is told to go on when the body is first wanted", async () => {
  const driver = new Driver(async (request) => text(await request.text()));
  await driver.send(
    "POST / HTTP/1.1\r\nhost: h\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n",
  );
  assertEquals(await driver.receive("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  await driver.send("ok");
  assertMatch(await driver.receive("ok"), /^HTTP\/1\.1 200 OK/);
  await driver.end();
});

Deno.test("a body that nobody reads is drained, and the next request served", async () => {
  const driver = new Driver((request) => text(request.method));
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\n");
  await driver.receive("POST");
  await driver.send(`12345${GET}`);
  assertMatch(await driver.receive("GET"), /^HTTP\/1\.1 200 OK/);
  await driver.end();
});

Deno.test("a body that nobody reads and that is too long to drain ends the connection", async () => {
  const driver = new Driver(() => text("enough"), { limits: { maxDrainBytes: 10 } });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 11\r\n\r\n1234567");
  const received = await driver.rest();
  assertStringIncludes(received, "connection: close");
  assertMatch(received, /enough$/);
  await driver.end();
});

Deno.test("a reader that goes on behind its response gets the rest of the body", async () => {
  let body: Promise<string> | undefined;
  const driver = new Driver((request) => {
    body = request.text();
    return text("early");
  });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nab");
  await driver.receive("early");
  await driver.send("cd");
  assertEquals(await body, "abcd");
  await driver.send(GET);
  await driver.receive("early");
  await driver.end();
});

Deno.test("a cancelled body is drained", async () => {
  const driver = new Driver(async (request) => {
    await request.body?.cancel();
    return text("done");
  });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\n");
  await driver.receive("done");
  await driver.send(`abcd${GET}`);
  await driver.receive("done");
  await driver.end();
});

Deno.test("a broken body fails its reader, and the core answers", async () => {
  let error: unknown;
  const driver = new Driver(async (request) => {
    await request.text().catch((caught) => error = caught);
    return text("too late");
  });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
  const received = await driver.rest();
  assertMatch(received, /^HTTP\/1\.1 400 /);
  assert(!received.includes("too late"));
  assertInstanceOf(error, RemoteProtocolError);
  assertEquals((error as RemoteProtocolError).code, "BAD_CHUNK");
  await driver.end();
});

Deno.test("a body that stalls fails its reader with a timeout", async () => {
  let error: unknown;
  const driver = new Driver(async (request) => {
    await request.text().catch((caught) => error = caught);
    return text("too late");
  }, { timeouts: { bodyMs: 1_000 } });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nab");
  await driver.clock.advance(1_100);
  assertMatch(await driver.rest(), /^HTTP\/1\.1 408 /);
  assertInstanceOf(error, TimeoutError);
  assertEquals((error as TimeoutError).phase, "body");
  await driver.end();
});

Deno.test("a body that nobody takes is not timed", async () => {
  let go = (): void => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  const driver = new Driver(async (request) => {
    await gate;
    return text(await request.text());
  }, { timeouts: { bodyMs: 1_000 } });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nab");
  await driver.clock.advance(5_000);
  go();
  await driver.settle();
  await driver.send("cd");
  assertMatch(await driver.receive("abcd"), /200 OK/);
  await driver.end();
});

Deno.test("a stream that fails does not look complete", async () => {
  const driver = new Driver(() =>
    stream(
      (async function* () {
        yield new TextEncoder().encode("part");
        await null;
        throw new Error("source broke");
      })(),
    )
  );
  await driver.send(GET);
  const received = await driver.rest();
  assertStringIncludes(received, "part\r\n");
  assert(!received.endsWith("0\r\n\r\n"));
  assertEquals((driver.errors[0] as Error).message, "source broke");
  await driver.end();
});

Deno.test("a stream waits for a peer that does not read", async () => {
  let made = 0;
  let stopped = false;
  const driver = new Driver(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          made += 64 * 1024;
          controller.enqueue(new Uint8Array(64 * 1024));
        },
        cancel() {
          stopped = true;
        },
      }, { highWaterMark: 0 }),
    )
  );
  await driver.send(GET);
  await driver.settle();
  const before = made;
  assert(before < 2 * 1024 * 1024, `${before} bytes were made`);
  await driver.settle();
  assertEquals(made, before);
  await driver.end();
  assertEquals(stopped, true);
});

Deno.test("a peer that never reads is ended by the write timeout", async () => {
  const body = new Uint8Array(8 * 1024 * 1024);
  let outcome: Promise<void> | undefined;
  const driver = new Driver((_request, info) => {
    outcome = info.completed;
    return new Response(body);
  }, { timeouts: { writeMs: 1_000 } });
  await driver.send(GET);
  await driver.settle();
  await driver.clock.advance(1_100);
  await driver.done;
  const error = await assertRejects(() => outcome!);
  assertEquals((error as TimeoutError).code, "WRITE_TIMEOUT");
  await driver.end();
});

Deno.test("a peer that goes away aborts the signals of its requests", async () => {
  const reasons: unknown[] = [];
  const driver = new Driver((request) => {
    return new Promise((resolve) => {
      request.signal.addEventListener("abort", () => {
        reasons.push(request.signal.reason);
        resolve(text("gone"));
      });
    });
  });
  await driver.send(GET.repeat(2));
  await driver.settle();
  await driver.end();
  assertEquals(reasons.length, 2);
  assertInstanceOf(reasons[0], NetworkError);
});

Deno.test("a peer that ended its half still gets its response", async () => {
  const driver = new Driver(async (request) => {
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return text("late but whole");
  });
  await driver.send(GET);
  await driver.peer.closeWrite();
  assertMatch(await driver.rest(), /late but whole$/);
  await driver.end();
});

Deno.test("completed settles when the response was written, or rejects", async () => {
  const outcomes: Promise<void>[] = [];
  const driver = new Driver((_request, info) => {
    outcomes.push(info.completed);
    return outcomes.length === 1 ? text("one") : new Promise<Response>(() => {});
  });
  await driver.send(GET);
  await driver.receive("one");
  await outcomes[0];
  await driver.send(GET);
  await driver.settle();
  driver.peer.reset();
  await driver.done;
  await assertRejects(() => outcomes[1], NetworkError);
  await driver.end();
});

Deno.test("an upgrade hands the transport over with what came behind the request", async () => {
  const driver = new Driver(async (request) => {
    await null;
    const { response, connection } = upgradeConnection(request, { protocol: "echo" });
    connection.then(async ({ transport, received }) => {
      await transport.write(received);
      const into = new Uint8Array(100);
      const count = await transport.read(into);
      await transport.write(into.subarray(0, count!));
      transport.close();
    });
    return response;
  });
  await driver.send(
    "GET / HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\nbehind",
  );
  const received = await driver.receive("behind");
  assertMatch(received, /^HTTP\/1\.1 101 Switching Protocols\r\n/);
  assertStringIncludes(received, "connection: upgrade\r\n");
  await driver.done;
  await driver.send("more");
  assertEquals(await driver.rest(), "more");
  driver.peer.close();
});

Deno.test("shutdown lets what is in flight finish and closes", async () => {
  let answer = (_response: Response): void => {};
  const driver = new Driver(() => new Promise((resolve) => answer = resolve));
  await driver.send(GET);
  await driver.settle();
  driver.connection.shutdown();
  await driver.settle();
  answer(text("last"));
  const received = await driver.rest();
  assertStringIncludes(received, "connection: close");
  assertMatch(received, /last$/);
  await driver.end();
});

Deno.test("shutdown closes an idle connection at once", async () => {
  const driver = new Driver(() => text("x"));
  await driver.send(GET);
  await driver.receive("x");
  driver.connection.shutdown();
  assertEquals(await driver.rest(), "");
  await driver.end();
});

Deno.test("close ends everything at once", async () => {
  let signal: AbortSignal | undefined;
  const driver = new Driver((request) => {
    signal = request.signal;
    return new Promise(() => {});
  });
  await driver.send(GET);
  await driver.settle();
  driver.connection.close();
  driver.connection.close();
  await driver.done;
  assertEquals(signal!.aborted, true);
  await driver.end();
});

Deno.test("a broken request is answered and nothing behind it read", async () => {
  let calls = 0;
  const driver = new Driver(() => {
    calls++;
    return text("x");
  });
  await driver.send(`GET / HTTP/1.1\r\nhost: h\r\nbad field: x\r\n\r\n${GET}`);
  const received = await driver.rest();
  assertMatch(received, /^HTTP\/1\.1 400 Bad Request\r\n/);
  assertEquals(received.split("HTTP/1.1").length, 2);
  assertEquals(calls, 0);
  await driver.end();
});

Deno.test("interim responses go out at once, in their exchange's turn", async () => {
  const answers: ((response: Response) => void)[] = [];
  const driver = new Driver((request, info) => {
    info.informational(103, { link: `<${new URL(request.url).pathname}>` });
    return new Promise((resolve) => answers.push(resolve));
  });
  await driver.send("GET /1 HTTP/1.1\r\nhost: h\r\n\r\nGET /2 HTTP/1.1\r\nhost: h\r\n\r\n");
  assertEquals(
    await driver.receive("\r\n\r\n"),
    "HTTP/1.1 103 Early Hints\r\nlink: </1>\r\n\r\n",
  );
  answers[0](text("one"));
  assertMatch(await driver.receive("link: </2>\r\n\r\n"), /one(HTTP\/1\.1 103 Early Hints)/);
  answers[1](text("two"));
  await driver.receive("two");
  await driver.end();
});

Deno.test("trailers go both ways", async () => {
  const driver = new Driver(async (request, info) => {
    const body = await request.text();
    const trailers = await info.trailers;
    info.setTrailers({ "x-sum": `${trailers.get("x-count")}!` });
    return text(body);
  });
  await driver.send(
    "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nx-count: 2\r\n\r\n",
  );
  assertMatch(await driver.receive("\r\n\r\n"), /2\r\nab\r\n0\r\nx-sum: 2!\r\n\r\n$/);
  await driver.end();
});

Deno.test("an observer hears of connection, requests and violations", async () => {
  const heard: string[] = [];
  const driver = new Driver(() => text("x"), {
    observer: {
      "connection.open": ({ role, protocol }) => void heard.push(`open ${role} ${protocol}`),
      "request.start": ({ method, target }) => void heard.push(`start ${method} ${target}`),
      "request.end": ({ status, error }) => void heard.push(`end ${status} ${error}`),
      "protocol.error": ({ code }) => void heard.push(`violation ${code}`),
      "connection.close": ({ requests }) => void heard.push(`close ${requests}`),
    },
  });
  await driver.send(`${GET}GET / HTTP/1.1\r\n\r\n`);
  await driver.rest();
  await driver.end();
  assertEquals(heard, [
    "open server http/1.1",
    "start GET /",
    "end 200 undefined",
    "violation BAD_HOST",
    "close 1",
  ]);
});

Deno.test("a body that is too large to collect is refused to its reader, at the limit it is not", async () => {
  const driver = new Driver((request) => request.text().then(text), {
    maxBufferedBodyBytes: 4,
    onError: (error) => text((error as Error).name, { status: 413 }),
  });
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 4\r\n\r\nabcd");
  assertMatch(await driver.receive("abcd"), /200 OK/);
  await driver.send("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 5\r\n\r\nabcde");
  assertMatch(await driver.receive("BodyTooLargeError"), /413 Content Too Large/);
  await driver.end();
});
