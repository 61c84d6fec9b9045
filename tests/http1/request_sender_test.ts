import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { BufferPool } from "@avx/runtime/buffer-pool";
import {
  type LinkFaults,
  ManualClock,
  memoryPair,
  type MemoryTransport,
} from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import type { Http1Request, RequestBody } from "../../http1/client_exchange.ts";
import { ClientCore } from "../../http1/proto/client_core.ts";
import { DEFAULT_LIMITS } from "../../http1/proto/limits.ts";
import { RequestSender } from "../../http1/request_sender.ts";
import { assert, assertEquals } from "../support/assert.ts";

interface Bench {
  readonly sender: RequestSender;
  readonly alarm: ConnectionAlarm;
  readonly peer: MemoryTransport;
  readonly clock: ManualClock;
  readonly told: string[];
  /** Everything that has come. */
  read(): Promise<string>;
}

async function onBench(run: (bench: Bench) => Promise<void>, forward?: LinkFaults): Promise<void> {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const [transport, peer] = memoryPair({ clock, forward });
  const buffers = new BufferPool();
  const timeouts = { requestMs: 100, headersMs: 1, bodyMs: 1, idleMs: 1, continueMs: 1 };
  const alarm = new ConnectionAlarm(timers, () => {});
  const told: string[] = [];
  const config = { limits: DEFAULT_LIMITS, buffers, timers, timeouts };
  const sender = new RequestSender(transport, new ClientCore({ buffers }), config, alarm, {
    requestSent: () => void told.push("sent"),
    uploadFailed: (error) => void told.push(`failed ${error}`),
    writeFailed: () => void told.push("broken"),
    allWritten: () => void told.push("written"),
    rearm: () => {},
  });
  async function read(): Promise<string> {
    const into = new Uint8Array(1024 * 1024);
    return new TextDecoder().decode(into.subarray(0, await peer.read(into) ?? 0));
  }
  await run({ sender, alarm, peer, clock, told, read });
  sender.stop(undefined);
  transport.close();
  peer.close();
  alarm.stop();
  await clock.settle();
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

Deno.test("request sender writes a small request in one go", async () => {
  await onBench(async ({ sender, clock, told, read, alarm }) => {
    assert(sender.begin(requestWith(new TextEncoder().encode("hello"))));
    assertEquals(sender.mayHaveSent, false);
    sender.flush(0);
    assertEquals([sender.isWriting, sender.mayHaveSent, alarm.writeBy], [true, true, 100]);
    await clock.settle();
    assertEquals([sender.isWriting, sender.mayHaveSent, alarm.writeBy], [false, true, Infinity]);
    assertEquals(told, ["written"]);
    assertEquals(await read(), "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello");
  });
});

Deno.test("request sender sends a large body in parts", async () => {
  await onBench(async ({ sender, clock, told, read }) => {
    const size = 1024 * 1024;
    assertEquals(sender.begin(requestWith(new Uint8Array(size))), false);
    sender.flush(0);
    sender.proceed();
    assert(sender.isUploading);
    let text = "";
    while (!told.includes("sent")) {
      text += await read();
      await clock.settle();
    }
    while (text.length < text.indexOf("\r\n\r\n") + 4 + size) text += await read();
    assertEquals(sender.isUploading, false);
  });
});

Deno.test("request sender pulls a body and leaves empty chunks out", async () => {
  await onBench(async ({ sender, clock, read }) => {
    sender.begin(requestWith(bodyOf(["ab", "", "c"])));
    sender.proceed();
    await clock.settle();
    let text = "";
    while (!text.endsWith("0\r\n\r\n")) text += await read();
    assertEquals(text.slice(text.indexOf("\r\n\r\n") + 4), "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
  });
});

Deno.test("request sender says what is wrong with a body, and only once", async () => {
  await onBench(async ({ sender, clock, told }) => {
    const broken = { read: () => Promise.reject(new RangeError("no")), cancel() {} };
    sender.begin(requestWith(broken));
    sender.proceed();
    await clock.settle();
    assertEquals(told, ["failed RangeError: no"]);
  });
});

Deno.test("request sender gives up a body that is no longer wanted", async () => {
  await onBench(async ({ sender, clock, told }) => {
    const cancelled: unknown[] = [];
    sender.begin(requestWith(bodyOf(["abc"], cancelled)));
    sender.proceed();
    assertEquals(sender.giveUp("enough"), true);
    assertEquals(sender.giveUp("again"), false);
    await clock.settle();
    assertEquals(cancelled, ["enough"]);
    assertEquals(told, []);
  });
});

Deno.test("request sender wakes an upload that waits for room when it is given up", async () => {
  await onBench(async ({ sender, clock }) => {
    const body = { read: () => Promise.resolve(new Uint8Array(50_000)), cancel() {} };
    sender.begin(requestWith(body));
    sender.proceed();
    await clock.settle();
    assert(sender.isWriting);
    sender.giveUp(undefined);
    await clock.settle();
    assertEquals(sender.isUploading, false);
  });
});

Deno.test("request sender tells of a peer that takes no more", async () => {
  await onBench(async ({ sender, clock, told, read }) => {
    const cancelled: unknown[] = [];
    sender.begin(requestWith(bodyOf(Array(10).fill("x".repeat(60_000)), cancelled)));
    sender.proceed();
    await clock.settle();
    while (await read().catch(() => "") !== "") await clock.settle();
    assertEquals(told.at(-1), "broken");
    assert(sender.isBroken);
    assertEquals((cancelled[0] as Error).name, "NetworkError");
    sender.flush(0);
    assertEquals(sender.isWriting, false);
  }, { resetAfterBytes: 100_000 });
});

Deno.test("request sender moves its deadline while the peer takes something", async () => {
  await onBench(async ({ sender, clock, alarm, peer }) => {
    sender.begin(requestWith(new Uint8Array(60_000)));
    sender.flush(0);
    await clock.advance(60);
    assertEquals(alarm.writeBy, 100);
    await peer.read(new Uint8Array(1_000));
    await clock.settle();
    assertEquals(alarm.writeBy, 160);
  }, { capacityBytes: 1_000 });
});
