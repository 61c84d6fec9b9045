import { text } from "@avx/semantics/web";
import { assert, assertEquals, assertMatch } from "../support/assert.ts";
import { until, within } from "../support/deadline.ts";
import { connected, get } from "../support/raw_connection.ts";
import { serving } from "../support/serving.ts";

Deno.test("rawHeaders keep wire order, wire case and duplicates", async () => {
  let seen: (readonly [string, string])[] = [];
  await serving((_request, info) => {
    seen = [...info.rawHeaders];
    return text("ok");
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/", "X-Second: 2", "x-FIRST: 1", "X-Second:  two  "));
      await peer.readHead();
    });
  });
  assertEquals(seen, [
    ["Host", "localhost"],
    ["X-Second", "2"],
    ["x-FIRST", "1"],
    ["X-Second", "two"],
  ]);
});

Deno.test("rawHeaders stay valid after the handler has waited and more has arrived", async () => {
  const seen: string[] = [];
  await serving(async (request, info) => {
    await request.text();
    await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
    seen.push(`${info.rawHeaders.get("x-number")} ${request.headers.get("x-number")}`);
    return text("ok");
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      for (let number = 0; number < 50; number++) {
        const body = "x".repeat(number * 100);
        await peer.write(
          `POST / HTTP/1.1\r\nHost: a\r\nX-Number: ${number}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
        );
      }
      for (let number = 0; number < 50; number++) await peer.readUntil("ok");
    });
  });
  assertEquals(seen, Array.from({ length: 50 }, (_, number) => `${number} ${number}`));
});

Deno.test("informational sends 103 ahead of the final response", async () => {
  await serving((_request, info) => {
    info.informational(103, { link: "</style.css>; rel=preload" });
    info.informational(102);
    return text("final");
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      assertEquals(
        (await peer.readHead()).toLowerCase(),
        "http/1.1 103 early hints\r\nlink: </style.css>; rel=preload\r\n\r\n",
      );
      assertMatch(await peer.readHead(), /^HTTP\/1\.1 102 /);
      assertMatch(await peer.readHead(), /^HTTP\/1\.1 200 OK\r\n/);
      assertEquals(await peer.readUntil("final"), "final");
    });
  });
});

Deno.test("informational arrives before an asynchronous handler has answered", async () => {
  let answer = () => {};
  const asked = new Promise<void>((resolve) => answer = resolve);
  await serving(async (_request, info) => {
    info.informational(103, { link: "</a>" });
    await asked;
    return text("final");
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      assertMatch(await peer.readHead(), /^HTTP\/1\.1 103 /);
      answer();
      assertMatch(await peer.readHead(), /^HTTP\/1\.1 200 /);
    });
  });
});

Deno.test("request trailers arrive once the body was read", async () => {
  await serving(async (request, info) => {
    const body = await request.text();
    const trailers = await info.trailers;
    return text(`${body} ${trailers.get("x-checksum")}`);
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n" +
          "5\r\nhello\r\n0\r\nX-Checksum: abc\r\n\r\n",
      );
      await peer.readHead();
      assertEquals(await peer.readUntil("abc"), "hello abc");
    });
  });
});

Deno.test("response trailers follow the last chunk", async () => {
  await serving((_request, info) => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode("hello"));
        info.setTrailers({ "x-checksum": "abc" });
        controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { trailer: "x-checksum" } });
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/", "TE: trailers"));
      assertMatch((await peer.readHead()).toLowerCase(), /\r\ntransfer-encoding: chunked\r\n/);
      const body = await peer.readUntil("\r\n\r\n");
      assertEquals(body.toLowerCase(), "5\r\nhello\r\n0\r\nx-checksum: abc\r\n\r\n");
      await peer.write(get("/", "TE: trailers"));
      assertMatch(await peer.readHead(), /^HTTP\/1\.1 200 /);
    });
  });
});

Deno.test("completed resolves once the response was handed over whole", async () => {
  const completions: Promise<void>[] = [];
  await serving((request, info) => {
    completions.push(info.completed);
    return request.url.endsWith("/stream") ? new Response("streamed") : text("ok");
  }, async ({ origin }) => {
    await (await fetch(`${origin}/`)).text();
    await (await fetch(`${origin}/stream`)).text();
    await within(2_000, Promise.all(completions));
  });
  assertEquals(completions.length, 2);
});

Deno.test("the signal aborts when the peer ends its half", async () => {
  const started = Promise.withResolvers<AbortSignal>();
  await serving(async (request) => {
    const { signal } = request;
    started.resolve(signal);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return text("nobody listens");
  }, async ({ port, connections }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await started.promise;
    });
    await until(() => connections() === 0);
    const signal = await started.promise;
    assert(signal.aborted && signal.reason instanceof Error);
  });
});

Deno.test("completed rejects where the peer has reset the connection", async () => {
  let completed: Promise<void> | undefined;
  await serving(async (request, info) => {
    completed = info.completed;
    info.informational(102);
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    return text("nobody listens");
  }, async ({ port, connections }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await peer.reset();
    });
    await until(() => connections() === 0);
    const error = await within(2_000, completed!).catch((error) => error);
    assert(error instanceof Error && "code" in error, `${error}`);
  });
});

Deno.test("the source of a streamed response is cancelled when the peer goes", async () => {
  const cancelled = Promise.withResolvers<void>();
  await serving(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => cancelled.resolve(),
      }),
    ), async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await peer.skip(1_000_000);
    });
    await within(5_000, cancelled.promise);
  });
});

Deno.test("the signal does not abort where all went well", async () => {
  const signals: AbortSignal[] = [];
  await serving((request) => {
    signals.push(request.signal);
    return text("ok");
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await peer.readUntil("ok");
    });
  });
  assertEquals(signals.map((signal) => signal.aborted), [false]);
});

Deno.test("a body that is cut short fails its reader", async () => {
  const failure = Promise.withResolvers<unknown>();
  await serving(async (request) => {
    try {
      await request.text();
    } catch (error) {
      failure.resolve(error);
    }
    return text("never seen");
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello");
    });
    const error = await within(2_000, failure.promise);
    assert(error instanceof Error);
    assert("code" in error, "one of the families, with a code");
  });
});

Deno.test("addresses and protocol are those of the connection", async () => {
  let seen: unknown;
  await serving((_request, { remoteAddr, localAddr, protocol, encrypted, earlyData }) => {
    seen = [remoteAddr.transport, localAddr, protocol, encrypted, earlyData];
    return text("ok");
  }, async ({ origin, port }) => {
    await (await fetch(origin)).text();
    const local = { transport: "tcp", hostname: "127.0.0.1", port };
    assertEquals(seen, ["tcp", local, "http/1.1", false, false]);
  });
});
