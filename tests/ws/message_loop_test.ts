import { ManualClock, memoryPair } from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import { webSocketConfig } from "@avx/ws";
import { MessageLoop } from "../../ws/message_loop.ts";
import { assert, assertEquals } from "../support/assert.ts";
import { bytesOf, frame, hex, join } from "./cores.ts";

/** A loop and the peer's end of its transport. */
function stage(link = {}) {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const [peer, transport] = memoryPair({ clock, ...link });
  const events: string[] = [];
  const loop = new MessageLoop({
    onText: (text) => void events.push(`text ${text}`),
    onBinary: (bytes) => void events.push(`binary ${bytes.length}`),
    onPong: () => void events.push("pong"),
    onFailed: ({ code }) => void events.push(`failed ${code}`),
    onClosing: () => void events.push("closing"),
    onClosed: ({ code }, error) => void events.push(`closed ${code} ${error === undefined}`),
  }, { role: "server", config: webSocketConfig({ timers }), transport, deflate: undefined });
  return { clock, peer, transport, events, loop };
}

async function readAll(peer: { read(into: Uint8Array): Promise<number | null> }) {
  const parts: Uint8Array[] = [];
  for (;;) {
    const into = new Uint8Array(1000);
    const count = await peer.read(into);
    if (count === null) return join(...parts);
    parts.push(into.subarray(0, count));
  }
}

Deno.test("what was received before counts, and the end comes after the last byte", async () => {
  const { peer, transport, events, loop } = stage();
  const done = loop.run(join(frame(0x81, "early"), frame(0x88, hex("03e8"))));
  assertEquals(await readAll(peer), frame(0x88, hex("03e8"), "unmasked"));
  assertEquals([transport.closed, events], [false, ["text early", "closing"]]);
  await peer.closeWrite();
  await done;
  assertEquals([transport.closed, events.at(-1)], [true, "closed 1000 true"]);
});

Deno.test("what is written in parts is written to its end", async () => {
  const { peer, loop } = stage({ backward: { maxWriteBytes: 7 } });
  const done = loop.run(frame(0x88, join(hex("03e8"))));
  await readAll(peer);
  peer.close();
  await done;
  const other = stage({ backward: { maxWriteBytes: 7 } });
  const running = other.loop.run(new Uint8Array(0));
  other.loop.core.sendText("a long message that does not fit");
  other.loop.core.close(1000);
  other.loop.flushSoon();
  await other.peer.write(frame(0x88, hex("03e8")));
  const all = await readAll(other.peer);
  assertEquals(all.length, 2 + 32 + 4);
  other.peer.close();
  await running;
});

Deno.test("a peer that hangs up with its goodbye is still answered", async () => {
  const { peer, events, loop } = stage();
  const done = loop.run(new Uint8Array(0));
  await peer.write(frame(0x88, hex("03e8")));
  await peer.closeWrite();
  assertEquals(await readAll(peer), frame(0x88, hex("03e8"), "unmasked"));
  await done;
  assertEquals(events, ["closing", "closed 1000 true"]);
});

Deno.test("a peer that never ends its half is cut off", async () => {
  const { clock, peer, events, loop } = stage();
  const done = loop.run(frame(0x88, ""));
  await clock.advance(0);
  await peer.write(bytesOf("noise"));
  await clock.advance(4_999);
  assertEquals(events, ["closing"]);
  await clock.advance(2);
  await done;
  assertEquals(events, ["closing", "closed 1005 true"]);
  assertEquals(loop.closed, true);
});

Deno.test("a transport that fails is the end, with its error", async () => {
  const { peer, events, loop } = stage();
  const done = loop.run(new Uint8Array(0));
  peer.reset();
  await done;
  assertEquals(events, ["closed 1006 false"]);
  assertEquals([loop.drained(), loop.paused], [undefined, false]);
  const other = stage();
  other.transport.write = () => Promise.reject(new Error("broken"));
  const running = other.loop.run(frame(0x89, ""));
  await running;
  assertEquals(other.events, ["closed 1006 false"]);
  loop.end();
  assert(loop.closed);
});

Deno.test("a connection that is ended by who hears of a message leaves no timer", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const [peer, transport] = memoryPair({ clock });
  const loop: MessageLoop = new MessageLoop({
    onText: () => loop.end(),
    onBinary: () => {},
    onPong: () => {},
    onFailed: () => {},
    onClosing: () => {},
    onClosed: () => {},
  }, {
    role: "server",
    config: webSocketConfig({ timers, timeouts: { pingMs: 1_000, idleMs: 60_000 } }),
    transport,
    deflate: undefined,
  });
  await loop.run(frame(0x81, "enough"));
  assertEquals([timers.size, await peer.read(new Uint8Array(1))], [0, null]);
  peer.close();
});
