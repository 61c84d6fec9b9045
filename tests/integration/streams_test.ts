import { Client } from "@avx/client";
import { stream, text } from "@avx/semantics/web";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { until, within } from "../support/deadline.ts";
import { connected, get } from "../support/raw_connection.ts";
import { serving } from "../support/serving.ts";

const MIB = 1024 * 1024;
/** How long a stream is. */
const LENGTH = 256 * MIB;
/** What may be underway where nobody reads: what the sockets of both ends hold, and a chunk or two. */
const UNDERWAY = 32 * MIB;
const CHUNK = new Uint8Array(64 * 1024).fill(0x78);

/** A source that makes `length` bytes, and tells how many it has made. */
class Source {
  made = 0;
  cancelled: unknown = undefined;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;

  constructor(length: number) {
    this.body = new ReadableStream({
      pull: (controller) => {
        const chunk = CHUNK.subarray(0, length - this.made);
        this.made += chunk.length;
        controller.enqueue(chunk);
        if (this.made === length) controller.close();
      },
      cancel: (reason) => {
        this.cancelled = reason;
      },
    }, { highWaterMark: 0 });
  }
}

Deno.test("a reader that stops reading stops the sender, which goes on when it does", async () => {
  const source = new Source(LENGTH);
  await serving(() => stream(source.body), async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/", "Connection: close"));
      await peer.skip(1000);
      const stalledAt = await settled(() => source.made);
      assert(stalledAt < UNDERWAY, `the source had made ${stalledAt} bytes`);
      assertEquals(source.cancelled, undefined);
      assert(await peer.skip(2 * LENGTH) > LENGTH - 1000);
      assertEquals(source.made, LENGTH);
    });
  });
});

Deno.test("a handler that stops reading stops the peer, which goes on when it does", async () => {
  const resume = Promise.withResolvers<void>();
  const length = 64 * MIB;
  await serving(async (request) => {
    const reader = request.body!.getReader();
    let size = (await reader.read()).value!.length;
    await resume.promise;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text(`size=${size};`);
      size += value.length;
    }
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`);
      const chunk = new Uint8Array(64 * 1024).fill(0x78);
      let sent = 0;
      const sending = (async () => {
        for (; sent < length; sent += chunk.length) await peer.write(chunk);
      })();
      const stalledAt = await settled(() => sent);
      assert(stalledAt < UNDERWAY, `the peer had sent ${stalledAt} bytes`);
      resume.resolve();
      await sending;
      await peer.readUntil(`size=${length};`);
    });
  }, { timeouts: { minBodyBytesPerSecond: 0 } });
});

Deno.test("a peer that never reads is ended by the write timeout", async () => {
  const source = new Source(LENGTH);
  let completed: Promise<void> | undefined;
  await serving((_request, info) => {
    completed = info.completed;
    return stream(source.body);
  }, async ({ port, connections }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await peer.readHead();
      await assertRejects(() => within(5_000, completed!));
      assert(source.made < UNDERWAY);
      assert(source.cancelled !== undefined, "the source is told");
      await until(() => connections() === 0);
    });
  }, { timeouts: { write: 300, linger: 100 } });
});

Deno.test("a stream that fails midway does not look complete", async () => {
  await serving(() => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new Uint8Array([104, 105]));
        else controller.error(new Error("the disk is gone"));
      },
    }, { highWaterMark: 0 });
    return new Response(body);
  }, async ({ port }) => {
    await connected(port, async (peer) => {
      await peer.write(get("/"));
      await peer.readHead();
      const rest = await peer.readToEnd();
      assert(!rest.endsWith("0\r\n\r\n"), `the body looked complete: ${JSON.stringify(rest)}`);
    });
  }, { onError: () => new Response(null, { status: 500 }) });
});

/** The value, once it has not changed for 300 ms. */
async function settled(value: () => number): Promise<number> {
  for (;;) {
    const before = value();
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (value() === before) return before;
  }
}

for (const protocol of ["http/1.1", "h2"] as const) {
  Deno.test(`a stream that is silent at first is open at once, over ${protocol}`, async () => {
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const stream = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    await serving(() => new Response(stream), async ({ port }) => {
      const client = new Client({ protocol });
      const response = await within(10_000, client.request(`http://127.0.0.1:${port}/`));
      assertEquals(response.status, 200);
      controller.enqueue(new Uint8Array([104, 105]));
      controller.close();
      assertEquals(await response.body.text(), "hi");
      client.close();
    });
  });
}
