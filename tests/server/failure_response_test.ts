import { BodyTooLargeError } from "@avx/semantics/errors";
import { guardFailure, reportFailure } from "../../server/failure_response.ts";
import { assertEquals, assertInstanceOf, assertStrictEquals } from "../support/assert.ts";

/** What `run` writes with `console.error`. */
async function errorsOf(run: () => unknown): Promise<unknown[]> {
  const { error } = console;
  const errors: unknown[] = [];
  console.error = (first: unknown) => errors.push(first);
  try {
    await run();
  } finally {
    console.error = error;
  }
  return errors;
}

Deno.test("a failure is reported and the peer learns nothing of it", async () => {
  const failure = new Error("secret");
  let response: Response | undefined;
  const errors = await errorsOf(() => response = reportFailure(failure));

  assertEquals(errors, [failure]);
  assertEquals(response?.status, 500);
  assertEquals(await response?.text(), "Internal Server Error");
});

Deno.test("a body too large to collect is the peer's fault, and not reported", async () => {
  let response: Response | undefined;
  const errors = await errorsOf(() => response = reportFailure(new BodyTooLargeError(1)));

  assertEquals(errors, []);
  assertEquals(response?.status, 413);
});

Deno.test("a guarded failure handler answers as it likes, at once or later", async () => {
  const teapot = new Response(null, { status: 418 });
  assertStrictEquals(guardFailure(() => teapot)(1), teapot);
  assertStrictEquals(await guardFailure(() => Promise.resolve(teapot))(1), teapot);
});

Deno.test("a failure handler that fails is reported and answered with 500", async () => {
  const second = new Error("second");
  for (
    const broken of [
      () => {
        throw second;
      },
      () => Promise.reject(second),
    ]
  ) {
    let response: Response | undefined;
    const errors = await errorsOf(async () => response = await guardFailure(broken)(1));
    assertEquals(errors, [second]);
    assertEquals(response?.status, 500);
  }
});

Deno.test("a failure handler that returns no response is reported and answered with 500", async () => {
  let response: Response | undefined;
  const broken = () => undefined as unknown as Response;
  const errors = await errorsOf(async () => response = await guardFailure(broken)(1));

  assertInstanceOf(errors[0], TypeError);
  assertEquals(response?.status, 500);
});
