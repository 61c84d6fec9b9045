import { assertEquals } from "../support/assert.ts";
import { EventQueue } from "../../http2/proto/event_queue.ts";

Deno.test("events come out in order, also while more go in", () => {
  const queue = new EventQueue();
  assertEquals(queue.shift(), undefined);
  const ids: number[] = [];
  for (let id = 1; id < 20; id++) {
    queue.push({ type: "writable", streamId: id });
    if (id % 3 === 0) ids.push((queue.shift() as { streamId: number }).streamId);
  }
  assertEquals(queue.isEmpty, false);
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
    ids.push((event as { streamId: number }).streamId);
  }
  assertEquals(ids, Array.from({ length: 19 }, (_, index) => index + 1));
  assertEquals(queue.isEmpty, true);
});
