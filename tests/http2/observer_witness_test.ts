import type { Observer } from "@avx/runtime/ports/observer";
import { witnessOf } from "../../http2/observer_witness.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { together, URL_ROOT } from "./together.ts";

Deno.test("there is a witness only where the observer has a point of HTTP/2", () => {
  assertEquals(witnessOf(undefined, 1), undefined);
  assertEquals(witnessOf({ "request.end": () => {} }, 1), undefined);
  assert(witnessOf({ "h2.reset": () => {} }, 1) !== undefined);
  class Inherited implements Observer {
    "h2.reset"(): void {}
  }
  class Own extends Inherited {}
  assert(witnessOf(new Own(), 1) !== undefined);
});

Deno.test("observers hear of settings, ours and the peer's, on both ends", () =>
  together(() => new Response("ok"), async ({ client, atServer, atClient, settle }) => {
    await (await client.request(URL_ROOT)).body.text();
    await settle();
    const [sent, received] = atServer.plain("h2.settings");
    const [ownSent, ownReceived] = atClient.plain("h2.settings");
    assertEquals([sent.direction, sent.maxConcurrentStreams], ["sent", 7]);
    assertEquals([received.direction, received.enablePush], ["received", false]);
    assertEquals(ownSent, { ...received, direction: "sent" });
    assertEquals(ownReceived, { ...sent, direction: "received" });
    assertEquals(ownReceived.initialWindowBytes, 100_000);
    // The connection is open before anything is told of it, under the same number.
    for (const recorder of [atServer, atClient]) {
      const [[point, { connectionId }]] = recorder.seen;
      assertEquals(point, "connection.open");
      for (const [, event] of recorder.seen) assertEquals(event.connectionId, connectionId);
    }
    assert(atServer.seen[0][1].connectionId !== atClient.seen[0][1].connectionId);
  }, { server: { http2: { limits: { maxConcurrentStreams: 7, streamWindowBytes: 100_000 } } } }));

Deno.test("observers hear of both GOAWAYs of a shutdown, and the round trip between them", async () => {
  let answer: (response: Response) => void = () => {};
  const handler = () => new Promise<Response>((resolve) => answer = resolve);
  await together(handler, async ({ client, server, atServer, atClient, settle }) => {
    const asked = client.request(URL_ROOT);
    await settle();
    const done = server.shutdown();
    await settle();
    answer(new Response("ok"));
    assertEquals(await (await asked).body.text(), "ok");
    await settle();
    await done;
    const code = "NO_ERROR";
    const sent = atServer.plain("h2.goaway").filter(({ direction }) => direction === "sent");
    assertEquals(sent, [
      { direction: "sent", code, lastStreamId: 0x7fff_ffff, debug: "" },
      { direction: "sent", code, lastStreamId: 1, debug: "" },
    ]);
    assertEquals(
      atClient.plain("h2.goaway").filter(({ direction }) => direction === "received"),
      sent.map((event) => ({ ...event, direction: "received" })),
    );
    assertEquals(atServer.plain("h2.ping"), [{ purpose: "shutdown", roundTripMs: 0 }]);
  });
});

Deno.test("observers hear of a PING that asked whether the peer is there", () =>
  together(() => new Promise<Response>(() => {}), async ({ client, clock, atClient, settle }) => {
    const asked = client.request(URL_ROOT);
    asked.catch(() => {});
    await settle();
    await clock.advance(5_000);
    await settle();
    assertEquals(atClient.plain("h2.ping"), [{ purpose: "keepAlive", roundTripMs: 0 }]);
  }, { client: { timeouts: { ping: 5_000 } } }));

Deno.test("observers hear who reset a stream, and why", () =>
  together(
    () => new Promise<Response>(() => {}),
    async ({ client, atServer, atClient, settle }) => {
      const controller = new AbortController();
      const asked = client.request(URL_ROOT, { signal: controller.signal });
      asked.catch(() => {});
      await settle();
      controller.abort();
      await settle();
      const event = { streamId: 1, code: "CANCEL" };
      assertEquals(atClient.plain("h2.reset"), [{ direction: "sent", ...event }]);
      assertEquals(atServer.plain("h2.reset"), [{ direction: "received", ...event }]);
    },
  ));

Deno.test("observers hear of windows that are waited for, and of those that are open again", () =>
  together(() => new Response(new Uint8Array(300_000)), async (both) => {
    const { client, atServer, settle } = both;
    const { body } = await client.request(URL_ROOT);
    await settle();
    assertEquals(atServer.plain("h2.flowControl"), [
      { streamId: 1, stalled: true, queuedBytes: 200_000 },
    ]);
    assertEquals((await body.bytes()).length, 300_000);
    await settle();
    const events = atServer.plain("h2.flowControl");
    assertEquals(events[1], { streamId: 1, stalled: false, queuedBytes: 200_000 });
    // Each stall has an end, and nothing is told twice.
    events.forEach(({ stalled }, index) => assertEquals(stalled, index % 2 === 0));
  }, {
    client: { http2Limits: { streamWindowBytes: 100_000, maxStreamWindowBytes: 100_000 } },
  }));

Deno.test("observers hear of the connection's window as stream 0", () =>
  together(() => new Response(new Uint8Array(60_000)), async (both) => {
    const { client, atServer, settle } = both;
    const answers = [await client.request(URL_ROOT), await client.request(URL_ROOT)];
    await settle();
    const [stalled] = atServer.plain("h2.flowControl");
    assertEquals([stalled.streamId, stalled.stalled], [0, true]);
    for (const { body } of answers) assertEquals((await body.bytes()).length, 60_000);
    await settle();
    assertEquals(atServer.plain("h2.flowControl").at(-1)?.stalled, false);
  }, {
    client: {
      http2Limits: {
        connectionWindowBytes: 65_535,
        maxConnectionWindowBytes: 65_535,
        maxUnreadBytes: 65_535,
      },
    },
  }));

Deno.test("observers hear that windows have grown, and over which round trip", () =>
  together(() => new Response(new Uint8Array(4_000_000)), async (both) => {
    const { client, atClient, settle } = both;
    const { body } = await client.request(URL_ROOT);
    assertEquals((await body.bytes()).length, 4_000_000);
    await settle();
    const [grown] = atClient.plain("h2.window");
    assert(grown.streamBytes as number > 65_535, `${grown.streamBytes}`);
    assertEquals(grown.roundTripMs, 0);
    assertEquals(atClient.plain("h2.ping")[0].purpose, "bandwidth");
  }, { client: { http2Limits: { streamWindowBytes: 65_535, connectionWindowBytes: 65_535 } } }));

Deno.test("observers hear which limit was crossed, with what has been counted", () =>
  together(
    () => new Promise<Response>(() => {}),
    async ({ client, atServer, atClient, settle }) => {
      for (let count = 0; count < 4; count++) {
        const controller = new AbortController();
        client.request(URL_ROOT, { signal: controller.signal }).catch(() => {});
        await settle();
        controller.abort();
        await settle();
      }
      const [event] = atServer.plain("h2.limit");
      assertEquals([event.limit, event.code, event.streamId], [
        "maxPeerResets",
        "ENHANCE_YOUR_CALM",
        0,
      ]);
      assertEquals((event.counts as Record<string, number>).maxPeerResets, 4);
      const debug = event.reason;
      const code = "ENHANCE_YOUR_CALM";
      assertEquals(atServer.plain("protocol.error"), [{ code, reason: debug }]);
      assertEquals(atClient.plain("h2.goaway")[0].debug, debug);
    },
    { server: { http2: { limits: { abuse: { maxPeerResets: 3 } } } } },
  ));

Deno.test("observers hear of a server that goes over a client's limit", () =>
  together(
    () => new Response("ok", { headers: { "x-long": "x".repeat(2_000) } }),
    async ({ client, atClient }) => {
      const error = await client.request(URL_ROOT).catch((error) => error);
      assertEquals(error.name, "RemoteProtocolError");
      const [event] = atClient.plain("h2.limit");
      assertEquals([event.limit, event.streamId], ["maxHeaderListBytes", 1]);
      assertEquals(atClient.plain("protocol.error").length, 1);
    },
    { client: { http2Limits: { maxHeaderListBytes: 1_000 } } },
  ));

Deno.test("a push that is lost before its handler is called is no request that ends", async () => {
  const heard: string[] = [];
  await together((_request, info) => {
    info.push("/style");
    server?.close();
    return new Response("page");
  }, async (both) => {
    server = both.server;
    await both.client.request(URL_ROOT).catch(() => {});
    await both.settle();
  }, {
    server: {
      http2: { push: true },
      observer: {
        "request.start": ({ requestId }) => heard.push(`start ${requestId > 0}`),
        "request.end": ({ requestId }) => heard.push(`end ${requestId > 0}`),
      },
    },
    client: { onPush: () => {} },
  });
  assertEquals(heard, ["start true", "end true"]);
});

let server: { close(): void } | undefined;

Deno.test("an observer that throws at every point leaves both ends to their work", async () => {
  let faults = 0;
  const hear = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    faults++;
  };
  const names = [
    ...["h2.settings", "h2.goaway", "connection.open", "connection.close"],
    ...["request.start", "request.end", "pool.acquire", "pool.release"],
  ];
  const fail = (): never => {
    throw new Error("mine");
  };
  const observer = Object.fromEntries(names.map((name) => [name, fail])) as Observer;
  globalThis.addEventListener("unhandledrejection", hear);
  try {
    await together(() => new Response("ok"), async ({ client, server, settle }) => {
      for (let round = 0; round < 3; round++) {
        assertEquals(await (await client.request(URL_ROOT)).body.text(), "ok");
      }
      const done = server.shutdown();
      await settle();
      await done;
    }, { server: { observer }, client: { observer } });
  } finally {
    globalThis.removeEventListener("unhandledrejection", hear);
  }
  assert(faults >= 15, `${faults}`);
});
