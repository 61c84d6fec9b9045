/**
 * An observer whose faults stay its own.
 *
 * @module
 */

import type { Observer } from "./ports/observer.ts";

type Point = (event: unknown) => void;

/**
 * Keeps what an observer throws away from whoever tells it something, who may be in the middle of a
 * frame: it is reported as uncaught, as a rejection that nobody handles.
 *
 * @example A point that fails
 * ```ts
 * import { guardedObserver } from "@avx/runtime/guarded-observer";
 * import { assertEquals } from "@std/assert";
 *
 * const heard: number[] = [];
 * const observer = guardedObserver({ "request.end": ({ status }) => heard.push(status) });
 * const event = { connectionId: 1, requestId: 1, status: 200, durationMs: 3, error: undefined };
 * observer?.["request.end"]?.(event);
 * assertEquals([heard, observer?.["request.start"]], [[200], undefined]);
 * ```
 *
 * @param observer The observer; those of a class have their points on the prototype.
 * @returns One with the points that it has now; `undefined` for none.
 */
export function guardedObserver(observer: Observer | undefined): Observer | undefined {
  if (observer === undefined) return undefined;
  const guarded: Record<string, Point> = {};
  for (let held: object = observer; held !== null; held = Object.getPrototypeOf(held)) {
    for (const name of Object.getOwnPropertyNames(held)) {
      // All points are called `subject.event`.
      if (!name.includes(".") || Object.hasOwn(guarded, name)) continue;
      const point = observer[name as keyof Observer] as Point | undefined;
      if (point !== undefined) guarded[name] = guard(observer, point);
    }
  }
  return guarded as Observer;
}

function guard(observer: Observer, point: Point): Point {
  return (event) => {
    try {
      point.call(observer, event);
    } catch (error) {
      Promise.reject(error); // which nobody handles
    }
  };
}
