/** Each limit of a client's `http2Limits` against a server by hand: at the limit, and over it. */

import { Client } from "@avx/client";
import { DEFAULT_LIMITS } from "@avx/http2/limits";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { assert, assertEquals } from "../support/assert.ts";
import { dataFrame, frameOf, joined, Peer, settingsFrame, windowUpdate } from "../http2/cores.ts";
import { type Defence, defending } from "../http2/defence.ts";

const HEADERS = 0x01;
const CONTINUATION = 0x09;

function head(peer: Peer, ...lines: string[]): Uint8Array {
  return peer.headers(1, [":status", "200", ...lines], 0x04);
}

/** The frames of a body of so many bytes in all, none larger than the least that is allowed. */
function bodyFrames(size: number): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let left = size; left > 0; left -= 16_384) frames.push(dataFrame(1, Math.min(left, 16_384)));
  return joined(...frames);
}

Deno.test("client tells a server its limits by SETTINGS", () =>
  defending({
    maxDecoderTableBytes: 1_000,
    streamWindowBytes: 70_000,
    maxFrameBytes: 20_000,
    maxHeaderListBytes: 5_000,
  }, async ({ seen, wire }) => {
    const [settings] = seen.plain("h2.settings");
    assertEquals(
      [settings.headerTableBytes, settings.initialWindowBytes, settings.maxFrameBytes],
      [1_000, 70_000, 20_000],
    );
    assertEquals([settings.maxHeaderListBytes, settings.enablePush], [5_000, false]);
    assertEquals(wire.lines[0], "SETTINGS 0");
    await Promise.resolve();
  }));

Deno.test("client takes frames as large as maxFrameBytes and no larger", async () => {
  for (const [size, isOver] of [[20_000, false], [20_001, true]] as const) {
    await defending({ maxFrameBytes: 20_000 }, async ({ wire, peer, outcome, send }) => {
      await send(head(peer), dataFrame(1, size, 1));
      if (isOver) {
        assertEquals(await outcome, "RemoteProtocolError FRAME_SIZE_ERROR");
        assert(wire.lines.at(-1)!.endsWith("FRAME_SIZE_ERROR"));
      } else assertEquals((await outcome).length, size);
    });
  }
});

Deno.test("client decodes with a table as large as maxDecoderTableBytes and no larger", async () => {
  // RFC 7541 §6.3: five bits of the size, the rest in parts of seven.
  const update = (size: number) => [0x3f, ((size - 31) & 0x7f) | 0x80, (size - 31) >> 7];
  for (const [size, isOver] of [[5_000, false], [5_001, true]] as const) {
    await defending({ maxDecoderTableBytes: 5_000 }, async ({ outcome, send }) => {
      await send(frameOf(HEADERS, 0x05, 1, [...update(size), 0x88]));
      assertEquals(await outcome, isOver ? "RemoteProtocolError COMPRESSION_ERROR" : "");
    });
  }
});

Deno.test("client encodes with a table as large as maxEncoderTableBytes and no larger", async () => {
  const lines = ["x-a", "a".repeat(100)];
  // RFC 7541 §4.1: 32 for each entry. Without room for it, the field travels whole each time.
  const entryBytes = 3 + 100 + 32;
  async function sizes(maxEncoderTableBytes: number): Promise<number[]> {
    let lengths: number[] = [];
    const headers = Object.fromEntries([lines]);
    await defending({ maxEncoderTableBytes }, async ({ client, wire, send }: Defence) => {
      for (let count = 0; count < 3; count++) {
        client.request("http://memory", { headers }).catch(() => {});
        await send();
      }
      lengths = wire.lengthsOf(HEADERS).slice(1);
      // Whoever decodes it with the table that it was told of gets what was sent.
      const decoded = wire.lines.filter((line) => line.startsWith("HEADERS")).slice(1);
      for (const line of decoded) assert(line.includes(lines.join(" ")), line);
    });
    return lengths;
  }
  const [, ...with0] = await sizes(0);
  const [, ...withRoom] = await sizes(4_096);
  assert(with0.every((length) => length > 62), `${with0}`);
  assert(withRoom.every((length) => length < 20), `${withRoom}`);
  const [, ...below] = await sizes(entryBytes - 1);
  assert(below.every((length) => length > 62), `${below}`);
});

Deno.test("client encodes no larger a table than the server decodes with", () =>
  defending({ maxEncoderTableBytes: 4_096 }, async ({ client, wire, send }) => {
    await send(settingsFrame(0x1, 0)); // SETTINGS_HEADER_TABLE_SIZE
    const headers = { "x-a": "a".repeat(100) };
    for (let count = 0; count < 3; count++) {
      client.request("http://memory", { headers }).catch(() => {});
      await send();
    }
    const lengths = wire.lengthsOf(HEADERS).slice(1);
    assert(lengths.every((length) => length > 62), `${lengths}`);
  }));

Deno.test("client lets a stream send as much as streamWindowBytes and no more", async () => {
  for (const [size, isOver] of [[70_000, false], [70_001, true]] as const) {
    const windows = { streamWindowBytes: 70_000, maxStreamWindowBytes: 70_000 };
    await defending(windows, async ({ wire, peer, send }) => {
      await send(head(peer), bodyFrames(size));
      const resets = wire.lines.filter((line) => line.startsWith("RST_STREAM"));
      assertEquals(resets, isOver ? ["RST_STREAM 1 FLOW_CONTROL_ERROR"] : []);
    });
  }
});

Deno.test("client lets a connection send as much as connectionWindowBytes and no more", async () => {
  for (const [size, isOver] of [[80_000, false], [80_001, true]] as const) {
    await defending({
      connectionWindowBytes: 80_000,
      maxConnectionWindowBytes: 80_000,
      maxUnreadBytes: 80_000,
    }, async ({ wire, peer, send }) => {
      await send(head(peer), bodyFrames(size));
      assertEquals(wire.lines.at(-1)!.endsWith("FLOW_CONTROL_ERROR"), isOver, wire.lines.at(-1));
    });
  }
});

Deno.test("client takes as much content as maxBodyBytes and no more, declared or not", async () => {
  for (const [size, isOver] of [[1_000, false], [1_001, true]] as const) {
    for (const lines of [[], ["content-length", `${size}`]]) {
      await defending({ maxBodyBytes: 1_000 }, async ({ peer, seen, outcome, send }) => {
        await send(head(peer, ...lines), dataFrame(1, size, 1));
        if (!isOver) assertEquals((await outcome).length, size);
        else {
          assert((await outcome).startsWith("BodyTooLargeError"), await outcome);
          const { limit, code } = seen.of("h2.limit")[0];
          assertEquals([limit, code], ["maxBodyBytes", "CANCEL"]);
        }
      });
    }
  }
});

Deno.test("client takes sections of as many bytes as maxHeaderBlockBytes and no more", async () => {
  const block = new Peer().block([":status", "204", "x", "\u00ff".repeat(300)]);
  for (const [limit, isOver] of [[block.length, false], [block.length - 1, true]] as const) {
    await defending({ maxHeaderBlockBytes: limit }, async ({ outcome, send }) => {
      await send(
        frameOf(HEADERS, 0x01, 1, block.subarray(0, 100)),
        frameOf(CONTINUATION, 0x04, 1, block.subarray(100)),
      );
      assertEquals(await outcome, isOver ? "RemoteProtocolError ENHANCE_YOUR_CALM" : "");
    });
  }
});

Deno.test("client takes header lists as long as maxHeaderListBytes and no longer", async () => {
  // RFC 9113 §6.5.2: name, value and 32 of each field.
  const size = 7 + 3 + 32 + 1 + 200 + 32;
  for (const [limit, isOver] of [[size, false], [size - 1, true]] as const) {
    await defending({ maxHeaderListBytes: limit }, async ({ peer, outcome, send }) => {
      await send(peer.headers(1, [":status", "204", "x", "y".repeat(200)]));
      assertEquals(await outcome, isOver ? "RemoteProtocolError PROTOCOL_ERROR" : "");
    });
  }
});

Deno.test("client waits for a server's settings as long as settingsMs and no longer", async () => {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const listener = network.listen({ hostname: "memory", port: 80 });
  const client = new Client({ network, clock, protocol: "h2", http2Timeouts: { settingsMs: 500 } });
  const outcome: string[] = [];
  client.request("http://memory").catch(({ code }) => outcome.push(code));
  const transport = await listener.accept();
  await clock.advance(490);
  assertEquals(outcome, []);
  await clock.advance(20);
  assertEquals(outcome, ["SETTINGS_TIMEOUT"]);
  client.close();
  transport.close();
  listener.close();
  await clock.settle();
});

Deno.test("client waits for the rest of a section as long as headMs and no longer", () =>
  defending({}, async ({ clock, outcome, send, wire }) => {
    await send(frameOf(HEADERS, 0x01, 1, [0x88]));
    await clock.advance(490);
    await send();
    assertEquals(wire.ended, false);
    await clock.advance(20);
    await send();
    assertEquals(await outcome, "RemoteProtocolError ENHANCE_YOUR_CALM");
  }, { http2Timeouts: { headMs: 500 } }));

Deno.test("client sends no slower than minSendBytesPerSecond", async () => {
  for (const [bytesPerSecond, isOver] of [[150, false], [50, true]] as const) {
    await defending({}, async ({ client, clock, send, wire }) => {
      await send(settingsFrame(0x4, 0)); // SETTINGS_INITIAL_WINDOW_SIZE
      const body = new Uint8Array(100_000);
      client.request("http://memory", { method: "POST", body }).catch(() => {});
      await send();
      for (let second = 0; second < 8; second++) {
        await send(windowUpdate(3, bytesPerSecond));
        await clock.advance(1_000);
      }
      await send();
      assertEquals(wire.lines.includes("RST_STREAM 3 ENHANCE_YOUR_CALM"), isOver);
    }, { http2Timeouts: { minSendBytesPerSecond: 100 }, timeouts: { request: 5_000 } });
  }
});

Deno.test("no limit of HTTP/2 is without a test of a client's, or says why", async () => {
  const here = await Deno.readTextFile(new URL(import.meta.url));
  const others: Record<string, string> = {
    maxConcurrentStreams: "a server's",
    maxConnectionWindowBytes: "grows, as bandwidth_estimate_test.ts shows",
    maxDrainBytes: "a server's",
    maxInformational: "in abuse_test.ts",
    maxPushes: "in pushed_request_test.ts",
    maxPushBytes: "in client_pushes_test.ts",
    maxQueuedBytes: "of both, in core_test.ts",
    maxStreamWindowBytes: "grows, as bandwidth_estimate_test.ts shows",
    sendBufferBytes: "of both, in send_data_test.ts",
    abuse: "in abuse_test.ts",
  };
  for (const name of Object.keys(DEFAULT_LIMITS)) {
    assert(name in others || here.includes(`${name}: `), `${name} has no test here`);
  }
});
