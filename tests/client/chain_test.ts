import { Chain } from "../../client/chain.ts";
import type { Interceptor } from "../../client/interceptor.ts";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";
import { asked, moved, script } from "./policy/scene.ts";

const URL_TEXT = "http://a.example/";

function noting(seen: string[], name: string): Interceptor {
  return (request, next) => {
    seen.push(name);
    return next(request);
  };
}

Deno.test("a chain without anything is not in use, but is there for who asks", async () => {
  const server = script(moved(302, "/there"), {});
  const chain = new Chain({}, server.next);
  assertEquals(chain.inUse, undefined);
  assertEquals((await chain.whole(asked(URL_TEXT))).status, 302);
  assertEquals((await chain.whole(asked(URL_TEXT, { redirect: "follow" }))).status, 200);
});

Deno.test("a chain is in use for interceptors, hooks, and policies that concern all requests", () => {
  const { next } = script({});
  const options = [
    { interceptors: [noting([], "")] },
    { onRequest: () => {} },
    { onResponse: () => {} },
    { redirects: "follow" },
    { redirects: { mode: "error" } },
    { cookies: true },
    { cache: true },
  ] as const;
  for (const option of options) {
    const chain = new Chain(option, next);
    assertStrictEquals(chain.inUse, chain.whole);
  }
  assertEquals(new Chain({ redirects: { max: 1 } }, next).inUse, undefined);
});

Deno.test("a chain has interceptors outside of redirects and hooks inside", async () => {
  const seen: string[] = [];
  const server = script(moved(302, "/there"), {});
  const chain = new Chain({
    redirects: "follow",
    interceptors: [noting(seen, "first")],
    onRequest: () => void seen.push("hook"),
  }, server.next);
  chain.use(noting(seen, "second"));
  chain.use({ onRequest: () => void seen.push("second hook") });
  await chain.whole(asked(URL_TEXT));
  assertEquals(seen, ["first", "second", "hook", "second hook", "hook", "second hook"]);
});

Deno.test("what was put into a chain can be taken away, each once", async () => {
  const seen: string[] = [];
  const chain = new Chain({}, script({}).next);
  const same = noting(seen, "same");
  const undo = [chain.use(same), chain.use(same)];
  await chain.whole(asked(URL_TEXT));
  undo[0]();
  undo[0]();
  await chain.whole(asked(URL_TEXT));
  assertEquals(seen.length, 3);
  undo[1]();
  assertEquals(chain.inUse, undefined);
  const hooks = chain.use({ onRequest: () => {} });
  assert(chain.inUse !== undefined);
  hooks();
  assertEquals(chain.inUse, undefined);
});

Deno.test("a chain made from another one goes its own way", async () => {
  const seen: string[] = [];
  const { next } = script({});
  const from = new Chain({ redirects: "error", interceptors: [noting(seen, "from")] }, next);
  const chain = new Chain({ interceptors: [noting(seen, "own")] }, next, from);
  from.use(noting(seen, "later"));
  await chain.whole(asked(URL_TEXT));
  assertEquals(seen, ["from", "own"]);
  assertStrictEquals(chain.policies.redirects, from.policies.redirects);
  const other = new Chain({ redirects: "follow" }, next, from);
  assertEquals(other.policies.redirects.mode, "follow");
});
