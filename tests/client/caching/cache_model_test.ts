import fc from "fast-check";
import type { ResponseParts } from "@avx/client";
import type { InterceptedRequest } from "@avx/client";
import { formatDate } from "@avx/semantics/date";
import { assert, assertEquals } from "../../support/assert.ts";
import { cacheScene, statusOf } from "./cache_scene.ts";

/** What happens: a request, a change at the origin, or time that passes. */
type Step =
  | {
    readonly type: "ask";
    readonly path: string;
    readonly language: string;
    readonly control: string;
  }
  | { readonly type: "change"; readonly path: string }
  | { readonly type: "wait"; readonly seconds: number };

const PATHS = ["/a", "/b"];

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("ask" as const),
      path: fc.constantFrom(...PATHS),
      language: fc.constantFrom("de", "en"),
      control: fc.constantFrom("", "", "no-cache", "max-age=5", "max-stale=10", "min-fresh=5"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("change" as const),
      path: fc.constantFrom(...PATHS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant("wait" as const),
      seconds: fc.nat(30),
    }),
  },
);

const POLICIES = [
  "max-age=20",
  "max-age=20, must-revalidate",
  "no-cache",
  "no-store",
  "max-age=5, stale-while-revalidate=10",
];

/** How many seconds after it was made a response may still be the answer to a request. */
function allowedAge(policy: string, control: string): number {
  const lifetime = Number(/max-age=(\d+)/.exec(policy)?.[1] ?? 0);
  if (policy === "no-cache" || policy === "no-store" || control === "no-cache") return 0;
  if (control === "max-age=5") return Math.min(5, lifetime);
  if (control === "min-fresh=5") return lifetime - 5;
  if (policy.includes("must-revalidate")) return lifetime;
  const revalidating = policy.includes("stale-while-revalidate") ? 10 : 0;
  return lifetime + Math.max(revalidating, control === "max-stale=10" ? 10 : 0);
}

Deno.test("whatever is asked and changed, no answer is older than allowed, nor another request's", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...POLICIES),
      fc.array(STEP, { maxLength: 40 }),
      async (policy, steps) => {
        // The origin: each path has a version.
        const versions = new Map(PATHS.map((path) => [path, { number: 0 }]));
        let nowMs = () => 0;
        function answer({ url, headers, method }: InterceptedRequest): ResponseParts {
          const version = versions.get(url.pathname)!;
          if (method === "POST") {
            version.number++;
            return { status: 204 };
          }
          const etag = `"${url.pathname} ${headers.get("accept-language")} ${version.number}"`;
          const fields = {
            "cache-control": policy,
            vary: "accept-language",
            date: formatDate(nowMs()),
            etag,
          };
          return headers.get("if-none-match")?.includes(etag)
            ? { status: 304, headers: fields }
            : { body: etag, headers: fields };
        }
        const scene = cacheScene([answer]);
        nowMs = () => scene.clock.wallNow();
        for (const step of steps) {
          if (step.type === "wait") {
            await scene.wait(step.seconds);
            continue;
          }
          const url = `https://a.example${step.path}`;
          const version = versions.get(step.path)!;
          if (step.type === "change") {
            await scene.ask({ url, method: "POST" });
            continue;
          }
          const headers = {
            "accept-language": step.language,
            ...step.control === "" ? {} : { "cache-control": step.control },
          };
          const response = await scene.ask({ url, headers });
          const body = await response.body.text();
          const [path, language, number] = body.slice(1, -1).split(" ");
          assertEquals([path, language], [step.path, step.language]);
          // The client's own changes are seen at once.
          assertEquals(Number(number), version.number, `${statusOf(response)} of ${policy}`);
          const age = Number(response.headers.get("age") ?? 0);
          const allowed = allowedAge(policy, step.control);
          assert(age <= allowed, `${age} > ${allowed}: ${statusOf(response)} of ${policy}`);
          const isSent = scene.requests.at(-1)!.url.href === url;
          if (policy === "no-cache" || policy === "no-store") assert(isSent);
          await scene.clock.settle();
        }
        if (policy === "no-store") assertEquals(scene.store.size, 0);
      },
    ),
    { numRuns: 150 },
  );
});
