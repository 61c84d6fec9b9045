import { WaitQueue } from "../../runtime/wait_queue.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

/** A signal that counts who listens to it. */
class CountingSignal extends EventTarget {
  aborted = false;
  reason: unknown = undefined;
  listeners = 0;
  override addEventListener(type: string, listener: () => void): void {
    this.listeners++;
    super.addEventListener(type, listener);
  }
  override removeEventListener(type: string, listener: () => void): void {
    this.listeners--;
    super.removeEventListener(type, listener);
  }
  abort(reason: unknown): void {
    this.aborted = true;
    this.reason = reason;
    this.dispatchEvent(new Event("abort"));
  }
}

Deno.test("wait queue gives out who waits in the order they came, with what they brought", async () => {
  const queue = new WaitQueue<string, number>();
  const waits = [1, 2, 3].map((payload) => queue.wait(payload, undefined));
  assertEquals(queue.size, 3);
  for (let waiter = queue.shift(); waiter !== undefined; waiter = queue.shift()) {
    waiter.resolve(`served ${waiter.payload}`);
  }
  assertEquals(await Promise.all(waits), ["served 1", "served 2", "served 3"]);
  assertEquals(queue.size, 0);
});

Deno.test("wait queue ends a wait with an error", async () => {
  const queue = new WaitQueue<string>();
  const wait = queue.wait(undefined, undefined);
  queue.shift()?.reject(new RangeError("no"));
  await assertRejects(() => wait, RangeError, "no");
});

Deno.test("wait queue lets anyone leave from anywhere, and stops listening to all signals", async () => {
  for (const gone of [0, 1, 2]) {
    const queue = new WaitQueue<number, number>();
    const signals = [0, 1, 2].map(() => new CountingSignal());
    const waits = signals.map((signal, index) => queue.wait(index, signal));
    signals[gone].abort(new RangeError("left"));
    await assertRejects(() => waits[gone], RangeError, "left");
    assertEquals(queue.size, 2);
    const rest = [queue.shift(), queue.shift()];
    assertEquals(rest.map((waiter) => waiter?.payload), [0, 1, 2].filter((at) => at !== gone));
    assertEquals([queue.shift(), queue.size], [undefined, 0]);
    for (const waiter of rest) waiter?.resolve(0);
    assertEquals(signals.map(({ listeners }) => listeners), [0, 0, 0]);
  }
});

Deno.test("wait queue does not take one whose signal is aborted already", async () => {
  const queue = new WaitQueue<void>();
  const signal = AbortSignal.abort(new RangeError("before"));
  await assertRejects(() => queue.wait(undefined, signal), RangeError, "before");
  assertEquals(queue.size, 0);
});
