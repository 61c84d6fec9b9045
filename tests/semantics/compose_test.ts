import { compose } from "@avx/semantics/compose";
import type { Handler, Middleware, ServeInfo } from "@avx/semantics/handler";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";

const REQUEST = new Request("http://a.example/");
const INFO = {} as ServeInfo;

/** Middleware that notes when it was entered and left. */
function noting(notes: string[], name: string): Middleware {
  return (request, info, next) => {
    notes.push(`> ${name}`);
    const response = next(request, info);
    notes.push(`< ${name}`);
    return response;
  };
}

Deno.test("compose runs the first middleware outermost", () => {
  const notes: string[] = [];
  const handler = compose(noting(notes, "a"), noting(notes, "b"), () => {
    notes.push("handler");
    return new Response();
  });
  handler(REQUEST, INFO);
  assertEquals(notes, ["> a", "> b", "handler", "< b", "< a"]);
});

Deno.test("compose with a handler alone is that handler", () => {
  const handler: Handler = () => new Response();
  assertStrictEquals(compose(handler), handler);
});

Deno.test("compose stays synchronous where all parts are", () => {
  const response = new Response();
  const handler = compose(noting([], "a"), noting([], "b"), () => response);
  assertStrictEquals(handler(REQUEST, INFO), response);
});

Deno.test("compose hands a promise on as it is", () => {
  const promise = Promise.resolve(new Response());
  assertStrictEquals(compose(noting([], "a"), () => promise)(REQUEST, INFO), promise);
});

Deno.test("compose hands on the request and the info that a middleware chose", () => {
  const other = new Request("http://b.example/");
  const otherInfo = {} as ServeInfo;
  const seen: unknown[] = [];
  const handler = compose(
    (_request, _info, next) => next(other, otherInfo),
    (request, info, next) => {
      seen.push(request, info);
      return next(request, info);
    },
    (request, info) => {
      seen.push(request, info);
      return new Response();
    },
  );
  handler(REQUEST, INFO);
  assert(seen.every((value, index) => value === (index % 2 === 0 ? other : otherInfo)));
});

Deno.test("compose does not run what a middleware does not call", () => {
  let ran = false;
  const response = new Response();
  const handler = compose(() => response, () => {
    ran = true;
    return new Response();
  });
  assertStrictEquals(handler(REQUEST, INFO), response);
  assertEquals(ran, false);
});

Deno.test("calling next twice throws, and runs the rest only once", () => {
  let runs = 0;
  const handler = compose((request, info, next) => {
    next(request, info);
    return next(request, info);
  }, () => {
    runs++;
    return new Response();
  });
  assertThrows(() => handler(REQUEST, INFO), TypeError, "may be called only once");
  assertEquals(runs, 1);
});

Deno.test("calling next twice throws in an asynchronous middleware and after an error", async () => {
  const handler = compose(async (request, info, next) => {
    try {
      return await next(request, info);
    } catch {
      return next(request, info);
    }
  }, () => {
    throw new Error("failed");
  });
  await assertRejects(() => Promise.resolve(handler(REQUEST, INFO)), TypeError, "only once");
});

Deno.test("a composed handler answers request after request", () => {
  const handler = compose(noting([], "a"), () => new Response());
  assert(handler(REQUEST, INFO) instanceof Response);
  assert(handler(REQUEST, INFO) instanceof Response);
});

Deno.test("a middleware catches what the parts within it throw or reject with", async () => {
  const recover: Middleware = async (request, info, next) => {
    try {
      return await next(request, info);
    } catch (error) {
      return new Response((error as Error).message, { status: 500 });
    }
  };
  const failures: Handler[] = [
    () => {
      throw new Error("thrown");
    },
    () => Promise.reject(new Error("rejected")),
    compose(() => {
      throw new Error("by a middleware");
    }, () => new Response()),
  ];
  const texts = failures.map(async (failure) =>
    await (await compose(recover, noting([], "a"), failure)(REQUEST, INFO)).text()
  );
  assertEquals(await Promise.all(texts), ["thrown", "rejected", "by a middleware"]);
});

Deno.test("what nobody catches comes out of the composed handler as it is", () => {
  const failure = new Error("failed");
  const handler = compose(noting([], "a"), () => {
    throw failure;
  });
  assertStrictEquals(assertThrows(() => handler(REQUEST, INFO), Error), failure);
});

Deno.test("compose refuses parts that are no functions", () => {
  const untyped = compose as unknown as (...parts: unknown[]) => Handler;
  assertThrows(() => untyped(), TypeError, "there must be a handler");
  assertThrows(() => untyped({}, () => new Response()), TypeError, "part 0 must be a function");
  assertThrows(() => untyped(() => new Response(), 1), TypeError, "current type is number");
});
