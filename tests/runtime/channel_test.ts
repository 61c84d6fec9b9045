import { Channel } from "@avx/runtime/channel";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

/** Whether `promise` is settled once everything that can run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(() => settled = true, () => settled = true);
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return settled;
}

Deno.test("channel carries values in order", async () => {
  const channel = new Channel<number | null>(3);
  for (const value of [1, null, 0]) await channel.send(value);
  assertEquals(channel.size, 3);
  assertEquals(
    [await channel.receive(), await channel.receive(), await channel.receive()],
    [1, null, 0],
  );
  assertEquals(channel.size, 0);
});

Deno.test("channel makes senders wait while it is full, and keeps their order", async () => {
  const channel = new Channel<string>(2);
  const sends = ["a", "b", "c", "d"].map((value) => channel.send(value));
  assertEquals(await Promise.all(sends.map(isSettled)), [true, true, false, false]);
  assertEquals([channel.size, channel.trySend("e")], [2, false]);
  assertEquals(channel.tryReceive(), "a");
  assertEquals(await Promise.all(sends.map(isSettled)), [true, true, true, false]);
  const rest = [1, 2, 3].map(() => channel.receive());
  assertEquals(await Promise.all(rest), ["b", "c", "d"]);
  await Promise.all(sends);
});

Deno.test("channel makes receivers wait while it is empty, and serves them in order", async () => {
  const channel = new Channel<string>(1);
  assertEquals(channel.tryReceive(), undefined);
  const receives = [channel.receive(), channel.receive()];
  assertEquals([channel.trySend("a"), channel.trySend("b"), channel.trySend("c")], [
    true,
    true,
    true,
  ]);
  assertEquals(await Promise.all(receives), ["a", "b"]);
  assertEquals(await channel.receive(), "c");
});

Deno.test("channel of capacity 0 passes values from hand to hand", async () => {
  const channel = new Channel<string>(0);
  assertEquals(channel.trySend("nobody waits"), false);
  const sent = channel.send("a");
  assertEquals(await isSettled(sent), false);
  assertEquals(await channel.receive(), "a");
  await sent;
  const received = channel.receive();
  await channel.send("b");
  assertEquals([await received, channel.size], ["b", 0]);
});

Deno.test("channel lets waiting ends give up without losing a value", async () => {
  const channel = new Channel<string>(1);
  const [one, two] = [new AbortController(), new AbortController()];
  const receiving = channel.receive(one.signal);
  one.abort(new RangeError("enough"));
  await assertRejects(() => receiving, RangeError, "enough");
  await channel.send("a", two.signal);
  const sending = channel.send("b", two.signal);
  two.abort(new RangeError("too slow"));
  await assertRejects(() => sending, RangeError, "too slow");
  await assertRejects(() => channel.send("c", two.signal), RangeError, "too slow");
  await assertRejects(() => channel.receive(one.signal), RangeError, "enough");
  assertEquals([channel.tryReceive(), channel.tryReceive()], ["a", undefined]);
});

Deno.test("closed channel gives out what is under way and then ends", async () => {
  const channel = new Channel<string>(1);
  await channel.send("a");
  const sending = channel.send("b");
  channel.close();
  channel.close();
  assertEquals([channel.closed, channel.trySend("c")], [true, false]);
  await assertRejects(() => sending, TypeError, "Cannot send: the channel is closed");
  await assertRejects(() => channel.send("c"), TypeError, "Cannot send: the channel is closed");
  assertEquals(await channel.receive(), "a");
  assertEquals([await channel.receive(), channel.tryReceive()], [undefined, undefined]);
});

Deno.test("closing a channel ends those who wait for a value", async () => {
  const channel = new Channel<string>(1);
  const receives = [channel.receive(), channel.receive()];
  channel.close();
  assertEquals(await Promise.all(receives), [undefined, undefined]);
});

Deno.test("channel is iterated until it is closed and empty", async () => {
  const channel = new Channel<number>(4);
  const iterating = (async () => {
    const received: number[] = [];
    for await (const value of channel) received.push(value);
    return received;
  })();
  for (let value = 0; value < 20; value++) await channel.send(value);
  channel.close();
  assertEquals(await iterating, Array.from({ length: 20 }, (_, value) => value));
});

Deno.test("channel refuses a capacity that is no whole number", () => {
  for (const capacity of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => new Channel(capacity), RangeError, "must be a whole number");
  }
});
