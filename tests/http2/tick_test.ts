import { assertEquals, assertLess } from "../support/assert.ts";
import {
  dataFrame,
  drain,
  frameOf,
  greeting,
  joined,
  linesOf,
  Pair,
  Peer,
  sent,
  serverCore,
  settingsFrame,
  windowUpdate,
} from "./cores.ts";
import type { CoreSettings } from "./cores.ts";
import { PREFACE } from "../../http2/frame/preface.ts";

/** A server behind a greeting and some frames. */
function server(settings: CoreSettings, ...frames: Uint8Array[]): ReturnType<typeof serverCore> {
  const core = serverCore(settings);
  core.receive(joined(greeting(), ...frames), 0);
  drain(core);
  sent(core);
  return core;
}

function ticked(core: ReturnType<typeof serverCore>, now: number): string[] {
  core.tick(now);
  return linesOf(drain(core));
}

Deno.test("SETTINGS must be exchanged in time", () => {
  const core = serverCore({ timeouts: { settingsMs: 100 } });
  core.receive(joined(PREFACE, settingsFrame()), 0); // ours are not acknowledged
  drain(core);
  assertEquals(core.deadline, 100);
  assertEquals(ticked(core, 99), []);
  assertEquals(ticked(core, 100), ["failed connection 0 SETTINGS_TIMEOUT settingsMs"]);
  assertEquals([core.deadline, core.disposition], [undefined, "close"]);
});

Deno.test("a connection without a stream is closed after a while, not one with a stream", () => {
  const idle = server({ timeouts: { idleMs: 100 } });
  assertEquals(ticked(idle, 99), []);
  assertEquals(ticked(idle, 100), ["failed connection 0 NO_ERROR idleMs"]);
  assertEquals(new Peer().read(sent(idle)), ["GOAWAY 0 0 NO_ERROR"]);
  const busy = server({ timeouts: { idleMs: 100 } }, new Peer().get(1));
  assertEquals(ticked(busy, 1000), []);
  busy.sendWhole(1, 200, [], "hi");
  assertEquals(busy.deadline, 1100);
});

Deno.test("a silent peer is asked, and given up if it does not answer", () => {
  const timeouts = { pingIntervalMs: 1000, pingTimeoutMs: 300, idleMs: Infinity };
  const core = server({ timeouts });
  assertEquals(ticked(core, 1000), []);
  assertEquals(new Peer().read(sent(core)), ["PING 0"]);
  assertEquals(core.deadline, 1300);
  assertEquals(ticked(core, 1299), []);
  assertEquals(ticked(core, 1300), ["failed connection 0 NO_ERROR pingTimeoutMs"]);
});

Deno.test("a peer that answers is kept", () => {
  const timeouts = { pingIntervalMs: 1000, pingTimeoutMs: 300, idleMs: Infinity };
  const pair = new Pair({ timeouts });
  pair.pass(10_000);
  assertEquals(pair.server.disposition, "open");
  assertLess(pair.client.abuseCounts.maxPings, 11);
});

Deno.test("a field section must be complete in time", () => {
  const start = frameOf(0x01, 0, 1, new Peer().block([":method", "GET"]));
  const core = server({ timeouts: { headMs: 100 } }, start);
  assertEquals(ticked(core, 99), []);
  assertEquals(ticked(core, 100), ["failed connection 0 ENHANCE_YOUR_CALM headMs"]);
});

Deno.test("a request's content must come, as long as it is not answered", () => {
  const timeouts = { bodyMs: 5000 };
  const waiting = server({ timeouts }, new Peer().post(1));
  assertEquals(ticked(waiting, 4999), []);
  assertEquals(ticked(waiting, 6000), ["failed stream 1 CANCEL bodyMs"]);
  assertEquals(new Peer().read(sent(waiting)), ["RST_STREAM 1 CANCEL"]);

  const answering = server({ timeouts }, new Peer().post(1));
  answering.sendHead(1, 200, []);
  assertEquals(ticked(answering, 60_000), []);
});

Deno.test("the wait for content begins anew with each part, and stands still while nobody reads", () => {
  const core = server({ timeouts: { bodyMs: 5000 } }, new Peer().post(1));
  core.receive(dataFrame(1, 10), 4000);
  drain(core);
  core.tick(4500);
  assertEquals(ticked(core, 60_000), []); // ten bytes have not been read
  core.consume(1, 10);
  assertEquals(ticked(core, 62_000), []);
  assertEquals(ticked(core, 66_000), ["failed stream 1 CANCEL bodyMs"]);
});

Deno.test("nobody waits for content that was not asked for, or for a tunnel's", () => {
  const expecting = new Peer().post(1, ["expect", "100-continue"]);
  const core = server({ timeouts: { bodyMs: 5000 } }, expecting);
  assertEquals(ticked(core, 60_000), []);
  core.sendContinue(1);
  core.sendContinue(1);
  assertEquals(new Peer().read(sent(core)), ["HEADERS 1 :status 100"]);
  assertEquals(ticked(core, 64_000), []);
  assertEquals(ticked(core, 66_000), ["failed stream 1 CANCEL bodyMs"]);

  const connect = new Peer().headers(1, [":method", "CONNECT", ":authority", "a:1"], 0x04);
  assertEquals(ticked(server({ timeouts: { bodyMs: 5000 } }, connect), 60_000), []);
});

Deno.test("a request that was answered in full and never ends is reset without an error", () => {
  const core = server({ timeouts: { bodyMs: 5000 } }, new Peer().post(1));
  core.sendWhole(1, 200, [], "hi");
  sent(core);
  core.tick(1000);
  assertEquals(ticked(core, 7000), ["reset 1 NO_ERROR"]);
  assertEquals(new Peer().read(sent(core)), ["RST_STREAM 1 NO_ERROR"]);
  assertEquals(core.openStreams, 0);
});

Deno.test("content that nobody wants may come for a moment after the answer", () => {
  const core = server(
    { timeouts: { drainMs: 2000 } },
    new Peer().post(1, ["expect", "100-continue"]),
  );
  core.discardBody(1);
  core.sendWhole(1, 200, [], "hi");
  sent(core);
  for (let now = 500; now < 2000; now += 500) {
    core.receive(dataFrame(1, 10), now);
    assertEquals(ticked(core, now), []);
    assertEquals(core.openStreams, 1);
  }
  assertEquals(ticked(core, 3000), []);
  assertEquals(new Peer().read(sent(core)), ["RST_STREAM 1 NO_ERROR"]);

  const answered = server({ timeouts: { drainMs: 2000 } }, new Peer().post(1));
  answered.sendWhole(1, 200, [], "hi");
  answered.discardBody(1);
  answered.discardBody(1);
  sent(answered);
  answered.tick(1000);
  answered.tick(2000);
  assertEquals(new Peer().read(sent(answered)), ["RST_STREAM 1 NO_ERROR"]);
});

/** A server that has more to send than the window lets through. */
function stalled(
  timeouts: CoreSettings["timeouts"],
  window: number,
): ReturnType<typeof serverCore> {
  const core = serverCore({ timeouts });
  core.receive(joined(greeting(0x4, window), new Peer().get(1)), 0);
  drain(core);
  core.sendWhole(1, 200, [], new Uint8Array(200_000));
  sent(core);
  return core;
}

Deno.test("a window held at zero ends the stream", () => {
  const core = stalled({ stallMs: 10_000 }, 0);
  for (let now = 1000; now <= 10_000; now += 1000) assertEquals(ticked(core, now), []);
  assertEquals(ticked(core, 11_000), ["failed stream 1 ENHANCE_YOUR_CALM stallMs"]);
  assertEquals(core.queuedBytes(1), 0);
});

Deno.test("a window opened by one byte now and then ends the stream too", () => {
  const core = stalled({ stallMs: 10_000, minSendBytesPerSecond: 240 }, 0);
  const events: string[] = [];
  for (let now = 1000; now <= 12_000; now += 1000) {
    core.receive(windowUpdate(1, 1), now);
    drain(core);
    sent(core);
    events.push(...ticked(core, now));
  }
  assertEquals(events, ["failed stream 1 ENHANCE_YOUR_CALM minSendBytesPerSecond"]);
});

Deno.test("a slow reader above the rate is served to the end", () => {
  const core = stalled({ stallMs: 10_000, minSendBytesPerSecond: 240 }, 0);
  core.receive(windowUpdate(0, 1 << 20), 0);
  let events: string[] = [];
  for (let now = 1000; now <= 120_000; now += 1000) {
    core.receive(windowUpdate(1, 2000), now);
    drain(core);
    sent(core);
    events = [...events, ...ticked(core, now)];
  }
  assertEquals(events, []);
  assertEquals(core.openStreams, 0);
});

Deno.test("the connection's window held at zero ends the connection", () => {
  const core = stalled({ stallMs: 10_000 }, 1 << 20);
  for (let now = 1000; now <= 10_000; now += 1000) assertEquals(ticked(core, now), []);
  assertEquals(ticked(core, 11_000), ["failed connection 0 ENHANCE_YOUR_CALM stallMs"]);
});

Deno.test("a connection at rest has no deadline but its idle one", () => {
  const pair = new Pair();
  pair.onServer = (event) => {
    if (event.type === "request") pair.server.sendWhole(event.streamId, 200, [], "hi");
  };
  pair.get();
  pair.run();
  assertEquals(pair.server.deadline, 75_000);
  assertEquals(pair.client.deadline, undefined);
});
