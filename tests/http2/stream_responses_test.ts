import { bytes, stream, text, upgradeConnection } from "@avx/semantics/web";
import { assertEquals, assertInstanceOf, assertThrows } from "../support/assert.ts";
import { Driver } from "./driver.ts";

Deno.test("each kind of body arrives, with its length where there is one", async () => {
  const driver = new Driver((request) => {
    switch (new URL(request.url).pathname) {
      case "/text":
        return text("é");
      case "/bytes":
        return bytes(new Uint8Array([0x61]));
      case "/none":
        return new Response(null);
      case "/empty":
        return text("");
      default:
        return stream(ReadableStream.from([new Uint8Array(2), new Uint8Array(3)]));
    }
  });
  const seen = [];
  for (const path of ["/text", "/bytes", "/none", "/empty", "/stream"]) {
    const { size, headers, ended } = await driver.ask({ path });
    seen.push([size, headers["content-length"], ended]);
  }
  assertEquals(seen, [
    [2, "2", true],
    [1, "1", true],
    [0, "0", true],
    [0, "0", true],
    [5, undefined, true],
  ]);
  await driver.close();
});

Deno.test("trailers follow any body, and none", async () => {
  const driver = new Driver((request, info) => {
    info.setTrailers({ "x-t": "1" });
    switch (new URL(request.url).pathname) {
      case "/text":
        return text("é");
      case "/bytes":
        return bytes(new Uint8Array([0x61]));
      case "/stream":
        return stream(ReadableStream.from([new Uint8Array(2)]));
      default:
        return new Response(null);
    }
  });
  for (const [path, size] of [["/text", 2], ["/bytes", 1], ["/stream", 2], ["/", 0]] as const) {
    const answer = await driver.ask({ path });
    assertEquals([answer.size, answer.trailers, answer.ended], [size, { "x-t": "1" }, true]);
  }
  await driver.close();
});

Deno.test("trailers come too late behind a complete response", async () => {
  let late = (): void => {};
  const driver = new Driver((_request, info) => {
    late = () => info.setTrailers({ "x-t": "1" });
    return text("x");
  });
  await driver.ask();
  assertThrows(late, TypeError);
  await driver.close();
});

Deno.test("empty chunks of a stream are no frames", async () => {
  const driver = new Driver(() =>
    stream(ReadableStream.from([new Uint8Array(0), new Uint8Array(1), new Uint8Array(0)]))
  );
  let parts = 0;
  driver.onData = () => parts++;
  const answer = await driver.ask();
  assertEquals([answer.size, answer.ended, parts], [1, true, 1]);
  await driver.close();
});

Deno.test("a stream shorter or longer than its length is reset", async () => {
  const driver = new Driver((request) =>
    stream(ReadableStream.from([new Uint8Array(2), new Uint8Array(2)]), {
      headers: { "content-length": new URL(request.url).pathname.slice(1) },
    })
  );
  for (const [path, size] of [["/5", 4], ["/3", 2]] as const) {
    const answer = await driver.ask({ path });
    assertEquals([answer.size, answer.ended, answer.reset], [size, false, "INTERNAL_ERROR"]);
  }
  assertEquals((await driver.ask({ path: "/4" })).ended, true);
  assertEquals(driver.errors.length, 2);
  await driver.close();
});

Deno.test("a stream that yields no bytes is reset", async () => {
  const strings = ReadableStream.from(["a", "b"]) as unknown as ReadableStream<Uint8Array>;
  const driver = new Driver(() => new Response(strings));
  const answer = await driver.ask();
  assertEquals([answer.ended, answer.reset], [false, "INTERNAL_ERROR"]);
  assertInstanceOf(driver.errors[0], TypeError);
  await driver.close();
});

Deno.test("a stream goes on while its peer reads, and its chunks may be any size", async () => {
  const chunks = [1, 100_000, 5, 16_384, 16_385, 65_535, 65_536];
  const driver = new Driver(
    () => stream(ReadableStream.from(chunks.map((n) => new Uint8Array(n)))),
    {
      clientLimits: { streamWindowBytes: 70_000 },
    },
  );
  const answer = await driver.ask();
  assertEquals([answer.size, answer.ended], [chunks.reduce((a, b) => a + b), true]);
  await driver.close();
});

Deno.test("a stream that is reset while it waits for room is cancelled", async () => {
  let reason: unknown;
  const driver = new Driver(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(256 * 1024)),
        cancel: (given) => void (reason = given),
      }),
    ), { clientLimits: { streamWindowBytes: 64 * 1024 } });
  const streamId = driver.request();
  driver.stalled.add(streamId);
  await driver.settle();
  driver.reset(streamId);
  await driver.settle();
  assertInstanceOf(reason, Error);
  assertEquals(driver.errors, []);
  await driver.close();
});

Deno.test("an upgrade of what is no CONNECT is refused", async () => {
  const driver = new Driver((request) => {
    const { response } = upgradeConnection(request, { protocol: "echo" });
    return response;
  });
  assertEquals((await driver.ask()).status, 500);
  assertInstanceOf(driver.errors[0], TypeError);
  await driver.close();
});
