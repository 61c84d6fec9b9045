import { BufferPool } from "@avx/runtime/buffer-pool";
import type { Http1Request, RequestBody } from "../../http1/client_exchange.ts";
import { ClientCore } from "../../http1/proto/client_core.ts";
import { RequestSender } from "../../http1/request_sender.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** A sender, and what it has given to its core. */
class Bench {
  readonly core = new ClientCore({ buffers: new BufferPool() });
  readonly told: string[] = [];
  text = "";
  readonly sender = new RequestSender(this.core, {
    requestSent: () => void this.told.push("sent"),
    uploadFailed: (error) => void this.told.push(`failed ${error}`),
    flush: () => void this.told.push("flush"),
  });

  /** Writes everything there is. */
  write(): void {
    for (let bytes = this.core.transmit(); bytes; bytes = this.core.transmit()) {
      this.text += new TextDecoder().decode(bytes);
    }
    this.sender.written();
  }

  /** Lets pulls go on, and what comes of them. */
  async settle(): Promise<void> {
    for (let job = 0; job < 20; job++) await undefined;
  }
}

function requestWith(body: Uint8Array | RequestBody | undefined): Http1Request {
  const lines = ["host", "a"];
  const length = undefined;
  return {
    method: "POST",
    target: "/",
    lines,
    body,
    length,
    expectContinue: false,
    upgrade: false,
  };
}

function bodyOf(parts: string[], cancelled: unknown[] = []): RequestBody {
  return {
    read: () => {
      const part = parts.shift();
      return Promise.resolve(part === undefined ? undefined : new TextEncoder().encode(part));
    },
    cancel: (reason) => void cancelled.push(reason),
  };
}

Deno.test("request sender gives a small request to the core in one go", () => {
  const bench = new Bench();
  assert(bench.sender.begin(requestWith(new TextEncoder().encode("hello"))));
  assertEquals(bench.sender.isUploading, false);
  bench.write();
  assertEquals(bench.text, "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello");
  assertEquals(bench.told, []);
});

Deno.test("request sender sends a large body in parts, as they are written", async () => {
  const bench = new Bench();
  const size = 1024 * 1024;
  assertEquals(bench.sender.begin(requestWith(new Uint8Array(size))), false);
  bench.sender.proceed();
  await bench.settle();
  assert(bench.sender.isUploading);
  assert(bench.core.queuedBytes < 300_000, `${bench.core.queuedBytes} bytes wait`);
  while (!bench.told.includes("sent")) {
    bench.write();
    await bench.settle();
  }
  bench.write();
  assertEquals(bench.text.length - bench.text.indexOf("\r\n\r\n") - 4, size);
  assertEquals(bench.sender.isUploading, false);
});

Deno.test("request sender pulls a body and leaves empty chunks out", async () => {
  const bench = new Bench();
  bench.sender.begin(requestWith(bodyOf(["ab", "", "c"])));
  bench.sender.proceed();
  await bench.settle();
  bench.write();
  assertEquals(
    bench.text.slice(bench.text.indexOf("\r\n\r\n") + 4),
    "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
  );
  assertEquals(bench.told, ["flush", "flush", "sent", "flush"]);
});

Deno.test("request sender holds a body back", async () => {
  const bench = new Bench();
  const request = { ...requestWith(bodyOf(["ab"])), expectContinue: true };
  assertEquals(bench.sender.begin(request), false);
  assert(bench.sender.isHeld && bench.sender.isUploading);
  await bench.settle();
  assertEquals(bench.told, []);
  bench.sender.proceed();
  assertEquals(bench.sender.isHeld, false);
  await bench.settle();
  assertEquals(bench.told.at(-2), "sent");
});

Deno.test("request sender says what is wrong with a body, and only once", async () => {
  const bench = new Bench();
  const broken = { read: () => Promise.reject(new RangeError("no")), cancel() {} };
  bench.sender.begin(requestWith(broken));
  bench.sender.proceed();
  await bench.settle();
  assertEquals(bench.told, ["failed RangeError: no"]);
});

Deno.test("request sender gives up a body that is no longer wanted, begun or not", async () => {
  for (const begun of [true, false]) {
    const bench = new Bench();
    const cancelled: unknown[] = [];
    bench.sender.begin(requestWith(bodyOf(["abc"], cancelled)));
    if (begun) bench.sender.proceed();
    assertEquals(bench.sender.giveUp("enough"), true);
    assertEquals(bench.sender.giveUp("again"), false);
    await bench.settle();
    assertEquals(cancelled, ["enough"]);
    assertEquals(bench.told, []);
  }
});

Deno.test("request sender wakes an upload that waits for room when it is given up", async () => {
  const bench = new Bench();
  const body = { read: () => Promise.resolve(new Uint8Array(50_000)), cancel() {} };
  bench.sender.begin(requestWith(body));
  bench.sender.proceed();
  await bench.settle();
  assertEquals(bench.told, ["flush", "flush"]);
  bench.sender.giveUp(undefined);
  await bench.settle();
  assertEquals(bench.sender.isUploading, false);
});
