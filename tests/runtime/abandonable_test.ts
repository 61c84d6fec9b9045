import { abandonable } from "../../runtime/memory/abandonable.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";

const never = new Promise<never>(() => {});

Deno.test("a wait without a signal is the promise itself", () => {
  assertStrictEquals(abandonable(never, undefined), never);
});

Deno.test("a wait settles as its promise does", async () => {
  const { signal } = new AbortController();
  assertEquals(await abandonable(Promise.resolve(1), signal), 1);
  assertEquals(await abandonable(Promise.reject(2), signal).catch((it) => it), 2);
});

Deno.test("a wait ends with the signal's reason", async () => {
  const controller = new AbortController();
  let cleaned = 0;
  const waiting = abandonable(never, controller.signal, () => cleaned++).catch((it) => it);
  controller.abort("why");
  assertEquals(await waiting, "why");
  assertEquals(await abandonable(never, controller.signal).catch((it) => it), "why");
  assertEquals(cleaned, 1);
});
