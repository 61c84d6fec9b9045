import { guardedObserver } from "@avx/runtime/guarded-observer";
import type { Observer, RequestEnded } from "@avx/runtime/ports/observer";
import { assertEquals } from "../support/assert.ts";

const ENDED: RequestEnded = {
  connectionId: 1,
  requestId: 1,
  status: 200,
  durationMs: 3,
  error: undefined,
};

Deno.test("no observer stays none", () => {
  assertEquals(guardedObserver(undefined), undefined);
});

Deno.test("the points of an object and of a class are called as its own, and no others are there", () => {
  class Base implements Observer {
    readonly heard: string[] = [];
    "request.end"(event: RequestEnded): void {
      this.heard.push(`base ${event.status}`);
    }
    "pool.wait"(): void {
      this.heard.push("base wait");
    }
    other(): void {}
  }
  class Derived extends Base {
    override "request.end"(event: RequestEnded): void {
      this.heard.push(`derived ${event.status}`);
    }
  }
  const observer = new Derived();
  const guarded = guardedObserver(observer)!;
  guarded["request.end"]!(ENDED);
  guarded["pool.wait"]!({ origin: "", waiting: 1 });
  assertEquals(observer.heard, ["derived 200", "base wait"]);
  assertEquals(Object.keys(guarded).sort(), ["pool.wait", "request.end"]);
  const left = guardedObserver({ "request.end": undefined } as unknown as Observer);
  assertEquals(Object.keys(left!), []);
});

Deno.test("what an observer throws is reported as uncaught, and reaches nobody else", async () => {
  const uncaught: unknown[] = [];
  const hear = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    uncaught.push(event.reason);
  };
  const fault = new Error("mine");
  const guarded = guardedObserver({
    "request.end": () => {
      throw fault;
    },
  })!;
  globalThis.addEventListener("unhandledrejection", hear);
  guarded["request.end"]!(ENDED);
  await new Promise((resolve) => setTimeout(resolve));
  globalThis.removeEventListener("unhandledrejection", hear);
  assertEquals(uncaught, [fault]);
});
