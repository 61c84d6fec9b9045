import { Listeners } from "../../ws/listeners.ts";
import { SocketEvent } from "../../ws/socket_events.ts";
import { assertEquals } from "../support/assert.ts";

const target = new EventTarget();
const event = () => new SocketEvent("open", target);

Deno.test("the handler is told first, then the listeners in their order", () => {
  const listeners = new Listeners<SocketEvent>();
  const seen: string[] = [];
  assertEquals([listeners.empty, listeners.handler], [true, null]);
  listeners.add(() => seen.push("first"), {});
  listeners.add({ handleEvent: ({ type }) => seen.push(type) }, {});
  listeners.handler = function (this: unknown) {
    seen.push(this === target ? "handler" : "wrong");
  };
  listeners.dispatch(event(), target);
  assertEquals(seen, ["handler", "first", "open"]);
  listeners.handler = "nothing" as unknown as null;
  assertEquals([listeners.handler, listeners.empty], [null, false]);
});

Deno.test("a listener is there once, for one event, until it is removed or its signal aborts", () => {
  const listeners = new Listeners<SocketEvent>();
  const abort = new AbortController();
  let twice = 0;
  let once = 0;
  let aborted = 0;
  const listener = () => twice++;
  listeners.add(listener, {});
  listeners.add(listener, {});
  listeners.add(() => once++, { once: true });
  listeners.add(() => aborted++, { signal: abort.signal });
  listeners.dispatch(event(), target);
  listeners.dispatch(event(), target);
  abort.abort();
  listeners.add(() => aborted++, { signal: abort.signal });
  listeners.remove(listener);
  listeners.remove(listener);
  listeners.dispatch(event(), target);
  assertEquals([twice, once, aborted, listeners.empty], [2, 1, 2, true]);
});

Deno.test("who is removed or stopped while others are told is not told", () => {
  const listeners = new Listeners<SocketEvent>();
  const seen: string[] = [];
  const second = () => seen.push("second");
  listeners.add(() => {
    listeners.remove(second);
    listeners.add(() => seen.push("late"), {});
  }, { once: true });
  listeners.add(second, {});
  listeners.add((event) => {
    seen.push("third");
    event.stopImmediatePropagation();
  }, {});
  listeners.add(() => seen.push("fourth"), {});
  listeners.dispatch(event(), target);
  assertEquals(seen, ["third"]);
});

Deno.test("what a listener throws is reported, and stops nobody", async () => {
  const listeners = new Listeners<SocketEvent>();
  const reported: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error);
  };
  globalThis.addEventListener("error", onError);
  listeners.handler = () => {
    throw "handler";
  };
  listeners.add(() => {
    throw "listener";
  }, {});
  let told = false;
  listeners.add(() => told = true, {});
  listeners.dispatch(event(), target);
  await new Promise<void>((resolve) => queueMicrotask(resolve));
  globalThis.removeEventListener("error", onError);
  assertEquals([told, reported], [true, ["handler", "listener"]]);
});
