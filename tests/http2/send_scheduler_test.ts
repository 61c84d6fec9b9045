import { assertEquals } from "../support/assert.ts";
import { SendScheduler } from "../../http2/proto/send_scheduler.ts";
import { Stream } from "../../http2/proto/stream.ts";
import { OPEN } from "../../http2/proto/stream_state.ts";

function stream(id: number, urgency = 3, incremental = false): Stream {
  const made = new Stream();
  made.begin(id, OPEN, 100, 100);
  made.urgency = urgency;
  made.incremental = incremental;
  return made;
}

/** The order in which streams send, each as many frames as it has. */
function order(frames: ReadonlyMap<Stream, number>): number[] {
  const scheduler = new SendScheduler();
  const left = new Map(frames);
  for (const stream of frames.keys()) scheduler.add(stream);
  const ids: number[] = [];
  for (let next = scheduler.next(); next !== undefined; next = scheduler.next()) {
    ids.push(next.id);
    const count = left.get(next)! - 1;
    left.set(next, count);
    if (count > 0) scheduler.rotate(next);
    else scheduler.remove(next);
  }
  assertEquals(scheduler.count, 0);
  return ids;
}

Deno.test("the most urgent go first", () => {
  const frames = new Map([[stream(1, 7), 1], [stream(3, 0), 2], [stream(5, 3), 1]]);
  assertEquals(order(frames), [3, 3, 5, 1]);
});

Deno.test("those that are not incremental go one after the other, by id", () => {
  assertEquals(order(new Map([[stream(5), 2], [stream(1), 2], [stream(3), 1]])), [1, 1, 3, 5, 5]);
});

Deno.test("incremental ones take turns", () => {
  const frames = new Map([[stream(1, 3, true), 3], [stream(3, 3, true), 2], [
    stream(5, 3, true),
    1,
  ]]);
  assertEquals(order(frames), [1, 3, 5, 1, 3, 1]);
});

Deno.test("the two kinds of one urgency take turns", () => {
  const frames = new Map([[stream(1), 3], [stream(3, 3, true), 2], [stream(5, 3, true), 1]]);
  assertEquals(order(frames), [1, 3, 1, 5, 1, 3]);
});

Deno.test("a stream in the middle is put in and taken out", () => {
  const scheduler = new SendScheduler();
  const streams = [9, 1, 5, 3, 7].map((id) => stream(id));
  for (const one of streams) scheduler.add(one);
  for (const one of streams) scheduler.add(one); // twice is once
  scheduler.remove(streams[2]);
  scheduler.remove(streams[2]);
  scheduler.remove(streams[0]);
  scheduler.remove(streams[1]);
  assertEquals(scheduler.count, 2);
  const left: number[] = [];
  for (let next = scheduler.next(); next !== undefined; next = scheduler.next()) {
    left.push(next.id);
    scheduler.remove(next);
  }
  assertEquals(left, [3, 7]);
});

Deno.test("a priority changes where a stream stands, now or later", () => {
  const scheduler = new SendScheduler();
  const [first, second] = [stream(1), stream(3)];
  scheduler.add(first);
  scheduler.add(second);
  scheduler.change(second, 1, true);
  assertEquals(scheduler.next(), second);
  const idle = stream(5);
  scheduler.change(idle, 0, false);
  assertEquals(scheduler.count, 2);
  scheduler.add(idle);
  assertEquals(scheduler.next(), idle);
});

Deno.test("whether someone is ahead depends on the urgency", () => {
  const scheduler = new SendScheduler();
  assertEquals(scheduler.hasAhead(7), false);
  scheduler.add(stream(1, 4));
  assertEquals([3, 4, 5].map((urgency) => scheduler.hasAhead(urgency)), [false, true, true]);
});
