import { SocketCloseEvent, SocketErrorEvent, SocketEvent, SocketMessageEvent } from "@avx/ws";
import { assert, assertEquals } from "../support/assert.ts";

const target = Object.assign(new EventTarget(), { url: "wss://example.com:8443/chat" });

Deno.test("an event has the members of the Web's", () => {
  const event = new SocketEvent("open", target);
  const native = new Event("open");
  assert(event instanceof Event);
  event.preventDefault();
  event.stopPropagation();
  for (const key of ["bubbles", "cancelable", "composed", "defaultPrevented", "type"] as const) {
    assertEquals(event[key], native[key], key);
  }
  const { NONE, CAPTURING_PHASE, AT_TARGET, BUBBLING_PHASE } = SocketEvent;
  assertEquals([NONE, CAPTURING_PHASE, AT_TARGET, BUBBLING_PHASE], [0, 1, 2, 3]);
  assertEquals([event.eventPhase, event.timeStamp, event.isTrusted], [2, 0, true]);
  assertEquals([event.currentTarget, event.srcElement, event.composedPath()], [target, target, [
    target,
  ]]);
  assertEquals(SocketEvent.isStopped(event), false);
  event.stopImmediatePropagation();
  assertEquals(SocketEvent.isStopped(event), true);
});

Deno.test("a message event has the members of the Web's", () => {
  const event = new SocketMessageEvent(target, "hello");
  assertEquals([event.type, event.data, event.origin, event.lastEventId, event.source], [
    "message",
    "hello",
    "wss://example.com:8443",
    "",
    null,
  ]);
  assertEquals(event.ports, []);
  assertEquals(new SocketMessageEvent(new EventTarget(), "").origin, "");
});

Deno.test("close and error events say what happened", () => {
  const close = new SocketCloseEvent(target, 1000, "done", true);
  assertEquals([close.type, close.code, close.reason, close.wasClean], [
    "close",
    1000,
    "done",
    true,
  ]);
  const error = new SocketErrorEvent(target, new TypeError("wrong"));
  assertEquals([error.type, error.message, error.error.name], ["error", "wrong", "TypeError"]);
});
