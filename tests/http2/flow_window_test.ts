import { assert, assertEquals, assertLess } from "../support/assert.ts";
import { MAX_WINDOW_BYTES, widen } from "../../http2/proto/flow_window.ts";
import { linesOf, Pair } from "./cores.ts";

Deno.test("a window may be 2^31-1 and no larger", () => {
  const credit = { sendWindow: 1 };
  assertEquals(widen(credit, MAX_WINDOW_BYTES), false);
  assertEquals(credit.sendWindow, 1);
  assertEquals(widen(credit, MAX_WINDOW_BYTES - 1), true);
  assertEquals(credit.sendWindow, MAX_WINDOW_BYTES);
});

Deno.test("a window below zero is widened from there", () => {
  const credit = { sendWindow: -5 };
  assertEquals(widen(credit, 7), true);
  assertEquals(credit.sendWindow, 2);
});

/** A pair whose server answers every request with a megabyte. */
function downloads(limits = {}): Pair {
  const pair = new Pair({}, { limits });
  const body = new Uint8Array(1 << 20).fill(7);
  pair.onServer = (event) => {
    if (event.type === "request") pair.server.sendWhole(event.streamId, 200, [], body);
  };
  return pair;
}

Deno.test("a reader that takes everything gets everything, over both windows many times", () => {
  const pair = downloads({ streamWindowBytes: 65_535, connectionWindowBytes: 65_535 });
  let received = 0;
  pair.onClient = (event) => {
    if (event.type !== "data") return;
    received += event.bytes.length;
    assert(event.bytes.every((byte) => byte === 7));
    pair.client.consume(event.streamId, event.bytes.length);
  };
  for (let count = 0; count < 3; count++) pair.get();
  pair.run();
  assertEquals(received, 3 << 20);
  assertEquals(pair.client.openStreams, 0);
});

Deno.test("a reader that takes nothing gets a window and no byte more", () => {
  const pair = downloads({ streamWindowBytes: 100_000, connectionWindowBytes: 1 << 20 });
  pair.get();
  pair.run();
  const data = pair.clientEvents.filter((event) => event.type === "data");
  const bytes = data.reduce(
    (sum, event) => sum + (event.type === "data" ? event.bytes.length : 0),
    0,
  );
  assertEquals(bytes, 100_000);
  assertEquals(pair.server.queuedBytes(1), (1 << 20) - 100_000);
});

Deno.test("a stalled stream stalls no other", () => {
  const pair = downloads({ streamWindowBytes: 100_000, connectionWindowBytes: 1 << 20 });
  pair.get(); // nobody takes this one
  pair.onClient = (event) => {
    if (event.type === "data" && event.streamId !== 1) {
      pair.client.consume(event.streamId, event.bytes.length);
    }
  };
  const id = pair.get();
  pair.run();
  assertEquals(linesOf(pair.clientEvents).at(-1), `end ${id}`);
  assertEquals(pair.client.streamState(1), "half-closed (local)");
});

Deno.test("many stalled streams stall no other, until together they have too much", () => {
  const limits = {
    streamWindowBytes: 100_000,
    connectionWindowBytes: 100_000,
    maxUnreadBytes: 1_000_000,
  };
  const pair = downloads(limits);
  for (let count = 0; count < 9; count++) pair.get("/", ["priority", "i"]);
  pair.run();
  pair.onClient = (event) => {
    if (event.type === "data" && event.streamId === 19) pair.client.consume(19, event.bytes.length);
  };
  pair.get();
  pair.run();
  assertEquals(linesOf(pair.clientEvents).at(-1), "end 19");
  const bytes = pair.clientEvents.reduce(
    (sum, event) => event.type === "data" && event.streamId < 19 ? sum + event.bytes.length : sum,
    0,
  );
  assertEquals(bytes, 900_000);
  pair.get();
  pair.get();
  pair.run();
  const most = pair.clientEvents.reduce(
    (sum, event) => event.type === "data" && event.streamId !== 19 ? sum + event.bytes.length : sum,
    0,
  );
  assertEquals(most <= 1_000_000, true);
});

Deno.test("updates come in batches", () => {
  const pair = downloads();
  let updates = 0;
  pair.onClient = (event) => {
    if (event.type !== "data") return;
    pair.client.consume(event.streamId, event.bytes.length);
  };
  pair.get();
  pair.run();
  updates = pair.server.abuseCounts.maxWindowUpdates;
  // Sixty-four frames and more came: far fewer updates, so that all are paid for by content.
  assertLess(updates, 0);
});
