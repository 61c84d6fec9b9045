/** Each limit of `serve`'s `http2.limits` against a peer by hand: at the limit, and over it. */

import { DEFAULT_LIMITS } from "@avx/http2/limits";
import type { Handler } from "@avx/semantics/handler";
import { assert, assertEquals } from "../support/assert.ts";
import { attacking } from "../http2/attack.ts";
import { dataFrame, frameOf, joined } from "../http2/cores.ts";

const HEADERS = 0x01;
const WINDOW_UPDATE = 0x08;
const GET = [":method", "GET", ":scheme", "http", ":authority", "memory", ":path", "/"];

/** Answers a GET with a field, and never a POST: its body stays unread. */
const answerGet: Handler = (request) =>
  request.method === "GET"
    ? new Response(null, { headers: { "x-a": "a".repeat(100) } })
    : new Promise<Response>(() => {});

/** The frames of so many bytes on stream 1, the POST that every test begins with. */
function bodyFrames(size: number): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let left = size; left > 0; left -= 16_384) frames.push(dataFrame(1, Math.min(left, 16_384)));
  return joined(...frames);
}

Deno.test("server tells a client its limits by SETTINGS", () =>
  attacking({
    limits: {
      maxConcurrentStreams: 50,
      maxDecoderTableBytes: 1_000,
      streamWindowBytes: 70_000,
      maxFrameBytes: 20_000,
      maxHeaderListBytes: 5_000,
    },
  }, ({ seen }) => {
    const { direction, enablePush: _, ...settings } = seen.plain("h2.settings")[0];
    assertEquals(direction, "sent");
    assertEquals(settings, {
      headerTableBytes: 1_000,
      maxConcurrentStreams: 50,
      initialWindowBytes: 70_000,
      maxFrameBytes: 20_000,
      maxHeaderListBytes: 5_000,
      enableConnectProtocol: true,
    });
    return Promise.resolve();
  }));

Deno.test("server takes frames as large as maxFrameBytes and no larger", async () => {
  for (const [size, isOver] of [[20_000, false], [20_001, true]] as const) {
    await attacking({ limits: { maxFrameBytes: 20_000 } }, async ({ wire, send }) => {
      await send(dataFrame(1, size));
      assertEquals(wire.lines.at(-1)!.endsWith("FRAME_SIZE_ERROR"), isOver);
    });
  }
});

Deno.test("server decodes with a table as large as maxDecoderTableBytes and no larger", async () => {
  // RFC 7541 §6.3: five bits of the size, the rest in parts of seven.
  const update = (size: number) => [0x3f, ((size - 31) & 0x7f) | 0x80, (size - 31) >> 7];
  for (const [size, isOver] of [[5_000, false], [5_001, true]] as const) {
    await attacking({ limits: { maxDecoderTableBytes: 5_000 } }, async ({ wire, peer, send }) => {
      await send(frameOf(HEADERS, 0x05, 3, [...update(size), ...peer.block(GET)]));
      assertEquals(wire.lines.at(-1)!.endsWith("COMPRESSION_ERROR"), isOver, wire.lines.at(-1));
    });
  }
});

Deno.test("server encodes with a table as large as maxEncoderTableBytes and no larger", async () => {
  async function sizes(maxEncoderTableBytes: number, ...parameters: number[]): Promise<number[]> {
    let lengths: number[] = [];
    await attacking(
      { limits: { maxEncoderTableBytes } },
      async ({ wire, peer, send }) => {
        for (const streamId of [3, 5, 7]) await send(peer.get(streamId));
        lengths = wire.lengthsOf(HEADERS).slice(1);
        const decoded = wire.lines.filter((line) => line.startsWith("HEADERS"));
        assertEquals(decoded.length, 3);
        for (const line of decoded) assert(line.includes(`x-a ${"a".repeat(100)}`), line);
      },
      answerGet,
      ...parameters,
    );
    return lengths;
  }
  assert((await sizes(4_096)).every((length) => length < 20));
  // RFC 7541 §4.1: 32 for each entry. Without room for it the field travels whole each time.
  for (const small of [0, 3 + 100 + 32 - 1]) {
    assert((await sizes(small)).every((length) => length > 62), `${small}`);
  }
  // Nor does it encode with more than the client decodes with.
  assert((await sizes(4_096, 0x1, 0)).every((length) => length > 62));
});

Deno.test("server lets a stream send as much as streamWindowBytes and no more", async () => {
  const limits = { streamWindowBytes: 70_000, maxStreamWindowBytes: 70_000 };
  for (const [size, isOver] of [[70_000, false], [70_001, true]] as const) {
    await attacking({ limits }, async ({ wire, send }) => {
      await send(bodyFrames(size));
      const resets = wire.lines.filter((line) => line.startsWith("RST_STREAM"));
      assertEquals(resets, isOver ? ["RST_STREAM 1 FLOW_CONTROL_ERROR"] : []);
    });
  }
});

Deno.test("server lets a connection send as much as connectionWindowBytes and no more", async () => {
  const limits = {
    connectionWindowBytes: 80_000,
    maxConnectionWindowBytes: 80_000,
    maxUnreadBytes: 80_000,
  };
  for (const [size, isOver] of [[80_000, false], [80_001, true]] as const) {
    await attacking({ limits }, async ({ wire, send }) => {
      await send(bodyFrames(size));
      assertEquals(wire.lines.at(-1)!.endsWith("FLOW_CONTROL_ERROR"), isOver, wire.lines.at(-1));
    });
  }
});

Deno.test("server holds as many unread bytes as maxUnreadBytes and asks for no more", async () => {
  for (const [maxUnreadBytes, goesOn] of [[200_000, true], [80_000, false]] as const) {
    const limits = {
      connectionWindowBytes: 80_000,
      maxConnectionWindowBytes: 80_000,
      maxUnreadBytes,
    };
    await attacking({ limits }, async ({ wire, send }) => {
      const before = wire.lengthsOf(WINDOW_UPDATE).length;
      await send(bodyFrames(80_000));
      assertEquals(wire.lengthsOf(WINDOW_UPDATE).length > before, goesOn, `${maxUnreadBytes}`);
    });
  }
});

Deno.test("server refuses bodies over maxBodyBytes, declared or not", async () => {
  for (const [size, isOver] of [[1_000, false], [1_001, true]] as const) {
    await attacking({ limits: { maxBodyBytes: 1_000 } }, async ({ wire, peer, seen, send }) => {
      await send(peer.post(3, ["content-length", `${size}`]), dataFrame(1, size));
      assertEquals(wire.lines.some((line) => line.startsWith("HEADERS 3 :status 413")), isOver);
      assertEquals(wire.lines.includes("RST_STREAM 1 CANCEL"), isOver);
      assertEquals(
        seen.of("h2.limit").map(({ limit }) => limit),
        isOver ? ["maxBodyBytes", "maxBodyBytes"] : [],
      );
    });
  }
});

Deno.test("server reads as much of a body that nobody wants as maxDrainBytes and no more", async () => {
  for (const [size, isOver] of [[1_000, false], [1_001, true]] as const) {
    await attacking(
      { limits: { maxDrainBytes: 1_000 } },
      async ({ wire, peer, send }) => {
        await send(peer.post(3)); // it is answered before any of its body comes
        await send(dataFrame(3, 1));
        await send(dataFrame(3, size - 1));
        // RFC 9113 §8.1: NO_ERROR, since the answer is complete.
        assertEquals(wire.lines.includes("RST_STREAM 3 NO_ERROR"), isOver, `${wire.lines}`);
      },
      (request) =>
        new URL(request.url).pathname === "/" && request.method === "POST"
          ? new Response("enough")
          : new Response(null),
    );
  }
});

Deno.test("server answers header lists over maxHeaderListBytes with 431", async () => {
  const list = [...GET, "x", "y".repeat(500)];
  let size = 0;
  for (const text of list) size += text.length;
  size += 32 * list.length / 2; // RFC 9113 §6.5.2
  for (const [limit, isOver] of [[size, false], [size - 1, true]] as const) {
    await attacking({ limits: { maxHeaderListBytes: limit } }, async ({ wire, peer, send }) => {
      await send(peer.headers(3, list));
      assertEquals(wire.lines.some((line) => line.startsWith("HEADERS 3 :status 431")), isOver);
    });
  }
});

Deno.test("no limit of HTTP/2 is without a test of a server's, or says why", async () => {
  const here = await Deno.readTextFile(new URL(import.meta.url));
  const others: Record<string, string> = {
    maxConcurrentStreams: "in abuse_test.ts",
    maxHeaderBlockBytes: "in abuse_test.ts",
    maxConnectionWindowBytes: "grows, as bandwidth_estimate_test.ts shows",
    maxStreamWindowBytes: "grows, as bandwidth_estimate_test.ts shows",
    sendBufferBytes: "of both, in send_data_test.ts",
    maxQueuedBytes: "of both, in core_test.ts",
    maxInformational: "a client's",
    maxPushes: "a client's",
    maxPushBytes: "a client's",
    abuse: "in abuse_test.ts",
  };
  for (const name of Object.keys(DEFAULT_LIMITS)) {
    assert(name in others || here.includes(`${name}: `), `${name} has no test here`);
  }
});
